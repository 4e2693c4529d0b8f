using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// The held-out loss by how many tokens of its own document a token has before it. A model that uses what stands far
/// back has a smaller loss there than nearer to the beginning.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="sets">Held-out splits.</param>
/// <param name="sequences">How many to read of each, spread over it; all of a smaller one.</param>
public sealed class PositionEvaluation(MiniCpmForCausalLM model, IReadOnlyList<TokenDataset> sets, int sequences)
{
    /// <summary>Ranks take the sequences in turn; sums are taken in their order.</summary>
    public IReadOnlyList<PositionLoss> LossesCollective(ICommunicator communicator)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        var places = sets.SelectMany(set =>
        {
            var count = Math.Min(sequences, set.SequenceCount);
            return Enumerable.Range(0, (int)count).Select(i => (Set: set, Index: i * set.SequenceCount / count));
        }).ToArray();
        var window = sets.Max(set => set.SequenceLength);
        var ranges = PositionLoss.RangeOf(window) + 1;
        // Of each sequence the losses of the ranges, and then their tokens.
        var numbers = 2 * ranges;
        var found = new double[places.Length * numbers];
        for (var i = communicator.Rank; i < places.Length; i += communicator.WorldSize)
            Add(places[i].Set, places[i].Index, found.AsSpan(i * numbers, numbers));
        found = OrderedSums.GatherCollective(communicator, found, i => i / numbers % communicator.WorldSize);
        var sums = new double[numbers];
        for (var i = 0; i < found.Length; i++)
            sums[i % numbers] += found[i];
        return PositionLoss.Of(sums[..ranges], sums[ranges..], window);
    }

    private void Add(TokenDataset set, long index, Span<double> numbers)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var batch = MicroBatch.Read([set], [new(0, index)]);
        var losses = zeros([1, set.SequenceLength], ScalarType.Float32);
        model.LossSum(
            tensor(batch.Ids, [1, set.SequenceLength]), tensor(batch.Targets, [1, set.SequenceLength]),
            batch.SegmentLengths, losses, images: batch.Images);
        var values = losses.data<float>().ToArray();
        var ranges = numbers.Length / 2;
        var at = 0;
        foreach (var length in DocumentReach.Documents(set, index))
        {
            for (var position = 0; position < length; position++, at++)
            {
                if (batch.Targets[at] < 0)
                    continue;
                // The token that is predicted has the input at this position before it, too.
                var range = PositionLoss.RangeOf(position + 1);
                numbers[range] += values[at];
                numbers[ranges + range]++;
            }
        }
    }
}
