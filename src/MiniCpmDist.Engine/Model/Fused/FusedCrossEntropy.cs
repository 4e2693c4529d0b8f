using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Tensors;
using MiniCpmDist.Native.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Model.Fused;

/// <summary>
/// Sum of token cross entropies, as <see cref="ChunkedCrossEntropy"/> computes it, with one pass over each chunk of
/// logits, in place. Where the factor that backward multiplies with is known, the head's gradient goes straight into
/// the flat one, in the forward pass, and takes no memory.
/// </summary>
/// <remarks>
/// Inputs: hidden <c>[tokens, hidden]</c>, the head, targets <c>[tokens]</c> int64 (below zero: no loss), whether
/// gradients are wanted, the factor or null, and a float32 tensor <c>[tokens]</c> that is filled with each token's
/// loss. Output: their sum in nats, float64.
/// </remarks>
internal sealed class FusedCrossEntropy : GraphFunction<FusedCrossEntropy>
{
    protected override int Inputs => 6;

    protected override Tensor Forward(autograd.AutogradContext ctx, object[] vars)
    {
        var (hidden, head, targets) = ((Tensor)vars[0], (FlatWeight)vars[1], (Tensor)vars[2]);
        var (withGradient, factor, losses) = ((bool)vars[3], (double?)vars[4], (Tensor)vars[5]);
        Require.Shape(losses, nameof(losses), hidden.shape[0]);
        var hiddenGradient = withGradient ? empty_like(hidden) : null;
        var headGradient = !withGradient || !head.IsTrained ? null
            : factor is null ? zeros_like(head.Value)
            : head.Gradient;
        using var transposed = head.Value.t();
        var (vocabulary, chunkRows) = (head.Value.shape[0], LogitChunk.Rows(KernelSet.Fused, head.Value.shape[0]));
        var logits = empty([Math.Min(chunkRows, hidden.shape[0]), vocabulary], ScalarType.Float32);
        for (var first = 0L; first < hidden.shape[0]; first += chunkRows)
        {
            using var chunk = NewDisposeScope();
            var rows = Math.Min(chunkRows, hidden.shape[0] - first);
            var part = hidden.narrow(0, first, rows);
            var scores = logits.narrow(0, 0, rows).addmm_(part, transposed, 0);                // [rows, vocabulary]
            VocabularyKernels.CrossEntropy(
                TensorAddress.Of(scores), TensorAddress.Of(targets.narrow(0, first, rows), ScalarType.Int64),
                TensorAddress.Of(losses.narrow(0, first, rows)), rows, vocabulary,
                withGradient ? (float)(factor ?? 1) : null, get_num_threads());
            hiddenGradient?.narrow(0, first, rows).addmm_(scores, head.Value, 0);
            headGradient?.addmm_(scores.t(), part);
        }
        if (hiddenGradient is not null)
        {
            ctx.save_data(nameof(head), head);
            ctx.save_data(nameof(factor), factor ?? double.NaN);
            ctx.save_for_backward([hiddenGradient, factor is null ? headGradient : null!]);
        }
        return losses.sum(ScalarType.Float64);
    }

    protected override List<Tensor> Back(autograd.AutogradContext ctx, Tensor gradient)
    {
        var (head, factor) = ((FlatWeight)ctx.get_data("head"), (double)ctx.get_data("factor"));
        var saved = ctx.get_saved_variables();
        var found = gradient.item<double>();
        if (double.IsNaN(factor))
        {
            if (head.IsTrained)
                head.Gradient.PlusScaledInPlace(saved[1], found);
            saved[0].TimesInPlace(found);
        }
        else if (found != factor)
        {
            throw new InvalidOperationException($"Expected to go back with the factor {factor}, found {found}.");
        }
        return [saved[0], null!, null!, null!, null!, null!];
    }
}
