using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>One thing that a coordinator must not forget.</summary>
/// <param name="Run">Name of the run that it is about.</param>
internal abstract record LogEntry(string Run)
{
    /// <summary>A world of the run has come.</summary>
    /// <param name="Run">Its name.</param>
    /// <param name="Fence">The world's number; a lower one is turned away from now on.</param>
    public sealed record Joined(string Run, long Fence) : LogEntry(Run);

    /// <summary>A request was accepted; its sender may rely on it.</summary>
    public sealed record Accepted(string Run, RunRequest Request) : LogEntry(Run);

    /// <summary>Rank 0 has decided a request that was accepted before.</summary>
    public sealed record Decided(string Run, string RequestId, RunDecision Decision) : LogEntry(Run);
}
