using System.Globalization;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Lineage;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Runs;

/// <summary>Reads what run folders tell about themselves; nothing is written, and runs may be going on.</summary>
public static class RunSurvey
{
    // Training losses jump from step to step; a few of them together say where a run stands.
    private const int StepsAveraged = 10;

    /// <summary>All runs right below a folder.</summary>
    /// <exception cref="ConfigurationException">Some cannot be read; all faults are told at once.</exception>
    public static IReadOnlyList<RunSummary> Of(string runs)
    {
        var faults = new FaultCollector();
        faults.Require(
            Directory.Exists(runs), runs, "a folder of run folders", File.Exists(runs) ? "a file" : "nothing there",
            "name such as runs");
        faults.ThrowIfAny();
        var logs = Directory.EnumerateDirectories(runs)
            .Where(path => File.Exists(new RunFolder(path).ConfigurationPath))
            .Select(path => faults.Try(() => RunLog.Read(path)))
            .OfType<RunLog>()
            .ToDictionary(log => log.Path, StringComparer.Ordinal);
        faults.ThrowIfAny();
        return [.. logs.Values.Select(log => Summarize(log, logs))];
    }

    private static RunSummary Summarize(RunLog log, IReadOnlyDictionary<string, RunLog> all)
    {
        var parent = log.Options.Parent is { } options
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Run, log.Path))
            : null;
        var trunk = parent is null ? null : all.GetValueOrDefault(parent);
        var parentStep = log.Options.Parent?.Step ?? 0;
        var isHeldOut = log.HeldOut.Count > 0 && (trunk is null || trunk.HeldOut.ContainsKey(parentStep));
        var last = log.Steps.Count > 0 ? log.Steps.Values[^1] : null;
        return new RunSummary(
            log.Path,
            log.Options.Name,
            log.IsFinished ? RunState.Finished : last is null ? RunState.Made : RunState.Unfinished,
            parent,
            parentStep,
            last?.Phase,
            last?.Step ?? parentStep,
            last?.Tokens ?? TokensAt(trunk, parentStep),
            trunk is null ? null : LossAt(trunk, parentStep, isHeldOut),
            isHeldOut ? log.HeldOut.Values[^1].Loss : last is null ? null : LossAt(log, last.Step, isHeldOut: false),
            isHeldOut,
            log.RankSeconds)
        {
            Failures = log.Goodput?.Failures ?? 0,
            Goodput = log.Goodput?.Goodput,
        };
    }

    private static long TokensAt(RunLog? trunk, long step) =>
        trunk is not null && trunk.Steps.TryGetValue(step, out var report) ? report.Tokens : 0;

    private static double? LossAt(RunLog log, long step, bool isHeldOut)
    {
        if (isHeldOut)
            return log.HeldOut.TryGetValue(step, out var evaluation) ? evaluation.Loss : null;
        var losses = Enumerable.Range(0, StepsAveraged)
            .Where(back => log.Steps.ContainsKey(step - back))
            .Select(back => log.Steps[step - back].Loss)
            .ToArray();
        return losses.Length == 0 ? null : losses.Average();
    }

    /// <summary>A run's records by step; the last line of a step counts.</summary>
    private sealed record RunLog(
        string Path,
        RunOptions Options,
        SortedList<long, StepReport> Steps,
        SortedList<long, HeldOutReport> HeldOut,
        bool IsFinished,
        double RankSeconds,
        GoodputReport? Goodput)
    {
        public static RunLog Read(string path)
        {
            var (folder, options) = RunFolder.Open(System.IO.Path.GetFullPath(path));
            var journal = JournalFile.Read(folder.JournalPath).ToArray();
            var ranks = journal
                .Where(entry => entry.Event == JournalFile.StartedEvent)
                .ToDictionary(
                    entry => Convert.ToInt32(entry.Details["attempt"], CultureInfo.InvariantCulture),
                    entry => Convert.ToInt32(entry.Details[RunEnvironment.WorldSizeKey], CultureInfo.InvariantCulture));
            var (steps, heldOut) = (new SortedList<long, StepReport>(), new SortedList<long, HeldOutReport>());
            var seconds = 0.0;
            foreach (var (step, evaluation) in RunLines.ReadMetrics(folder))
            {
                if (evaluation is not null)
                    heldOut[evaluation.Step] = evaluation;
                if (step is null)
                    continue;
                steps[step.Step] = step;
                seconds += step.Seconds * ranks.GetValueOrDefault(step.Attempt, 1);
            }
            return new RunLog(
                folder.Path, options, steps, heldOut, journal is [.., { Event: "run-finished" }], seconds,
                AttemptFile.Goodput(folder));
        }
    }
}
