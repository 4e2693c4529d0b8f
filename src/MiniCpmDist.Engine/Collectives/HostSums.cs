using System.Numerics;
using System.Runtime.InteropServices;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// Sums over ranks in host memory, always in rank order. bfloat16 is added in float32 and rounded once, to the nearest
/// even.
/// </summary>
internal static class HostSums
{
    // A span may hold more elements than a cache does; this few fit into it together with all ranks' parts.
    private const int Piece = 4096;

    /// <summary>
    /// <paramref name="sum"/> gets ((parts[0] + parts[1]) + parts[2]) ...; it may be where one of the parts is.
    /// </summary>
    public static void Add(IReadOnlyList<nint> parts, nint sum, long count, ElementType type)
    {
        for (var done = 0L; done < count; done += Piece)
        {
            var length = (int)Math.Min(Piece, count - done);
            var offset = type.Bytes(done);
            switch (type)
            {
                case ElementType.Float32:
                    AddPiece<float>(parts, sum, offset, length);
                    break;
                case ElementType.Float64:
                    AddPiece<double>(parts, sum, offset, length);
                    break;
                case ElementType.BFloat16:
                    AddBFloat16(parts, sum, offset, length);
                    break;
                default:
                    throw new ArgumentOutOfRangeException(nameof(type), type, "Expected numbers, which have a sum.");
            }
        }
    }

    private static void AddPiece<T>(IReadOnlyList<nint> parts, nint sum, nint offset, int length)
        where T : unmanaged, INumber<T>
    {
        Span<T> total = stackalloc T[length];
        NativeSpan.Of<T>(parts[0] + offset, length).CopyTo(total);
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(total);
        for (var part = 1; part < parts.Count; part++)
        {
            var next = NativeSpan.Of<T>(parts[part] + offset, length);
            var nextVectors = MemoryMarshal.Cast<T, Vector<T>>(next);
            for (var i = 0; i < vectors.Length; i++)
                vectors[i] += nextVectors[i];
            for (var i = vectors.Length * Vector<T>.Count; i < length; i++)
                total[i] += next[i];
        }
        total.CopyTo(NativeSpan.Of<T>(sum + offset, length));
    }

    private static void AddBFloat16(IReadOnlyList<nint> parts, nint sum, nint offset, int length)
    {
        Span<float> total = stackalloc float[length];
        for (var part = 0; part < parts.Count; part++)
        {
            var next = NativeSpan.Of<ushort>(parts[part] + offset, length);
            for (var i = 0; i < length; i++)
                total[i] = part == 0 ? Widen(next[i]) : total[i] + Widen(next[i]);
        }
        var result = NativeSpan.Of<ushort>(sum + offset, length);
        for (var i = 0; i < length; i++)
            result[i] = Narrow(total[i]);
    }

    private static float Widen(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static ushort Narrow(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        // Rounding could carry the payload of a NaN into infinity.
        return float.IsNaN(value)
            ? (ushort)((bits >> 16) | 0x40)
            : (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
