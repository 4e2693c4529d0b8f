using static System.Buffers.Binary.BinaryPrimitives;

namespace MiniCpmDist.Core.Formats.Gguf;

/// <summary>
/// Numbers to the bytes of a type and back. Rounding is llama.cpp's own, so that its quantizer would write the same.
/// </summary>
public static class GgufBlocks
{
    private const int Block = 32;

    /// <param name="values">A whole number of blocks.</param>
    /// <param name="type">How to store them.</param>
    /// <param name="bytes">Takes <see cref="GgufTypes.Bytes"/> of them.</param>
    public static void Encode(ReadOnlySpan<float> values, GgufType type, Span<byte> bytes)
    {
        var (elements, size) = (type.BlockElements(), type.BlockBytes());
        for (; values.Length >= elements; values = values[elements..], bytes = bytes[size..])
            EncodeBlock(values[..elements], type, bytes[..size]);
    }

    /// <param name="bytes">A whole number of blocks.</param>
    /// <param name="type">How they are stored.</param>
    /// <param name="values">Takes the numbers.</param>
    public static void Decode(ReadOnlySpan<byte> bytes, GgufType type, Span<float> values)
    {
        var (elements, size) = (type.BlockElements(), type.BlockBytes());
        for (; bytes.Length >= size; values = values[elements..], bytes = bytes[size..])
            DecodeBlock(bytes[..size], type, values[..elements]);
    }

    /// <summary>A block of Q4_0 from codes that others have chosen.</summary>
    /// <param name="codes">32 of them, from 0 to 15; 8 stands for zero.</param>
    /// <param name="scale">Their step.</param>
    /// <param name="bytes">Takes the block.</param>
    public static void EncodeQ4(ReadOnlySpan<byte> codes, Half scale, Span<byte> bytes)
    {
        WriteHalfLittleEndian(bytes, scale);
        for (var i = 0; i < Block / 2; i++)
            bytes[2 + i] = (byte)(codes[i] | (codes[i + Block / 2] << 4));
    }

    /// <summary>A bfloat16 is the upper half of a float32; this rounds to the nearest, halves to even.</summary>
    internal static ushort ToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding could make an infinity of what is not a number.
        return float.IsNaN(value) ? (ushort)((bits >> 16) | 64) : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }

    private static void EncodeBlock(ReadOnlySpan<float> values, GgufType type, Span<byte> bytes)
    {
        switch (type)
        {
            case GgufType.F32:
                WriteSingleLittleEndian(bytes, values[0]);
                break;
            case GgufType.F16:
                WriteHalfLittleEndian(bytes, (Half)values[0]);
                break;
            case GgufType.BF16:
                WriteUInt16LittleEndian(bytes, ToBFloat16(values[0]));
                break;
            case GgufType.Q8:
                EncodeQ8(values, bytes);
                break;
            case GgufType.Q4:
                EncodeQ4(values, bytes);
                break;
            case GgufType.Q5:
                EncodeQ5(values, bytes);
                break;
            case GgufType.Q4K:
                GgufQ4K.Encode(values, bytes);
                break;
        }
    }

    private static void DecodeBlock(ReadOnlySpan<byte> bytes, GgufType type, Span<float> values)
    {
        switch (type)
        {
            case GgufType.F32:
                values[0] = ReadSingleLittleEndian(bytes);
                break;
            case GgufType.F16:
                values[0] = (float)ReadHalfLittleEndian(bytes);
                break;
            case GgufType.BF16:
                values[0] = BitConverter.UInt32BitsToSingle((uint)ReadUInt16LittleEndian(bytes) << 16);
                break;
            case GgufType.Q8:
                for (var i = 0; i < Block; i++)
                    values[i] = (float)ReadHalfLittleEndian(bytes) * (sbyte)bytes[2 + i];
                break;
            case GgufType.Q4:
                for (var i = 0; i < Block; i++)
                    values[i] = (float)ReadHalfLittleEndian(bytes) * (Nibble(bytes[2..], i) - 8);
                break;
            case GgufType.Q5:
                var high = ReadUInt32LittleEndian(bytes[2..]);
                for (var i = 0; i < Block; i++)
                {
                    var code = Nibble(bytes[6..], i) | (int)(((high >> i) & 1) << 4);
                    values[i] = (float)ReadHalfLittleEndian(bytes) * (code - 16);
                }
                break;
            case GgufType.Q4K:
                GgufQ4K.Decode(bytes, values);
                break;
        }
    }

    /// <summary>Code i of a block of 32: the first half lies in the low halves of the bytes.</summary>
    private static int Nibble(ReadOnlySpan<byte> codes, int i) => i < Block / 2 ? codes[i] & 15 : codes[i - 16] >> 4;

    private static void EncodeQ8(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var largest = 0f;
        foreach (var value in values)
            largest = Math.Max(largest, Math.Abs(value));
        var scale = largest / 127;
        var inverse = scale == 0 ? 0 : 1 / scale;
        WriteHalfLittleEndian(bytes, (Half)scale);
        for (var i = 0; i < Block; i++)
            bytes[2 + i] = (byte)(sbyte)MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero);
    }

    private static void EncodeQ4(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var inverse = SignedScale(values, 8, bytes);
        for (var i = 0; i < Block / 2; i++)
            bytes[2 + i] = (byte)(Code(values[i], inverse, 8) | (Code(values[i + 16], inverse, 8) << 4));
    }

    private static void EncodeQ5(ReadOnlySpan<float> values, Span<byte> bytes)
    {
        var inverse = SignedScale(values, 16, bytes);
        var high = 0u;
        for (var i = 0; i < Block / 2; i++)
        {
            var (low, upper) = (Code(values[i], inverse, 16), Code(values[i + 16], inverse, 16));
            bytes[6 + i] = (byte)((low & 15) | ((upper & 15) << 4));
            high |= ((uint)low >> 4 << i) | ((uint)upper >> 4 << (i + 16));
        }
        WriteUInt32LittleEndian(bytes[2..], high);
    }

    /// <summary>The number farthest from zero gets the lowest code, whatever its sign.</summary>
    private static float SignedScale(ReadOnlySpan<float> values, int lowest, Span<byte> bytes)
    {
        var farthest = 0f;
        foreach (var value in values)
        {
            if (Math.Abs(value) > Math.Abs(farthest))
                farthest = value;
        }
        var scale = farthest / -lowest;
        WriteHalfLittleEndian(bytes, (Half)scale);
        return scale == 0 ? 0 : 1 / scale;
    }

    private static int Code(float value, float inverse, int middle) =>
        Math.Min(2 * middle - 1, (int)(sbyte)(value * inverse + middle + 0.5f));
}
