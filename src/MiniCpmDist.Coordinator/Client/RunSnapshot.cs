using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Coordinator.Client;

/// <summary>What a coordinator says about a run when asked once.</summary>
/// <param name="RunName">Known from the start.</param>
/// <param name="Status">After the newest step; null until the first one is done.</param>
/// <param name="IsReporting">Rank 0 is connected and takes requests.</param>
/// <param name="WaitingRequests">Requests that are accepted and not decided.</param>
public sealed record RunSnapshot(string RunName, RunStatus? Status, bool IsReporting, int WaitingRequests);
