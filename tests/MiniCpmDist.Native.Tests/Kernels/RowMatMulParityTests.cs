using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

public sealed class RowMatMulParityTests : IDisposable
{
    private readonly string _picked = InstructionSet.Current;

    /// <summary>Rows, inner size, outputs, block: fewer and more than a vector, whole and with a remainder.</summary>
    private static readonly (int Rows, int In, int Out, int Block)[] s_shapes =
    [
        (1, 1, 1, 1), (1, 64, 64, 64), (1, 300, 33, 192), (2, 193, 16, 96), (4, 385, 48, 384), (7, 50, 17, 7),
        (5, 1000, 31, 192),
    ];

    public static TheoryData<string, int, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int, int>();
        foreach (var set in Rows.Sets())
        {
            foreach (var (rows, inSize, outSize, block) in s_shapes)
                cases.Add(set, rows, inSize, outSize, block);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Each_sum_is_a_chain_over_each_block_and_the_chains_are_added_in_turn(
        string set, int rows, int inSize, int outSize, int block)
    {
        InstructionSet.Use(set);
        var (x, weight) = (Rows.Normal(1, rows * inSize), Rows.Normal(2, outSize * inSize));

        var found = Product(x, weight, rows, outSize, block, threads: 1);

        var expected = Reference(x, weight, rows, outSize, block);
        // Without fused multiply-adds a chain rounds twice a link.
        if (set == "baseline")
            Rows.RequireClose([.. expected.Select(value => (double)value)], found, 1e-6);
        else
            Assert.Equal(expected, found);
        Assert.Equal(found, Product(x, weight, rows, outSize, block, threads: 3));
        for (var row = 0; row < rows; row++)
        {
            Assert.Equal(
                found[(row * outSize)..((row + 1) * outSize)],
                Product(x[(row * inSize)..((row + 1) * inSize)], weight, 1, outSize, block, threads: 1));
        }
    }

    [Fact]
    public void A_block_of_nothing_is_refused()
    {
        var problem = Assert.Throws<NativeException>(() => Product([1, 2], [3, 4], 1, 1, block: 0, threads: 1));

        Assert.Contains("expected blocks of 1 or more, found 0", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static float[] Product(float[] x, float[] weight, int rows, int outSize, int block, int threads)
    {
        using var from = new FloatArray(x);
        using var by = new FloatArray(weight);
        using var to = new FloatArray(new float[rows * outSize]);
        RowKernels.Product(from.Address, by.Address, to.Address, rows, x.Length / rows, outSize, block, threads);
        return to.Values.ToArray();
    }

    private static float[] Reference(float[] x, float[] weight, int rows, int outSize, int block)
    {
        var inSize = x.Length / rows;
        var y = new float[rows * outSize];
        for (var i = 0; i < y.Length; i++)
        {
            var (row, output) = (i / outSize, i % outSize);
            for (var first = 0; first < inSize; first += block)
            {
                var chain = 0f;
                for (var j = first; j < Math.Min(first + block, inSize); j++)
                    chain = MathF.FusedMultiplyAdd(x[row * inSize + j], weight[output * inSize + j], chain);
                y[i] = first == 0 ? chain : y[i] + chain;
            }
        }
        return y;
    }
}
