namespace MiniCpmDist.Coordinator.Runs;

/// <summary>There is nobody left to decide a request.</summary>
internal sealed class RequestLeftException(string message) : Exception(message);
