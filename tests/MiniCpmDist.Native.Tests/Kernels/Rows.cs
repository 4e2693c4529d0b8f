using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

/// <summary>Random rows, and what tests of kernels over rows ask of results.</summary>
internal static class Rows
{
    /// <summary>Normal numbers of this seed.</summary>
    public static float[] Normal(int seed, long count, double deviation = 1)
    {
        var random = new Random(seed);
        var numbers = new float[count];
        for (var i = 0; i < count; i++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble()));
            numbers[i] = (float)(deviation * radius * Math.Cos(2 * Math.PI * random.NextDouble()));
        }
        return numbers;
    }

    /// <summary>The sets that this processor has, widest first.</summary>
    public static IReadOnlyList<string> Sets()
    {
        var picked = InstructionSet.Current;
        var sets = InstructionSet.Names.Where(IsThere).ToArray();
        InstructionSet.Use(picked);
        return sets;
    }

    /// <summary>The relative L2 error.</summary>
    public static void RequireClose(IReadOnlyList<double> expected, ReadOnlySpan<float> found, double limit)
    {
        Assert.Equal(expected.Count, found.Length);
        var (error, size) = (0.0, 0.0);
        for (var i = 0; i < found.Length; i++)
        {
            error += (found[i] - expected[i]) * (found[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        Assert.InRange(Math.Sqrt(error), 0, limit * Math.Sqrt(size) + 1e-30);
    }

    private static bool IsThere(string set)
    {
        try
        {
            InstructionSet.Use(set);
            return true;
        }
        catch (NativeException)
        {
            return false;
        }
    }
}
