using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class ChunkedCrossEntropyTests
{
    [Fact]
    public void Token_losses_and_gradients_equal_the_composition_with_full_logits_when_the_rows_need_several_chunks()
    {
        // 122,753 pieces make chunks of 128 rows: 300 rows need three, the last one short.
        const long Vocabulary = 122_753;
        Assert.Equal(128, LogitChunk.Rows(KernelSet.Plain, Vocabulary));
        using var scope = NewDisposeScope();
        var (hidden, head, targets) = Inputs(rows: 300, Vocabulary, width: 16);
        hidden.requires_grad = head.requires_grad = true;
        var tokenLosses = zeros(300, ScalarType.Float32);

        BackwardPass.Run(ChunkedCrossEntropy.apply(hidden, head, targets, true, tokenLosses) / 299);

        var (plainHidden, plainHead) = (hidden.detach().to(ScalarType.Float64), head.detach().to(ScalarType.Float64));
        plainHidden.requires_grad = plainHead.requires_grad = true;
        var losses = -plainHidden.matmul(plainHead.t()).log_softmax(1).gather(1, targets.clamp(min: 0L).unsqueeze(1));
        losses = losses.masked_fill(targets.lt(0.ToScalar()).unsqueeze(1), 0);
        BackwardPass.Run(losses.sum() / 299);
        RequireClose(losses.detach().view(-1), tokenLosses);
        RequireClose(plainHidden.grad!, hidden.grad!);
        RequireClose(plainHead.grad!, head.grad!);
    }

    [Fact]
    public void Targets_below_zero_bear_no_loss_and_no_gradient()
    {
        using var scope = NewDisposeScope();
        var (hidden, head, _) = Inputs(rows: 5, vocabulary: 11, width: 4);
        hidden.requires_grad = head.requires_grad = true;

        var loss = ChunkedCrossEntropy.apply(hidden, head, full(5, -100, ScalarType.Int64), true, null!);
        BackwardPass.Run(loss);

        Assert.Equal(0, loss.item<double>());
        Assert.Equal(0, hidden.grad!.abs().sum().item<float>());
        Assert.Equal(0, head.grad!.abs().sum().item<float>());
    }

    [Fact]
    public void The_loss_without_gradients_is_the_same_number()
    {
        using var scope = NewDisposeScope();
        var (hidden, head, targets) = Inputs(rows: 40, vocabulary: 300, width: 16);

        var with = ChunkedCrossEntropy.apply(hidden, head, targets, true, null!).item<double>();
        var without = ChunkedCrossEntropy.apply(hidden, head, targets, false, null!).item<double>();

        Assert.Equal(with, without);
    }

    private static (Tensor Hidden, Tensor Head, Tensor Targets) Inputs(long rows, long vocabulary, long width)
    {
        using var generator = new Generator(5);
        var targets = randint(vocabulary, [rows], ScalarType.Int64, generator: generator);
        targets[0] = -1;
        return (randn([rows, width], generator: generator), randn([vocabulary, width], generator: generator), targets);
    }

    private static void RequireClose(Tensor expected, Tensor found)
    {
        var error = (found.to(ScalarType.Float64) - expected).square().sum().sqrt() / expected.square().sum().sqrt();
        Assert.InRange(error.item<double>(), 0, 2e-6);
    }
}
