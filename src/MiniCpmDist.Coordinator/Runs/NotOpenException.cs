namespace MiniCpmDist.Coordinator.Runs;

/// <summary>The service answers already and cannot promise anything yet.</summary>
internal sealed class NotOpenException(string message) : Exception(message);
