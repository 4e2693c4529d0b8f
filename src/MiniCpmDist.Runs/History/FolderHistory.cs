using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.History;

/// <summary>
/// A run's history, made of the lines in its folder: whatever process trains it, resumed or not, they are the
/// truth. They are read when somebody asks, and never by the training.
/// </summary>
public sealed class FolderHistory(RunFolder run)
{
    private readonly Lock _guard = new();
    private LineTail _metrics = new(run.MetricsPath);
    private LineTail _journal = new(run.JournalPath);
    private LineTail _scores = new(run.ScoresPath);

    public RunHistory History { get; } = new();

    /// <summary>
    /// Takes what has been added since the last call. Lines that cannot be read are left out: a picture with a gap is
    /// better than none, and the programs that need a line report what is wrong with it.
    /// </summary>
    public void Read()
    {
        lock (_guard)
        {
            try
            {
                if (_metrics.Next() is { } steps && _journal.Next() is { } entries && _scores.Next() is { } scores)
                    Take(steps, entries, scores);
                else
                    BeginAnew_NeedsLock();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The files cannot be read now; the next call tries again.
            }
        }
    }

    private void Take(IReadOnlyList<string> steps, IReadOnlyList<string> entries, IReadOnlyList<string> scores)
    {
        foreach (var line in steps)
        {
            var (step, heldOut) = Parse(line, RunLines.ParseMetrics);
            if (step is not null)
            {
                History.Add(HistoryPoint.Of(step));
                History.Take(step.Measures);
            }
            if (heldOut is not null)
                History.Add(new HeldOutPoint(heldOut.Step, heldOut.Tokens, heldOut.Loss));
        }

        foreach (var line in entries)
        {
            if (Parse(line, JournalEntry.Parse) is { } entry)
                History.Add(entry);
        }

        foreach (var line in scores)
        {
            if (Parse(line, TaskScoresLine.Parse) is { } report)
                History.Tell("scores", report.Step, report.Tokens, ScoresText.Of(report));
        }
    }

    private void BeginAnew_NeedsLock()
    {
        (_metrics, _journal, _scores) = (
            new LineTail(run.MetricsPath), new LineTail(run.JournalPath), new LineTail(run.ScoresPath));
        History.Clear();
    }

    private static T? Parse<T>(string line, Func<string, T> parse)
    {
        try
        {
            return parse(line);
        }
        catch (Exception exception) when (exception is FormatException or ConfigurationException)
        {
            return default;
        }
    }
}
