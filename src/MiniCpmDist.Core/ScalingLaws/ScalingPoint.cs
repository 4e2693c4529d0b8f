namespace MiniCpmDist.Core.ScalingLaws;

/// <summary>A decayed run, as a scaling law sees it.</summary>
/// <param name="Run">Its name.</param>
/// <param name="Parameters">Non-embedding parameters.</param>
/// <param name="Tokens">Tokens from the beginning of its trunk to the end of its decay.</param>
/// <param name="Loss">Held-out loss at its end.</param>
public sealed record ScalingPoint(string Run, double Parameters, double Tokens, double Loss);
