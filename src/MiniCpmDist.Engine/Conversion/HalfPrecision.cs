using System.Buffers.Binary;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Turns stored elements into float32; every value of the narrow types has one there, to the last bit.
/// </summary>
internal static class HalfPrecision
{
    /// <param name="bytes">Little-endian elements.</param>
    /// <param name="dtype"><c>F32</c>, <c>F16</c> or <c>BF16</c>.</param>
    /// <param name="values">Takes them; at least as long.</param>
    public static void Widen(ReadOnlySpan<byte> bytes, string dtype, Span<float> values)
    {
        if (dtype == "F32")
        {
            for (var i = 0; i < bytes.Length / sizeof(float); i++)
                values[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
            return;
        }
        for (var i = 0; i < bytes.Length / sizeof(ushort); i++)
        {
            var word = BinaryPrimitives.ReadUInt16LittleEndian(bytes[(i * sizeof(ushort))..]);
            // BF16 is the upper half of a float32.
            values[i] = dtype == "BF16"
                ? BitConverter.UInt32BitsToSingle((uint)word << 16)
                : (float)BitConverter.UInt16BitsToHalf(word);
        }
    }
}
