using System.Runtime.InteropServices;
using MiniCpmDist.Native.Kernels;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Tests.Kernels;

public sealed class PackedProductTests : IDisposable
{
    private readonly string _picked = InstructionSet.Current;

    public static TheoryData<string, int, int, int, int> Cases()
    {
        var cases = new TheoryData<string, int, int, int, int>();
        foreach (var set in Rows.Sets())
        {
            // More and fewer outputs than go together, and groups of one word and of many.
            foreach (var (rows, inputs, outputs, group) in ((int, int, int, int)[])
                [(1, 8, 32, 8), (2, 384, 288, 128), (3, 64, 512, 16), (1, 256, 96, 256)])
                cases.Add(set, rows, inputs, outputs, group);
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Codes_stand_for_their_distance_from_eight_times_the_scale_of_their_group(
        string set, int rows, int inputs, int outputs, int group)
    {
        InstructionSet.Use(set);
        var x = Rows.Normal(1, rows * inputs);
        var scales = Rows.Normal(2, inputs / group * outputs);
        var bytes = new byte[inputs / 8 * outputs * sizeof(int)];
        new Random(3).NextBytes(bytes);
        var words = MemoryMarshal.Cast<byte, int>(bytes);
        var expected = new double[rows * outputs];
        for (var i = 0; i < expected.Length; i++)
        {
            var (row, output) = (i / outputs, i % outputs);
            for (var input = 0; input < inputs; input++)
            {
                var code = (words[input / 8 * outputs + output] >> (4 * (input % 8))) & 15;
                expected[i] += (double)x[row * inputs + input] * scales[input / group * outputs + output] * (code - 8);
            }
        }

        var found = Product(x, bytes, scales, rows, outputs, group, threads: 1);

        Rows.RequireClose(expected, found, 1e-5);
        Assert.Equal(found, Product(x, bytes, scales, rows, outputs, group, threads: 3));
        Assert.Equal(found[..outputs], Product(x[..inputs], bytes, scales, 1, outputs, group, threads: 1));
    }

    [Fact]
    public void Outputs_that_fill_no_vector_are_refused()
    {
        var problem = Assert.Throws<NativeException>(
            () => Product(new float[8], new byte[31 * 4], new float[31], 1, outputs: 31, group: 8, threads: 1));
        Assert.Contains("expected a multiple of 32 outputs, found 31", problem.Message, StringComparison.Ordinal);
    }

    public void Dispose() => InstructionSet.Use(_picked);

    private static float[] Product(
        float[] x, byte[] words, float[] scales, int rows, int outputs, int group, int threads)
    {
        using var from = new FloatArray(x);
        using var codes = new FloatArray(MemoryMarshal.Cast<byte, float>(words).ToArray());
        using var steps = new FloatArray(scales);
        using var to = new FloatArray(new float[rows * outputs]);
        RowKernels.PackedProduct(
            from.Address, codes.Address, steps.Address, to.Address, rows, x.Length / rows, outputs, group, threads);
        return to.Values.ToArray();
    }
}
