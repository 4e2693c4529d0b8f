using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training;

/// <summary>Appends to a run's journal and metrics. Rank 0 has one; it is the only writer of the truth.</summary>
public sealed class RunRecords : IDisposable
{
    private const string StartedEvent = "run-started";
    private readonly LineLog _journal;
    private readonly LineLog _metrics;
    private int _attempts;

    public RunRecords(RunFolder folder)
    {
        _journal = new LineLog(folder.JournalPath);
        _metrics = new LineLog(folder.MetricsPath);
        _attempts = File.ReadLines(folder.JournalPath).Count(line => JournalEntry.Parse(line).Event == StartedEvent);
    }

    /// <summary>
    /// Journals a decision; it is on the disk when the call returns, so that acting on it cannot outrun the record.
    /// </summary>
    public void Decide(string decision, long step, long tokens, params (string Key, object? Value)[] details)
    {
        var entry = new JournalEntry(
            decision, step, tokens, details.ToDictionary(detail => detail.Key, detail => detail.Value));
        _journal.Append(entry.Write(), durable: true);
    }

    /// <summary>Journals the start of an attempt and returns its number, 1 for the first.</summary>
    public int Begin(long step, long tokens, string? checkpoint, RunEnvironment environment)
    {
        Decide(StartedEvent, step, tokens, [("attempt", ++_attempts), ("from", checkpoint), .. environment.Details]);
        return _attempts;
    }

    public void Measure(StepReport report) => _metrics.Append(MetricsLine.Write(report));

    public void Measure(HeldOutReport report) => _metrics.Append(MetricsLine.Write(report));

    public void Dispose()
    {
        _journal.Dispose();
        _metrics.Dispose();
    }
}
