using MiniCpmDist.Cli.Figures;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel.Report;

/// <summary>Writes the report of a folder of runs: a page, and pictures and tables beside it.</summary>
internal static class TunnelReport
{
    /// <summary>The page.</summary>
    public const string Page = "index.html";

    private const int MostOthers = 12;

    /// <summary>Writes the report, in place of an earlier one.</summary>
    /// <param name="runs">The folder of runs.</param>
    /// <param name="target">The folder of the report.</param>
    /// <param name="damaged">Takes what cannot be read; the report shows the rest, and says what it lacks.</param>
    /// <returns>How many experiments and figures it shows.</returns>
    /// <exception cref="ConfigurationException">There is nothing to show, or the target is something else.</exception>
    public static (int Experiments, int Figures) Write(string runs, string target, ProblemCollector damaged)
    {
        var read = MeasuredRun.Below(runs, damaged);
        var experiments = TunnelExperiment.Below(runs, damaged)
            .Select(experiment => damaged.Try(() => ExperimentReport.Of(experiment, read)))
            .OfType<ExperimentReport>()
            .ToList();
        var problems = new ProblemCollector();
        problems.Require(
            read.Count > 0 || damaged.Any, runs, "a folder of runs", "no run",
            "train an experiment first, such as `minicpm tunnel lr launch/examples/tunnel.yaml`");
        problems.Require(
            !Path.Exists(target) || IsReport(target), target, "a name that is free, or an earlier report",
            Directory.Exists(target) ? "another folder" : "a file", "give another --out");
        problems.ThrowIfAny();
        var members = experiments.SelectMany(one => one.Read).Select(run => run.Name).ToHashSet();
        var others = read.Where(run => !members.Contains(run.Name)).ToList();
        Figure[] otherFigures =
        [
            LossFigures.Of(
                "all-runs",
                others.Count > MostOthers
                    ? $"Loss over tokens, the first {MostOthers} of {others.Count} runs"
                    : "Loss over tokens",
                others.Take(MostOthers).Select(run => (run.Name, run))),
        ];
        otherFigures = [.. otherFigures.Where(figure => !figure.IsEmpty)];
        // A page is opened from the disk or from a server, and leads to runs both ways.
        var prefix = Path.GetRelativePath(Path.GetFullPath(target), Path.GetFullPath(runs));
        var names = read.Select(run => run.Name).ToHashSet();
        using (var folder = PartialFolder.Create(target))
        {
            var html = ReportPage.Html(
                $"Experiments in {runs}", experiments, others, otherFigures,
                [.. damaged.Problems.Select(problem => problem.ToString())], figure => Draw(figure, folder),
                LinkOf);
            File.WriteAllText(folder.File(Page), html);
            if (Directory.Exists(target))
                Directory.Delete(target, recursive: true);
            folder.Commit();
        }
        return (experiments.Count, experiments.Sum(one => one.Figures.Count) + otherFigures.Length);

        string Draw(Figure figure, PartialFolder folder)
        {
            using var drawing = new FigureDrawing(figure);
            File.WriteAllBytes(folder.File($"{figure.Name}.png"), drawing.Png());
            File.WriteAllText(folder.File($"{figure.Name}.csv"), FigureTable.Csv(figure));
            return drawing.Svg(LinkOf);
        }

        // The folder is replaced, so it must be nothing but a report.
        static bool IsReport(string folder)
        {
            var page = Path.Combine(folder, Page);
            return File.Exists(page) && InputFile.ReadText(page).Contains(ReportPage.Mark, StringComparison.Ordinal);
        }

        string? LinkOf(string run) => names.Contains(run)
            ? string.Join('/', $"{prefix}/{run}/".Split('/').Select(Uri.EscapeDataString))
            : null;
    }
}
