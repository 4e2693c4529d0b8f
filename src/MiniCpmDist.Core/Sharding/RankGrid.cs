namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// How the ranks of a world share out lanes and strands. A sequence lies over as many ranks as it may and the world
/// has; what is left of the world shares out the lanes. Each strand of each lane has a gradient sum of its own, and the
/// tree adds strand by strand the lanes of each, so that a rank owns a whole subtree of the tree of all of them.
/// </summary>
/// <param name="Lanes">Those of the run.</param>
/// <param name="Strands">Of each sequence: the most ranks that it lies over (<c>parallel.context_ranks</c>).</param>
/// <param name="WorldSize">Ranks.</param>
public sealed record RankGrid(LaneTree Lanes, int Strands, int WorldSize)
{
    /// <summary>The sums of all strands of all lanes: sum <c>strand x lanes + lane</c>.</summary>
    public LaneTree Sums { get; } = Strands == 1 ? Lanes : new LaneTree(Strands * Lanes.Lanes);

    /// <summary>Ranks that one sequence lies over.</summary>
    public int ContextRanks => Math.Min(Strands, WorldSize);

    /// <summary>Groups of such ranks, which share out the lanes.</summary>
    public int LaneRanks => WorldSize / ContextRanks;

    /// <summary>Strands that a rank computes.</summary>
    public int OwnStrands => Strands / ContextRanks;

    /// <summary>The neighbouring lanes that a rank computes its strands of.</summary>
    public (int First, int Count) LanesOf(int rank) => Lanes.LanesOf(rank % LaneRanks, LaneRanks);

    /// <summary>The neighbouring strands that it computes.</summary>
    public (int First, int Count) StrandsOf(int rank) => (ContextIndexOf(rank) * OwnStrands, OwnStrands);

    /// <summary>Its place among the ranks of one sequence.</summary>
    public int ContextIndexOf(int rank) => rank / LaneRanks;

    /// <summary>The ranks that compute the same lanes, in the order of their strands.</summary>
    public IReadOnlyList<int> ContextOf(int rank) =>
        [.. Enumerable.Range(0, ContextRanks).Select(index => index * LaneRanks + rank % LaneRanks)];

    /// <summary>The rank that computes a strand in one of the groups that share out the lanes.</summary>
    public int RankOf(int strand, int group) => strand / OwnStrands * LaneRanks + group;

    /// <summary>The micro-batches that it computes its strands of.</summary>
    public (int First, int Count) MicroBatchesOf(int rank, int microBatches) =>
        LaneMicroBatches.OfRank(Lanes, rank % LaneRanks, LaneRanks, microBatches);
}
