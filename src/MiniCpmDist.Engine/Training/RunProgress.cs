namespace MiniCpmDist.Engine.Training;

/// <summary>Where a run is and where it ends, on the step and on the token axis.</summary>
public sealed record RunProgress(
    string Name, long Step, long TotalSteps, long Tokens, long TotalTokens, int WorldSize, int Attempt);
