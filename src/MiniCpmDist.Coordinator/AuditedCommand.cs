namespace MiniCpmDist.Coordinator;

/// <summary>A command that somebody sent, and what came of it.</summary>
/// <param name="Time">When it was sent, in UTC.</param>
/// <param name="By">Name of the token; null where the coordinator has no tokens, or the log no sender.</param>
/// <param name="From">Address of the sender.</param>
/// <param name="Run">Name of the run.</param>
/// <param name="RequestId">Of the request.</param>
/// <param name="Command">With what belongs to it.</param>
public sealed record AuditedCommand(
    DateTimeOffset Time, string? By, string From, string Run, string RequestId, string Command)
{
    /// <summary>Null where its decision is not known yet.</summary>
    public bool? IsAccepted { get; init; }

    /// <summary>The step where it acted; null where it did not reach rank 0.</summary>
    public long? Step { get; init; }

    /// <summary>What was said about it; null where its decision is not known yet.</summary>
    public string? Outcome { get; init; }
}
