using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Tests.Sharding;

/// <summary>
/// Runs a reduction with texts for numbers: what comes out says which additions were done, in which order. One text
/// stands for one chunk of a rank's buffer.
/// </summary>
internal sealed class SymbolicWorld(LaneTree tree, int worldSize)
{
    private readonly ReductionPlan[] _plans = Plans(tree, worldSize, (long)tree.Lanes * FlatLayout.ChunkSize);

    /// <summary>The plans of all ranks.</summary>
    public static ReductionPlan[] Plans(LaneTree tree, int worldSize, long length) =>
        [.. Enumerable.Range(0, worldSize).Select(rank => ReductionPlan.For(length, tree, worldSize, rank))];

    /// <summary>The sums of all chunks, each from the rank that owns it.</summary>
    public IEnumerable<string> Reduce()
    {
        var buffers = Enumerable.Range(0, worldSize)
            .Select(rank => Enumerable.Repeat(LocalSum(rank), tree.Lanes).ToArray())
            .ToArray();
        for (var i = 0; i < _plans[0].Stages.Count; i++)
            buffers =
                [.. Enumerable.Range(0, worldSize).Select(rank => AfterStage(buffers, rank, _plans[rank].Stages[i]))];
        return Enumerable.Range(0, worldSize)
            .SelectMany(rank => Slice(_plans[rank].Owned).Select(chunk => buffers[rank][chunk]));
    }

    private static string[] AfterStage(string[][] before, int rank, ReductionStage stage)
    {
        var after = (string[])before[rank].Clone();
        foreach (var chunk in Slice(stage.OwnPart))
            after[chunk] = Sum(stage.Members.Select(member => before[member][chunk]));
        return after;
    }

    /// <summary>A rank's own lanes: whole subtrees, then the top stage where the rank has all of it.</summary>
    private string LocalSum(int rank)
    {
        var (first, count) = tree.LanesOf(rank, worldSize);
        var width = Math.Min(count, tree.Lanes / tree.TopFactor);
        return Sum(Enumerable.Range(0, count / width).Select(part => Halves(first + part * width, width)));
    }

    private static string Halves(int first, int count) =>
        count == 1 ? $"{first}" : Sum([Halves(first, count / 2), Halves(first + count / 2, count / 2)]);

    private static string Sum(IEnumerable<string> terms) => terms.Aggregate((left, right) => $"({left}+{right})");

    private static IEnumerable<int> Slice((long Offset, long Count) slice) =>
        Enumerable.Range((int)(slice.Offset / FlatLayout.ChunkSize), (int)(slice.Count / FlatLayout.ChunkSize));
}
