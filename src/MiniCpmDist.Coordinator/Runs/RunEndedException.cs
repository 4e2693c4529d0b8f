namespace MiniCpmDist.Coordinator.Runs;

/// <summary>The run has ended: there is nobody left to decide.</summary>
internal sealed class RunEndedException(string message) : Exception(message);
