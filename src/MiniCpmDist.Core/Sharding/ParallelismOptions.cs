using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Sharding;

/// <summary>How a step is shared out, the order of its floating-point sums, and what a rank keeps in memory.</summary>
public sealed record ParallelismOptions
{
    /// <summary>Gradient lanes: the largest planned number of ranks; a power of two, or 3 or 5 times one.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>
    /// The most ranks that one sequence lies over (context parallelism), a power of two: it is cut into so many strands
    /// on any number of ranks, and they are part of the bits. 1: a sequence is whole.
    /// </summary>
    public int ContextRanks { get; init; } = 1;

    /// <summary>Sequences that go through the model at once.</summary>
    public int MicroBatch { get; init; } = 1;

    /// <summary>Threads of each rank's matrix products; part of the bits.</summary>
    public int ThreadsPerRank { get; init; } = 1;

    /// <summary>The order in which gradients are added: along the lanes, or as is fastest.</summary>
    public ReductionOrder Reduction { get; init; } = ReductionOrder.Lanes;

    /// <summary>
    /// Each rank keeps the gradients of its own part only (ZeRO-2): every micro-batch is reduced as it goes back, round
    /// by round over the ranks, and a rank has one lane.
    /// </summary>
    public bool ShardGradients { get; init; }

    /// <summary>What blocks compute again in backward instead of keeping it; decides no bit.</summary>
    public ActivationCheckpointing ActivationCheckpointing { get; init; }

    /// <summary>The numbers of ranks that the run can have, smallest first.</summary>
    public IReadOnlyList<int> WorldSizes => (Reduction, ShardGradients) switch
    {
        (ReductionOrder.Fast, _) => [.. Enumerable.Range(1, Lanes)],
        (_, true) => [Lanes * ContextRanks],
        _ => new LaneTree(Lanes * ContextRanks).WorldSizes,
    };

    /// <summary>
    /// How a world shares out lanes and strands: those of the run, or one lane for each rank where sums have no fixed
    /// order.
    /// </summary>
    /// <param name="worldSize">One of <see cref="WorldSizes"/>.</param>
    public RankGrid GridFor(int worldSize) => Reduction == ReductionOrder.Fast
        ? new RankGrid(LaneTree.OneForEach(worldSize), 1, worldSize)
        : new RankGrid(new LaneTree(Lanes), ContextRanks, worldSize);
}
