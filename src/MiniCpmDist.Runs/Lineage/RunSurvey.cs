using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>Reads what run folders tell about themselves; nothing is written, and runs may be going on.</summary>
public static class RunSurvey
{
    // Training losses jump from step to step; a few of them together say where a run stands.
    private const int StepsAveraged = 10;

    /// <summary>All runs right below a folder.</summary>
    /// <param name="runs">The folder.</param>
    /// <param name="damaged">
    /// Takes what cannot be read. Everything else that a run says counts, and the run is marked as damaged.
    /// </param>
    /// <exception cref="ConfigurationException">There is no such folder.</exception>
    public static IReadOnlyList<RunSummary> Of(string runs, ProblemCollector damaged)
    {
        var problems = new ProblemCollector();
        problems.Require(
            Directory.Exists(runs), runs, "a folder of run folders", File.Exists(runs) ? "a file" : "nothing there",
            "name such as runs");
        problems.ThrowIfAny();
        var logs = Directory.EnumerateDirectories(runs)
            .Where(path => File.Exists(new RunFolder(path).ConfigurationPath))
            .Select(path => RunLog.Read(path, damaged))
            .ToDictionary(log => log.Path, StringComparer.Ordinal);
        return [.. logs.Values.Select(log => Summarize(log, logs))];
    }

    private static RunSummary Summarize(RunLog log, IReadOnlyDictionary<string, RunLog> all)
    {
        var parent = log.Options?.Parent is { } options
            ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(options.Run, log.Path))
            : null;
        // A run that aligns a model counts its own steps, and its losses are of other data than its parent's.
        var isAligned = log.Options is { Alignment.Method: not AlignmentMethod.None };
        var trunk = parent is null || isAligned ? null : all.GetValueOrDefault(parent);
        var parentStep = log.Options?.Parent?.Step ?? 0;
        var isHeldOut = log.HeldOut.Count > 0 && (trunk is null || trunk.HeldOut.ContainsKey(parentStep));
        var last = log.Steps.Count > 0 ? log.Steps.Values[^1] : null;
        return new RunSummary(
            log.Path,
            log.Options?.Name ?? new RunFolder(log.Path).Name,
            log.IsFinished ? RunState.Finished : last is null ? RunState.Made : RunState.Unfinished,
            parent,
            parentStep,
            last?.Phase,
            last?.Step ?? (isAligned ? 0 : parentStep),
            last?.Tokens ?? TokensAt(trunk, parentStep),
            trunk is null ? null : LossAt(trunk, parentStep, isHeldOut),
            isHeldOut ? log.HeldOut.Values[^1].Loss : last is null ? null : LossAt(log, last.Step, isHeldOut: false),
            isHeldOut,
            log.RankSeconds)
        {
            Failures = log.Goodput?.Failures ?? 0,
            Goodput = log.Goodput?.Goodput,
            IsDamaged = log.IsDamaged,
            Measures = last?.Measures ?? [],
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
        RunOptions? Options,
        SortedList<long, StepReport> Steps,
        SortedList<long, HeldOutReport> HeldOut,
        bool IsFinished,
        double RankSeconds,
        GoodputReport? Goodput,
        bool IsDamaged)
    {
        /// <summary>Reads what can be read. Each file and each line that cannot be read is a problem.</summary>
        public static RunLog Read(string path, ProblemCollector damaged)
        {
            var before = damaged.Problems.Count;
            var folder = new RunFolder(System.IO.Path.GetFullPath(path));
            var options = damaged.Try(() => RunFolder.Open(folder.Path).Options);
            var journal = damaged.Try(() => JournalFile.Read(folder.JournalPath, damaged).ToArray()) ?? [];
            var goodput = damaged.Try(() => AttemptFile.Goodput(folder, damaged));
            var log = new RunLog(
                folder.Path, options, [], [], JournalFile.IsFinished(journal), 0, goodput, false);
            var seconds = damaged.Try(() => log.Measure(RunLines.ReadMetrics(folder, damaged), RanksOf(journal)));
            return log with { RankSeconds = seconds, IsDamaged = damaged.Problems.Count > before };
        }

        /// <summary>The number of ranks of each attempt.</summary>
        private static Dictionary<int, int> RanksOf(IEnumerable<JournalEntry> journal)
        {
            var ranks = new Dictionary<int, int>();
            foreach (var entry in journal.Where(entry => entry.Event == JournalFile.StartedEvent))
            {
                if (JournalFile.NumberOf(entry, RunRecords.Attempt) is { } attempt)
                    ranks[attempt] = JournalFile.NumberOf(entry, RunEnvironment.WorldSizeKey) ?? 1;
            }
            return ranks;
        }

        /// <summary>Takes the lines of the metrics; returns the seconds of training times ranks.</summary>
        private double Measure(
            IEnumerable<(StepReport? Step, HeldOutReport? HeldOut)> lines, Dictionary<int, int> ranks)
        {
            var seconds = 0.0;
            foreach (var (step, evaluation) in lines)
            {
                if (evaluation is not null)
                    HeldOut[evaluation.Step] = evaluation;
                if (step is null)
                    continue;
                Steps[step.Step] = step;
                seconds += step.Seconds * ranks.GetValueOrDefault(step.Attempt, 1);
            }
            return seconds;
        }
    }
}
