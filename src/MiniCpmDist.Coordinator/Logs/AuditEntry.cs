using MiniCpmDist.Coordinator.Access;

namespace MiniCpmDist.Coordinator.Logs;

/// <summary>One line of <c>audit.jsonl</c>.</summary>
/// <param name="Time">When this coordinator wrote it, in UTC.</param>
/// <param name="Run">The run that is commanded.</param>
/// <param name="RequestId">Of the request.</param>
internal abstract record AuditEntry(DateTimeOffset Time, string Run, string RequestId)
{
    /// <summary>A command was sent. Where nothing follows, its decision is not known here yet.</summary>
    /// <param name="Time">When.</param>
    /// <param name="Run">To which run.</param>
    /// <param name="RequestId">Of the request.</param>
    /// <param name="By">Who.</param>
    /// <param name="Command">The command's name and what belongs to it, as <c>minicpm ctl</c> spells them.</param>
    public sealed record Asked(DateTimeOffset Time, string Run, string RequestId, Caller By, string Command)
        : AuditEntry(Time, Run, RequestId);

    /// <summary>How it ended: this coordinator refused it, or rank 0 decided it.</summary>
    /// <param name="Time">When this coordinator knew.</param>
    /// <param name="Run">Of which run.</param>
    /// <param name="RequestId">Of the request.</param>
    /// <param name="Accepted">False where it was refused.</param>
    /// <param name="Step">The step where it acted; null where it did not reach rank 0.</param>
    /// <param name="Outcome">What was said about it.</param>
    public sealed record Ended(
        DateTimeOffset Time, string Run, string RequestId, bool Accepted, long? Step, string Outcome)
        : AuditEntry(Time, Run, RequestId);
}
