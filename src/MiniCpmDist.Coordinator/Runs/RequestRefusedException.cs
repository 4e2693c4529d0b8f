namespace MiniCpmDist.Coordinator.Runs;

/// <summary>A request that cannot be accepted, with the reason for the caller.</summary>
internal sealed class RequestRefusedException(string message) : Exception(message);
