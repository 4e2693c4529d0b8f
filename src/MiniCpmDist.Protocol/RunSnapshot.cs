using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Protocol;

/// <summary>What a run's service says when asked once.</summary>
/// <param name="RunName">Known from the start.</param>
/// <param name="Status">After the newest step; null until the first one is done.</param>
public sealed record RunSnapshot(string RunName, RunStatus? Status);
