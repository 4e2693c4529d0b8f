using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>The loss of a micro-batch, in all and by sequence.</summary>
internal sealed class MicroBatchLoss(MiniCpmForCausalLM model)
{
    /// <param name="batch">The sequences.</param>
    /// <param name="gradientFactor">What backward will come with; null where there is none.</param>
    /// <returns>The sum of token losses in nats, a float64 scalar, and each token's loss <c>[rows, seq]</c> float32;
    /// the caller's scope owns both.
    /// </returns>
    public (Tensor Sum, Tensor TokenLosses) Forward(MicroBatch batch, double? gradientFactor = null)
    {
        using var scope = NewDisposeScope();
        long[] shape = [batch.Rows, batch.Ids.Length / batch.Rows];
        var tokenLosses = zeros(shape, ScalarType.Float32);
        var sum = model.LossSum(
            tensor(batch.Ids, shape), tensor(batch.Targets, shape), batch.SegmentLengths, tokenLosses,
            gradientFactor);
        return (sum.MoveToOuterDisposeScope(), tokenLosses.MoveToOuterDisposeScope());
    }

    /// <summary>Adds up each row, in float64.</summary>
    public static void BySequence(Tensor tokenLosses, Span<double> sums)
    {
        using var scope = NewDisposeScope();
        tokenLosses.sum([1L], type: ScalarType.Float64).cpu().data<double>().ToArray().CopyTo(sums);
    }
}
