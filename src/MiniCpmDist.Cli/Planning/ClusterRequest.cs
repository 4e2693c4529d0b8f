using MiniCpmDist.Core.Planning;

namespace MiniCpmDist.Cli.Planning;

/// <summary>What a cluster's plan is asked for.</summary>
/// <param name="Work">Of a step.</param>
/// <param name="Counts">Numbers of devices.</param>
/// <param name="Links">Between them.</param>
internal sealed record ClusterRequest(ClusterWork Work, IReadOnlyList<int> Counts, ClusterLinks Links);
