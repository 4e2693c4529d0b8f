namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Where a run is and where it ends, on the step and on the token axis; both totals are 0 while its stable phase has
/// no end.
/// </summary>
public sealed record RunProgress(
    string Name, long Step, long TotalSteps, long Tokens, long TotalTokens, int WorldSize, int Attempt);
