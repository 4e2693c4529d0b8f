using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// What the micro-batches of a step sum up to, of each strand: strand by strand, micro-batch by micro-batch. All sums
/// over them are taken in this order, so that they have the same bits for every world size.
/// </summary>
internal sealed class StepSums
{
    private readonly RankGrid _grid;
    private readonly int _microBatches;
    private readonly int _sequences;
    private readonly IReadOnlyList<string> _measures;
    private double[] _numbers;

    private StepSums(RankGrid grid, int microBatches, int sequences, IReadOnlyList<string> measures)
    {
        (_grid, _microBatches, _sequences, _measures) = (grid, microBatches, sequences, measures);
        _numbers = new double[grid.Strands * microBatches * Width];
    }

    private int Width => MicroBatchSums.Count(_sequences, _measures.Count);

    /// <param name="grid">Who computes what.</param>
    /// <param name="microBatches">Of the step.</param>
    /// <param name="sequences">Of a micro-batch.</param>
    /// <param name="measures">Names of what is measured besides.</param>
    public static StepSums For(RankGrid grid, int microBatches, int sequences, IReadOnlyList<string> measures) =>
        new(grid, microBatches, sequences, measures);

    /// <summary>Where a rank puts the sums of its strands of a micro-batch.</summary>
    public IReadOnlyList<MicroBatchSums> Of(int rank, int microBatch)
    {
        var (first, count) = _grid.StrandsOf(rank);
        return [.. Enumerable.Range(first, count).Select(strand => At(strand, microBatch))];
    }

    /// <summary>Brings all numbers to all ranks, and with them those that each rank has of its own.</summary>
    /// <returns>By rank, those of its own.</returns>
    public double[][] GatherCollective(ICommunicator communicator, double[] own)
    {
        var owners = new int[_grid.Strands * _microBatches];
        for (var rank = 0; rank < _grid.WorldSize; rank++)
        {
            var (firstStrand, strands) = _grid.StrandsOf(rank);
            var (first, count) = _grid.MicroBatchesOf(rank, _microBatches);
            for (var strand = firstStrand; strand < firstStrand + strands; strand++)
                owners.AsSpan(strand * _microBatches + first, count).Fill(rank);
        }
        (_numbers, var ofRanks) = OrderedSums.GatherCollective(communicator, _numbers, i => owners[i / Width], own);
        return ofRanks;
    }

    /// <summary>The objective of the step.</summary>
    public double Objective() => OrderedSums.Sum([.. All().Select(sums => sums.Objective)]);

    /// <summary>That of each of its sequences, in order.</summary>
    public double[] BySequence()
    {
        var sums = new double[_microBatches * _sequences];
        for (var i = 0; i < sums.Length; i++)
        {
            for (var strand = 0; strand < _grid.Strands; strand++)
                sums[i] += At(strand, i / _sequences).BySequence[i % _sequences];
        }
        return sums;
    }

    /// <summary>Means of what is measured besides.</summary>
    public Measure[] Measured(long weight) =>
        [.. _measures.Select((name, i) => new Measure(
            name, OrderedSums.Sum([.. All().Select(sums => sums.Measured[i])]) / weight))];

    private IEnumerable<MicroBatchSums> All() =>
        from strand in Enumerable.Range(0, _grid.Strands)
        from microBatch in Enumerable.Range(0, _microBatches)
        select At(strand, microBatch);

    private MicroBatchSums At(int strand, int microBatch) => new(
        _numbers.AsMemory((strand * _microBatches + microBatch) * Width, Width), _sequences);
}
