using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Mean losses of some sources over sequences spread evenly over their held-out sets: always the same ones, in the same
/// order, and not those of a set's first document alone.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="objective">The objective that is evaluated.</param>
/// <param name="named">Names and held-out splits; those that hold nothing out are left out.</param>
/// <param name="microBatch">Sequences that go through the model together; part of the bits.</param>
/// <param name="sequences">How many to read of each source; all of a smaller set.</param>
public sealed class HeldOutEvaluation(
    MiniCpmForCausalLM model, IObjective objective, IReadOnlyList<(string Name, TokenDataset HeldOut)> named,
    int microBatch, int sequences)
{
    private readonly (string Name, TokenDataset HeldOut)[] _sources = [.. HoldingOut(named)];
    private readonly TokenDataset[] _sets = [.. HoldingOut(named).Select(source => source.HeldOut)];

    /// <summary>Null, or takes the losses where sequences lie over several ranks.</summary>
    internal StrandEvaluation? OverRanks { get; init; }

    /// <summary>Sequences that one evaluation reads, of all sources.</summary>
    public long Sequences => _sets.Sum(Count);

    /// <summary>Ranks take the micro-batches in turn; sums are taken in micro-batch order.</summary>
    /// <returns>The loss of each source, in order.</returns>
    public IReadOnlyList<SourceLoss> LossesCollective(ICommunicator communicator) =>
        MeasureCollective(communicator).Losses;

    /// <summary>As above, with what the objective measures besides, over all sources.</summary>
    public (IReadOnlyList<SourceLoss> Losses, IReadOnlyList<Measure> Measures) MeasureCollective(
        ICommunicator communicator)
    {
        var batches = Enumerable.Range(0, _sets.Length).SelectMany(MicroBatches).ToArray();
        // Of each micro-batch the loss, and then its measures.
        var numbers = 1 + objective.Measures.Count;
        var sums = SumsCollective(communicator, batches, numbers);
        var weights = batches.Select(Weight).ToArray();
        return (
            [.. _sources.Select((source, index) => SourceLoss.Of(
                source.Name,
                batches.Index().Where(batch => batch.Item[0].Source == index).Sum(batch => sums[batch.Index * numbers]),
                Math.Max(1, batches.Zip(weights).Where(batch => batch.First[0].Source == index)
                    .Sum(batch => batch.Second)),
                source.HeldOut.BytesPerToken))],
            [.. objective.Measures.Select((name, i) => new Measure(
                name, Enumerable.Range(0, batches.Length).Sum(batch => sums[batch * numbers + 1 + i])
                    / Math.Max(1, weights.Sum())))]);
    }

    /// <summary>The mean over the tokens of all sources.</summary>
    public static double Mean(IReadOnlyList<SourceLoss> losses) =>
        losses.Sum(loss => loss.Loss * loss.Tokens) / losses.Sum(loss => loss.Tokens);

    private static IEnumerable<(string Name, TokenDataset HeldOut)> HoldingOut(
        IEnumerable<(string Name, TokenDataset HeldOut)> sources) =>
        sources.Where(source => source.HeldOut.DocumentCount > 0);

    private int Count(TokenDataset set) => (int)Math.Min(sequences, set.SequenceCount);

    private IEnumerable<SequenceRef[]> MicroBatches(int source)
    {
        var count = Count(_sets[source]);
        return Enumerable.Range(0, count)
            .Select(i => new SequenceRef(source, i * _sets[source].SequenceCount / count))
            .Chunk(microBatch);
    }

    private double[] SumsCollective(ICommunicator communicator, SequenceRef[][] batches, int numbers)
    {
        if (OverRanks is { } strands)
        {
            // What is measured besides next tokens is their loss under another name.
            return
            [
                .. strands.SumsCollective(communicator, batches.Length, i => objective.Read(_sets, batches[i]))
                    .SelectMany(sum => Enumerable.Repeat(sum, numbers)),
            ];
        }
        var sums = new double[batches.Length * numbers];
        for (var i = communicator.Rank; i < batches.Length; i += communicator.WorldSize)
            Measure(batches[i], sums.AsSpan(i * numbers, numbers));
        return OrderedSums.GatherCollective(communicator, sums, i => i / numbers % communicator.WorldSize);
    }

    private long Weight(SequenceRef[] places) =>
        places.Sum(place => objective.Weight(_sources[place.Source].HeldOut, place.Index));

    private void Measure(SequenceRef[] places, Span<double> numbers)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var sums = objective.Sum(model, objective.Read(_sets, places));
        numbers[0] = sums.Sum.item<double>();
        for (var i = 1; i < numbers.Length; i++)
            numbers[i] = sums.Measured[i - 1];
    }
}
