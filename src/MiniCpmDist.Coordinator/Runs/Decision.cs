namespace MiniCpmDist.Coordinator.Runs;

/// <summary>What rank 0 wrote to its journal about a request.</summary>
internal sealed record Decision(long Step, string Outcome);
