namespace MiniCpmDist.Cli.Planning;

/// <summary>What a plan is asked for.</summary>
/// <param name="Ranks">That fit the run's lanes.</param>
/// <param name="Mfu">Share of the peak that serves the model.</param>
/// <param name="PeakFlops">Of one rank's device; null where nobody has said it.</param>
/// <param name="MemoryPerRank">Bytes.</param>
/// <param name="Cluster">Null for none.</param>
internal sealed record PlanRequest(
    int Ranks, double Mfu, double? PeakFlops, long MemoryPerRank, ClusterRequest? Cluster)
{
    /// <summary>Other lengths of sequences to plan, in tokens.</summary>
    public IReadOnlyList<int> Lengths { get; init; } = [];
}
