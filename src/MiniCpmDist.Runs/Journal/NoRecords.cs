using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Journal;

/// <summary>The records of ranks other than 0: nothing is written, and no journal is known.</summary>
public sealed class NoRecords : IRunRecords
{
    public static NoRecords Instance { get; } = new();

    public RunRollbacks Rollbacks { get; } = RunRollbacks.In([]);

    public void Decide(string decision, long step, long tokens, params (string Key, object? Value)[] details) { }

    public void Measure(StepReport report) { }

    public void Measure(HeldOutReport report) { }

    public void Measure(TaskScoresReport report) { }

    public void SyncMetrics() { }

    public void RequireWritten() { }
}
