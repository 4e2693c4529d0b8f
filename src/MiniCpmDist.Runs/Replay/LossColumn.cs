using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Replay;

/// <summary>The loss of each step of a run, to the last bit.</summary>
public sealed class LossColumn
{
    private readonly SortedDictionary<long, double> _losses = [];

    private LossColumn()
    {
    }

    /// <summary>The step of the newest line; 0 for none. A run that was rolled back may have been further.</summary>
    public long LastStep { get; private set; }

    /// <summary>
    /// Reads a run's metrics. After a rollback, the last line of a step counts. A step has no loss where a later
    /// attempt skipped it.
    /// </summary>
    /// <exception cref="ConfigurationException">A line is damaged.</exception>
    public static LossColumn Read(RunFolder run)
    {
        var column = new LossColumn();
        var attempts = new Dictionary<long, int>();
        foreach (var (step, _) in RunLines.ReadMetrics(run))
        {
            if (step is null)
                continue;
            (column._losses[step.Step], column.LastStep) = (step.Loss, step.Step);
            attempts[step.Step] = step.Attempt;
        }
        foreach (var skip in JournalFile.Read(run.JournalPath).Where(entry => entry.Event == RunRecords.SkippedEvent))
        {
            var attempt = JournalFile.NumberOf(skip, RunRecords.Attempt);
            if (attempts.TryGetValue(skip.Step, out var measured) && measured < attempt)
                column._losses.Remove(skip.Step);
        }
        return column;
    }

    /// <summary>The first step up to <paramref name="lastStep"/> that another run took with another loss, or did not
    /// take.</summary>
    /// <returns>A sentence; null where there is none.</returns>
    public string? FirstDifference(LossColumn other, long lastStep)
    {
        foreach (var (step, loss) in _losses.TakeWhile(entry => entry.Key <= lastStep))
        {
            var found = other._losses.TryGetValue(step, out var value) ? (double?)value : null;
            if (found is null || BitConverter.DoubleToInt64Bits(loss) != BitConverter.DoubleToInt64Bits(found.Value))
                return $"step {step}: loss {Text(loss)}, replayed {(found is { } again ? Text(again) : "never")}";
        }
        return null;
    }

    private static string Text(double loss) => loss.ToString("R", CultureInfo.InvariantCulture);
}
