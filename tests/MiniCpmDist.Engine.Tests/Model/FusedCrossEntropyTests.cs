using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class FusedCrossEntropyTests
{
    private const long Vocabulary = 3001;
    private const long Rows = 800;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Losses_and_gradients_equal_the_composition_with_full_logits_when_the_rows_need_several_chunks(
        bool factorIsKnown)
    {
        Assert.InRange(LogitChunk.Rows(KernelSet.Fused, Vocabulary), 257, Rows / 2 - 1);
        using var scope = NewDisposeScope();
        using var generator = new Generator(5);
        var targets = randint(Vocabulary, [Rows], ScalarType.Int64, generator: generator);
        targets[0] = -1;
        targets[^1] = -100;
        var hidden = randn([Rows, 12], generator: generator);
        var head = randn([Vocabulary, 12], generator: generator);
        hidden.requires_grad = true;
        var losses = full(Rows, -1, ScalarType.Float32);
        using var weight = new FlatWeight(head.alias(), zeros_like(head).DetachFromDisposeScope());

        object? factor = factorIsKnown ? 1.0 / 798 : null;
        BackwardPass.Run(FusedCrossEntropy.apply(hidden, weight, targets, true, factor!, losses) / 798);

        var (plainHidden, plainHead) = (hidden.detach().to(ScalarType.Float64), head.to(ScalarType.Float64));
        plainHidden.requires_grad = plainHead.requires_grad = true;
        var expected = -plainHidden.matmul(plainHead.t()).log_softmax(1).gather(1, targets.clamp(min: 0L).unsqueeze(1));
        expected = expected.masked_fill(targets.lt(0.ToScalar()).unsqueeze(1), 0);
        BackwardPass.Run(expected.sum() / 798);
        RequireClose(expected.detach().view(-1), losses);
        RequireClose(plainHidden.grad!, hidden.grad!);
        RequireClose(plainHead.grad!, weight.Gradient);
    }

    private static void RequireClose(Tensor expected, Tensor found)
    {
        var error = (found.to(ScalarType.Float64) - expected).square().sum().sqrt() / expected.square().sum().sqrt();
        Assert.InRange(error.item<double>(), 0, 2e-6);
    }
}
