using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class PackedWeightTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    [Theory]
    [InlineData(64, 32, 32)]
    [InlineData(384, 96, 128)]
    [InlineData(320, 160, 8)]
    public void A_product_with_codes_is_the_product_with_the_weights_that_they_stand_for(
        int inputs, int outputs, int group)
    {
        ComputeThreads.Set(1);
        var (matrix, weights) = Some(inputs, outputs, group);
        using var packed = PackedWeight.TryCreate(matrix, group)!;
        var x = randn(20, inputs);
        var expected = nn.functional.linear(x.to(ScalarType.Float64), weights.to(ScalarType.Float64));
        var largest = expected.abs().max().item<double>();
        foreach (var rows in new[] { 1, 3, 16, 20 })
        {
            var found = packed.Times(x.narrow(0, 0, rows));
            var error = found.to(ScalarType.Float64).subtract(expected.narrow(0, 0, rows)).abs().max().item<double>();
            Assert.InRange(error / largest, 0, 2e-6);
        }
    }

    [Fact]
    public void A_row_has_the_same_bits_alone_and_among_others_and_on_any_number_of_threads()
    {
        var (matrix, _) = Some(256, 128, 64);
        using var packed = PackedWeight.TryCreate(matrix, 64)!;
        var x = randn(5, 256);
        ComputeThreads.Set(1);
        var together = packed.Times(x);
        var alone = packed.Times(x.narrow(0, 3, 1));
        ComputeThreads.Set(3);
        var threads = packed.Times(x);
        ComputeThreads.Set(1);
        Assert.True(alone.eq(together.narrow(0, 3, 1)).all().item<bool>());
        Assert.True(threads.eq(together).all().item<bool>());
    }

    [Fact]
    public void A_matrix_with_scattered_groups_is_left_to_others()
    {
        var (matrix, _) = Some(64, 32, 32);
        int[] scattered = [.. matrix.GroupOf];
        (scattered[0], scattered[63]) = (1, 0);
        Assert.Null(PackedWeight.TryCreate(matrix with { GroupOf = scattered }, 32));
    }

    public void Dispose() => _scope.Dispose();

    private static (GptqMatrix Matrix, Tensor Weights) Some(int inputs, int outputs, int group)
    {
        var random = new Random(inputs);
        var codes = new byte[inputs * outputs];
        random.NextBytes(codes);
        for (var i = 0; i < codes.Length; i++)
            codes[i] &= 15;
        var groups = inputs / group;
        var zeros = new int[groups * outputs / 8];
        Array.Fill(zeros, GptqPacking.SymmetricZeros(GptqLayout.Version1));
        var matrix = new GptqMatrix(
            outputs, inputs, GptqLayout.Version1, GptqPacking.Pack(codes, outputs, inputs), zeros,
            [.. Enumerable.Range(0, groups * outputs).Select(_ => (Half)(random.NextDouble() + 0.1))],
            [.. Enumerable.Range(0, inputs).Select(input => input / group)]);
        var weights = new float[inputs * outputs];
        for (var output = 0; output < outputs; output++)
            GptqPacking.Unpack(matrix, output, weights.AsSpan(output * inputs, inputs));
        return (matrix, tensor(weights, [outputs, inputs]));
    }
}
