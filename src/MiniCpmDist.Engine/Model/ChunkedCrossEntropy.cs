using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model;

/// <summary>
/// Sum of token cross entropies without the full logits: a few rows at a time are projected, turned into losses and,
/// where a gradient is wanted, into gradients of the hidden states and the head at once. Backward only scales them.
/// </summary>
/// <remarks>
/// Inputs: hidden <c>[tokens, hidden]</c>, head <c>[vocabulary, hidden]</c>, targets <c>[tokens]</c> int64 (below zero:
/// no loss), whether gradients are wanted (inside a function the grad mode is always off), and null or a float32 tensor
/// <c>[tokens]</c> that is filled with each token's loss, 0 where it has none. Output: their sum in nats, float64.
/// Memory: one chunk of logits (<see cref="LogitChunk"/>), plus the two gradients. From bfloat16 the logits are taken
/// on in float32, and both gradients are kept in it until backward has scaled them.
/// </remarks>
internal sealed class ChunkedCrossEntropy : GraphFunction<ChunkedCrossEntropy>
{
    protected override int Inputs => 5;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, head, targets, withGradient) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (bool)vars[3]);
        Require.Rank(hidden, 2, nameof(hidden));
        Require.Shape(head, nameof(head), head.shape[0], hidden.shape[1]);
        Require.Shape(targets, nameof(targets), hidden.shape[0]);
        var tokenLosses = (Tensor?)vars[4];
        if (tokenLosses is not null)
            RequireTokenLosses(tokenLosses, hidden.shape[0]);
        var total = zeros([], ScalarType.Float64);
        var isNarrow = hidden.dtype == ScalarType.BFloat16;
        var wide = isNarrow ? ScalarType.Float32 : hidden.dtype;
        var hiddenGradient = withGradient ? empty(hidden.shape, wide) : null;
        var headGradient = withGradient && head.requires_grad ? zeros(head.shape, wide) : null;
        var rows = LogitChunk.Rows(KernelSet.Plain, head.shape[0]);
        for (var first = 0L; first < hidden.shape[0]; first += rows)
        {
            using var chunk = NewDisposeScope();
            var count = Math.Min(rows, hidden.shape[0] - first);
            var part = hidden.narrow(0, first, count);
            var wanted = targets.narrow(0, first, count).unsqueeze(1);                 // [rows, 1]
            var ignored = wanted.IsNegative();
            var index = wanted.ZeroWhere(ignored);
            var logits = part.mm(head.t()).to(wide);                               // [rows, vocabulary]
            var largest = logits.amax([1L], keepdim: true);                            // [rows, 1]
            var atTarget = logits.gather(1, index) - largest;
            // Not log_softmax: over 122,753 pieces its plain sum is four times less accurate than sum's cascade.
            var shares = logits.sub_(largest).exp_();
            var normalizer = shares.sum([1L], keepdim: true);
            var losses = (normalizer.log() - atTarget).ZeroWhere(ignored);             // [rows, 1]
            total.PlusInPlace(losses.sum(ScalarType.Float64));
            tokenLosses?.narrow(0, first, count).copy_(losses.squeeze(1));
            if (hiddenGradient is null)
                continue;
            // d loss / d logits: the probabilities, minus one at the target, and zero where there is no loss.
            var difference = shares.div_(normalizer).scatter_add_(1, index, ScalarMath.FilledLike(largest, -1));
            if (ignored.any().item<bool>())
                difference.ZeroWhereInPlace(ignored);
            var factor = difference.to(hidden.dtype);
            hiddenGradient.narrow(0, first, count).copy_(factor.mm(head));
            if (isNarrow)
                headGradient?.PlusInPlace(factor.t().mm(part));
            else
                headGradient?.addmm_(factor.t(), part);
        }
        if (hiddenGradient is not null)
        {
            ctx.save_data("type", hidden.dtype);
            ctx.save_for_backward(headGradient is null ? [hiddenGradient] : [hiddenGradient, headGradient]);
        }
        return total;
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var saved = ctx.get_saved_variables();
        var (factor, type) = (gradient.to(saved[0].dtype), (ScalarType)ctx.get_data("type"));
        var headGradient = saved.Count > 1 ? saved[1].mul_(factor).to(type) : null!;
        return [saved[0].mul_(factor).to(type), headGradient, null!, null!, null!];
    }

    private static void RequireTokenLosses(Tensor tokenLosses, long tokens)
    {
        Require.Shape(tokenLosses, nameof(tokenLosses), tokens);
        if (tokenLosses.dtype != ScalarType.Float32)
        {
            throw new ArgumentException(
                $"Expected {nameof(tokenLosses)} of type Float32, found {tokenLosses.dtype}.", nameof(tokenLosses));
        }
    }
}
