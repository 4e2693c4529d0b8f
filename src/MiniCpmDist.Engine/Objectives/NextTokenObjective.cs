using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>
/// Pre-training: the cross entropy of each next token in nats, over the positions that bear loss. A sequence's weight
/// is their number, so the objective is the mean over the tokens of the step, whatever sequences they are in.
/// </summary>
/// <param name="measures">Names under which the loss is measured once more; fine-tuning calls it that of
/// answers.</param>
public sealed class NextTokenObjective(params string[] measures) : IObjective
{
    public IReadOnlyList<string> Measures => measures;

    public long Weight(TokenDataset source, long index)
    {
        ArgumentNullException.ThrowIfNull(source);
        return source.LossTokens(index);
    }

    public ObjectiveSums Sum(MiniCpmForCausalLM model, MicroBatch batch, double? gradientFactor = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        long[] shape = [batch.Rows, batch.Ids.Length / batch.Rows];
        var tokenLosses = zeros(shape, ScalarType.Float32);                            // [rows, seq]
        var sum = model.LossSum(
            tensor(batch.Ids, shape), tensor(batch.Targets, shape), batch.SegmentLengths, tokenLosses,
            gradientFactor, batch.Images);
        var bySequence = tokenLosses.sum([1L], type: ScalarType.Float64);              // [rows]
        double[] measured = measures.Length == 0
            ? []
            : [.. Enumerable.Repeat(bySequence.sum().item<double>(), measures.Length)];
        return new ObjectiveSums(sum.MoveToOuterDisposeScope(), bySequence.MoveToOuterDisposeScope())
        {
            Measured = measured,
        };
    }
}
