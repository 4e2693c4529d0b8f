using System.Runtime.InteropServices;
using MiniCpmDist.Core.Randomness;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>Every rank's data, which each rank can compute, and what their sums are by definition.</summary>
internal static class Elements
{
    /// <summary>Other numbers for every rank and purpose.</summary>
    public static byte[] Of(int rank, string purpose, int count, ElementType type)
    {
        var values = new float[count];
        CounterRandom.FillNormal(values, 0, seed: 8, $"{purpose} {rank}", std: 1);
        return type switch
        {
            ElementType.Float32 => Bytes<float>(values),
            ElementType.Float64 => Bytes<double>([.. values.Select(value => value * 1.1)]),
            ElementType.BFloat16 => Bytes<ushort>([.. values.Select(Truncated)]),
            _ => Bytes<byte>([.. values.Select(value => (byte)(value * 100))]),
        };
    }

    /// <summary>((ranks[0] + ranks[1]) + ranks[2]) ...</summary>
    public static byte[] Sum(byte[][] ranks, ElementType type) => type switch
    {
        ElementType.Float32 => Sum<float>(ranks, (a, b) => a + b),
        ElementType.Float64 => Sum<double>(ranks, (a, b) => a + b),
        ElementType.BFloat16 => SumOfBFloat16(ranks),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static byte[] Sum<T>(byte[][] ranks, Func<T, T, T> add) where T : unmanaged
    {
        var sum = MemoryMarshal.Cast<byte, T>(ranks[0]).ToArray();
        foreach (var rank in ranks.Skip(1))
        {
            var next = MemoryMarshal.Cast<byte, T>(rank);
            for (var i = 0; i < sum.Length; i++)
                sum[i] = add(sum[i], next[i]);
        }
        return Bytes<T>(sum);
    }

    private static byte[] SumOfBFloat16(byte[][] ranks)
    {
        var wide = ranks.Select(
            rank => Bytes<float>([.. MemoryMarshal.Cast<byte, ushort>(rank).ToArray().Select(Widened)]));
        var sum = Sum<float>([.. wide], (a, b) => a + b);
        return Bytes<ushort>([.. MemoryMarshal.Cast<byte, float>(sum).ToArray().Select(Nearest)]);
    }

    /// <summary>The nearer neighbour; of two that are as near the one whose last bit is 0.</summary>
    private static ushort Nearest(float value)
    {
        var below = Truncated(value);
        var above = (ushort)(below + 1);
        var toBelow = Math.Abs((double)value - Widened(below));
        var toAbove = Math.Abs((double)value - Widened(above));
        var isBelow = toBelow < toAbove || (toBelow.Equals(toAbove) && below % 2 == 0);
        return isBelow ? below : above;
    }

    private static ushort Truncated(float value) => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);

    private static float Widened(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes<T>(values).ToArray();
}
