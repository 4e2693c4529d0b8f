using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Objectives;

/// <summary>
/// Next tokens with label smoothing: another training method, as small as one can be. Of each position's loss a share
/// asks for all pieces alike.
/// </summary>
internal sealed class SmoothedObjective(double share) : IObjective
{
    public long Weight(TokenDataset source, long index) => source.LossTokens(index);

    public ObjectiveSums Sum(MiniCpmForCausalLM model, MicroBatch batch, double? gradientFactor = null)
    {
        using var scope = NewDisposeScope();
        long[] shape = [batch.Rows, batch.Ids.Length / batch.Rows];
        var targets = tensor(batch.Targets, shape);
        var shares = nn.functional.log_softmax(model.Logits(tensor(batch.Ids, shape), batch.SegmentLengths), 2);
        var atTarget = shares.gather(2, targets.clamp_min(0).unsqueeze(2)).squeeze(2);    // [rows, seq]
        var losses = -((1 - share) * atTarget + share * shares.mean([2L]));
        var bySequence = (losses * targets.ge(0)).sum([1L], type: ScalarType.Float64);
        return new ObjectiveSums(
            bySequence.sum().MoveToOuterDisposeScope(), bySequence.detach().MoveToOuterDisposeScope());
    }

    /// <summary>The same over one sequence, number by number.</summary>
    /// <param name="logits"><c>[seq, vocabulary]</c>.</param>
    /// <param name="targets"><c>[seq]</c>.</param>
    public double Formula(float[] logits, ReadOnlySpan<long> targets)
    {
        var (sum, pieces) = (0.0, logits.Length / targets.Length);
        for (var position = 0; position < targets.Length; position++)
        {
            if (targets[position] < 0)
                continue;
            var scores = logits.AsSpan(position * pieces, pieces).ToArray();
            var normalizer = Math.Log(scores.Sum(score => Math.Exp(score)));
            sum += (1 - share) * (normalizer - scores[targets[position]])
                + share * scores.Average(score => normalizer - score);
        }
        return sum;
    }
}
