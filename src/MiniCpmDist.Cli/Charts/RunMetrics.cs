using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Cli.Charts;

/// <summary>Reads what a run measured from its folder, also while the run is going on.</summary>
internal static class RunMetrics
{
    private const int BrokenLinesTold = 5;
    private const int LineShown = 60;

    /// <summary>Marks the name of a run whose metrics have lines that cannot be read.</summary>
    public const string DamagedMark = " (DAMAGED)";

    /// <summary>The run's series under <paramref name="name"/>.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="name">What the series is called.</param>
    /// <param name="problems">Takes the problems that are found.</param>
    /// <returns>Null where there is nothing to draw. Damaged is what has lines that cannot be read; the others are
    /// drawn.</returns>
    public static (LossSeries? Series, bool IsDamaged) Read(RunFolder folder, string name, ProblemCollector problems)
    {
        if (!Directory.Exists(folder.Path))
        {
            problems.Add(
                folder.Path, "a run folder", File.Exists(folder.Path) ? "a file" : "nothing there",
                "name a folder under runs/");
            return (null, false);
        }
        if (!File.Exists(folder.MetricsPath))
        {
            if (File.Exists(folder.ConfigurationPath))
                AddNoSteps(folder, problems);
            else
                problems.Add(
                    folder.Path, "a run folder (with metrics.jsonl in it)", "a folder without metrics.jsonl",
                    "name a folder under runs/");
            return (null, false);
        }
        return problems.Try<(LossSeries?, bool)?>(
            () => Parse(RunLines.Read(folder.MetricsPath), folder, name, problems))
            ?? (null, true);
    }

    private static (LossSeries? Series, bool IsDamaged) Parse(
        IEnumerable<string?> lines, RunFolder folder, string name, ProblemCollector problems)
    {
        // After a rollback a run takes its steps again: the last line of a step counts.
        var steps = new SortedDictionary<long, StepReport>();
        var evaluations = new SortedDictionary<long, HeldOutReport>();
        int number = 0, broken = 0;
        foreach (var line in lines)
        {
            number++;
            if (line is null)
            {
                if (++broken <= BrokenLinesTold)
                    problems.Add(RunLines.TooLong(folder.MetricsPath, number));
                continue;
            }
            if (string.IsNullOrWhiteSpace(line))
                continue;
            try
            {
                if (MetricsLine.IsHeldOut(line))
                {
                    var evaluation = MetricsLine.ParseHeldOut(line);
                    evaluations[evaluation.Step] = evaluation;
                }
                else
                {
                    var step = MetricsLine.Parse(line);
                    steps[step.Step] = step;
                }
            }
            catch (FormatException exception)
            {
                if (++broken <= BrokenLinesTold)
                    AddBrokenLine(folder, number, line, exception, problems);
            }
        }
        if (broken > BrokenLinesTold)
            problems.Add(Problem.Of($"{folder.MetricsPath}: {broken - BrokenLinesTold} more broken lines."));
        if (steps.Count == 0)
        {
            if (broken == 0)
                AddNoSteps(folder, problems);
            return (null, broken > 0);
        }
        var series = new LossSeries(
            name + (broken > 0 ? DamagedMark : ""),
            [.. steps.Values.Select(step => new LossPoint(step.Tokens, step.Loss))],
            [.. evaluations.Values.Select(evaluation => new LossPoint(evaluation.Tokens, evaluation.Loss))],
            Phases(steps.Values));
        var isDrawable = problems.Require(
            series.Training.Count > 0, folder.MetricsPath, "a finite loss", $"none in {steps.Count} step(s)",
            "the run diverged: lower schedule.learning_rate");
        return (isDrawable ? series : null, broken > 0);
    }

    private static List<PhaseSpan> Phases(IEnumerable<StepReport> steps)
    {
        var phases = new List<PhaseSpan>();
        foreach (var step in steps)
        {
            if (phases.Count > 0 && phases[^1].Kind == step.Phase)
                phases[^1] = phases[^1] with { End = step.Tokens };
            else
                phases.Add(new PhaseSpan(step.Phase, step.Tokens - step.TokenBatch, step.Tokens));
        }
        return phases;
    }

    private static void AddNoSteps(RunFolder folder, ProblemCollector problems) =>
        problems.Add(
            folder.MetricsPath, "the metrics of at least one step", "none yet",
            $"train the run with `minicpm resume {folder.Path}`");

    private static void AddBrokenLine(
        RunFolder folder, int number, string line, FormatException exception, ProblemCollector problems) =>
            problems.Add(
        $"{folder.MetricsPath}, line {number}",
        "the JSON object of a step or an evaluation",
        $"`{SvgText.Shorten(line, LineShown)}`{Reason(exception)}",
        "restore the file, or remove that line");

    // The parser's own sentence, without its count of lines: it always sees one.
    private static string Reason(FormatException exception) =>
        exception.InnerException is { } inner ? $" ({inner.Message.Split(" LineNumber:")[0].TrimEnd('.')})" : "";
}
