using MiniCpmDist.Core.Model;

namespace MiniCpmDist.Core.Sharding;

/// <summary>How a step is shared out, the order of its floating-point sums, and what a rank keeps in memory.</summary>
public sealed record ParallelismOptions
{
    /// <summary>Gradient lanes: the largest planned number of ranks; a power of two, or 3 or 5 times one.</summary>
    public int Lanes { get; init; } = 4;

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
        (_, true) => [Lanes],
        _ => new LaneTree(Lanes).WorldSizes,
    };

    /// <summary>The lanes of a world: those of the run, or one for each rank where sums have no fixed order.</summary>
    /// <param name="worldSize">One of <see cref="WorldSizes"/>.</param>
    public LaneTree LanesFor(int worldSize) =>
        Reduction == ReductionOrder.Fast ? LaneTree.OneForEach(worldSize) : new LaneTree(Lanes);
}
