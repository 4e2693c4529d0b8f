using System.CommandLine;
using MiniCpmDist.Cli.Charts;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm plot</c>: loss curves of runs, in the terminal and as a picture.</summary>
internal static class PlotCommand
{
    private const string StandardPicture = "loss.svg";

    public static Command Create()
    {
        var folders = new Argument<string[]>("run-folder")
        {
            Description = "Folders of the runs; a trunk before its branches.",
            Arity = ArgumentArity.OneOrMore,
        };
        var picture = new Option<string?>("--out")
        {
            Description = $"SVG file to write; an existing file is replaced. [default: {StandardPicture}, unless "
                + "a file of that name exists]",
        };
        var from = new Option<string?>("--from")
        {
            Description = "Leave out what lies before this place on the token axis, for example 200K.",
        };
        var command = new Command("plot", """
            Draws training loss over tokens, smoothed and raw, with held-out losses and the phases of the learning rate.
            Lines that cannot be read are left out and reported after the picture, and the exit code is 2 then. Runs
            share one token axis, so a branch continues its trunk. The command also works while a run trains.

            Example:
              minicpm plot runs/first runs/first-decay --out loss.svg
            """) { folders, picture, from };
        command.SetAction(line => Run(
            line.GetValue(folders)!, line.GetValue(picture), line.GetValue(from), Screen.FromEnvironment()));
        return command;
    }

    /// <summary>Writes the picture, and shows the chart and where the picture is.</summary>
    internal static void Run(IReadOnlyList<string> folders, string? asked, string? from, Screen screen)
    {
        var problems = new ProblemCollector();
        var picture = asked ?? StandardPicture;
        problems.Require(
            asked is not null || !File.Exists(picture), "--out", "a name for the picture",
            $"none, and a {picture} here", $"--out {picture} replaces it; or give another name");
        var start = ParseStart(from, problems);
        problems.Require(
            !Directory.Exists(picture), "--out", "the name of an SVG file", $"the folder `{picture}`",
            $"for example --out {Path.Combine(picture, "loss.svg")}");
        var runs = folders
            .Select(folder => new RunFolder(folder))
            .DistinctBy(run => Path.GetFullPath(Path.TrimEndingDirectorySeparator(run.Path)))
            .ToList();
        var isAsked = !problems.Any;
        var read = runs.Select(run => RunMetrics.Read(run, PlainText.Of(Name(run, runs)), problems)).ToList();
        var series = read.Select(run => run.Series).OfType<LossSeries>().Select(one => one.From(start)).ToList();
        // This is worth saying only where the runs themselves could be read.
        if (series.Count == read.Count && series.All(one => one.Training.Count == 0))
        {
            problems.Add(
                "--from", "a place on the token axis that the runs have reached", $"`{from}`",
                "give a smaller number, or leave it out");
        }
        // Damaged runs are drawn as far as they can be read, and so are the other runs; anything else is a problem of
        // the input.
        if (!isAsked || series.All(one => one.Training.Count == 0)
            || read.Any(run => run is { Series: null, IsDamaged: false }))
            problems.ThrowIfAny();

        var path = Path.GetFullPath(picture);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, SvgLossChart.Render(series, Title(series)));
        var useColor = screen.IsTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        screen.Drawing(TerminalLossChart.Render(series, screen.Width, 20, useColor).TrimEnd());
        screen.Line($"loss curve: {path}");
        problems.ThrowIfAny();
    }

    private static long ParseStart(string? from, ProblemCollector problems)
    {
        if (from is null)
            return 0;
        double tokens = -1;
        if (Extent.TryParse(from, out var extent))
            tokens = extent.Unit == ExtentUnit.Tokens ? extent.Amount : -1;
        else if (Quantity.TryParse(from, out var amount) && Quantity.IsWhole(amount))
            tokens = amount;
        problems.Require(tokens >= 0, "--from", "a number of tokens", $"`{from}`", "for example --from 200K");
        return (long)tokens;
    }

    // The folder's own name, unless two runs have the same: then what the user typed.
    private static string Name(RunFolder run, List<RunFolder> runs) =>
        runs.Count(other => other.Name == run.Name) == 1 ? run.Name : run.Path;

    private static string Title(List<LossSeries> series) => series.Count <= 3
        ? $"Loss of {string.Join(", ", series.Select(one => one.Name))}"
        : $"Loss of {series[0].Name} and {series.Count - 1} more runs";
}
