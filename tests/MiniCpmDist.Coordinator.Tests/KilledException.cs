namespace MiniCpmDist.Coordinator.Tests;

/// <summary>The process is gone: nothing in it may catch this.</summary>
internal sealed class KilledException : Exception;
