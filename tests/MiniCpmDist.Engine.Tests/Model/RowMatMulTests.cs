using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>
/// On Intel's processors with AVX-512 MKL's own mode promises what is asked here; on AMD's its sums for many rows are
/// chains that the kernel for few rows repeats. Where neither holds the tests say so.
/// </summary>
public sealed class RowMatMulTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public RowMatMulTests() => ComputeThreads.Set(1);

    public static TheoryData<int, int> Weights => new()
    {
        { 320, 320 }, { 320, 4096 }, { 800, 320 }, { 192, 64 }, { 1536, 96 }, { 333, 250 },
    };

    [Theory]
    [MemberData(nameof(Weights))]
    public void One_row_and_seven_have_the_bits_that_they_have_among_a_hundred(int inSize, int outSize)
    {
        var (x, weight) = (randn(100, inSize), randn(outSize, inSize));
        RequireKnownOrder(weight);

        var all = RowMatMul.Of(x, weight);

        foreach (var rows in new[] { 1, 2, 3, 7, 8, 31 })
        {
            var (some, among) = (RowMatMul.Of(x.narrow(0, 0, rows), weight), all.narrow(0, 0, rows));
            Assert.True(some.eq(among).all().item<bool>(), $"{rows} rows differ from the same rows among 100");
        }
    }

    [Fact]
    public void The_scores_of_a_text_do_not_depend_on_the_texts_beside_it()
    {
        using var frozen = no_grad();
        using var model = new MiniCpmForCausalLM(ModelPresets.All["nano"]);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(seed: 1);
        foreach (var parameter in model.parameters())
            parameter.DetachFromDisposeScope();
        RequireKnownOrder(rand(model.Shape.HiddenSize, model.Shape.HiddenSize));
        var ids = randint(model.Shape.VocabularySize, [5, 64], ScalarType.Int64);

        var together = model.forward(ids, null);

        for (var row = 0; row < 5; row++)
        {
            var alone = model.forward(ids.narrow(0, row, 1), null);
            Assert.True(alone.eq(together.narrow(0, row, 1)).all().item<bool>(), $"row {row}");
        }
    }

    [Fact]
    public void Weights_that_are_trained_are_multiplied_by_the_BLAS_alone()
    {
        var (x, weight) = (randn(1, 320), randn(64, 320).requires_grad_());

        var found = RowMatMul.Of(x, weight);

        Assert.True(found.requires_grad);
        Assert.Equal(
            nn.functional.linear(x, weight).data<float>().ToArray(), found.detach().data<float>().ToArray());
    }

    public void Dispose() => _scope.Dispose();

    private static void RequireKnownOrder(Tensor weight) =>
        Assert.SkipWhen(
            RowMatMul.FindBlock(weight) == 0, $"{LibTorchInfo.Blas} adds in an order of its own on this processor");
}
