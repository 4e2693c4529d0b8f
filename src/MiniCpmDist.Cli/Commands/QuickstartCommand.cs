using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Quickstart;
using MiniCpmDist.Cli.Supervision;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm quickstart</c>: from package lists to a trained and decayed small model.</summary>
internal static class QuickstartCommand
{
    public static Command Create()
    {
        var dataOnly = new Option<bool>("--data-only")
        {
            Description = "Make the tokens and train nothing.",
        };
        var command = new Command("quickstart", """
            Makes tokens of English documentation and of Python code, which it takes from Debian's packages without
            installing them. Then it trains a small model on two MPI ranks, decays it from step 400, and shows what the
            decay is worth. Called again, it makes nothing twice: it resumes what was interrupted, else it trains the
            next run. Call it in a checkout; launch/quickstart does so after it has installed and built what is missing.

            Example:
              launch/minicpm quickstart
              launch/minicpm quickstart --data-only
            """) { dataOnly };
        command.SetAction(line => Run(QuickstartPlaces.OfCheckout, line.GetValue(dataOnly)));
        return command;
    }

    private static int Run(QuickstartPlaces places, bool dataOnly)
    {
        if (!File.Exists(places.Recipe))
        {
            throw new ConfigurationException([new Problem(
                Environment.CurrentDirectory, $"a checkout, with {places.Recipe} in it", "a folder without it",
                "change to the checkout, or call its launch/quickstart")]);
        }
        var screen = Screen.FromEnvironment();
        Directory.CreateDirectory(places.Work);
        using var oneAtATime = Lock(places.Lock);
        var length = RunFile.Parse(InputFile.ReadText(places.Recipe), places.Recipe).Data.SequenceLength;
        var data = new QuickstartData(
            places, length, CommandLine.Run, (list, least, folder) => DebianTexts.Fetch(list, least, folder, screen),
            screen);
        // First, so that what is to be made anew is announced.
        data.ForgetOutdated();
        Announce(places, data.HasTokens, !dataOnly, screen);
        screen.Headline("Corpora, tokenizer, tokens");
        var numbers = new ExperimentNumbers(places.Runs);
        data.Make(() => File.WriteAllText(
            places.FirstExperiment, numbers.Close(screen).ToString(CultureInfo.InvariantCulture)));
        if (dataOnly)
        {
            var folders = QuickstartSource.All.Select(places.Tokens);
            screen.Line($"The tokens are there: {string.Join(", ", folders)}");
            return 0;
        }
        var first = File.Exists(places.FirstExperiment)
            && int.TryParse(InputFile.ReadText(places.FirstExperiment), CultureInfo.InvariantCulture, out var number)
            ? number
            : 1;
        return new QuickstartExperiment(
            places, numbers, CommandLine.Run, arguments => RankCommand.Run(QuickstartExperiment.Ranks, arguments),
            screen).Run(first);
    }

    private static void Announce(QuickstartPlaces places, bool hasTokens, bool trains, Screen screen)
    {
        var costs = QuickstartCosts.Of(
            [.. QuickstartSource.All.Where(source => !Directory.Exists(places.Corpus(source)))], hasTokens, trains);
        if (costs.Lines.Count == 0)
            return;
        var folder = Path.GetFullPath(places.Work);
        var free = new DriveInfo(folder).AvailableFreeSpace;
        screen.Line("What is to be made, and what it takes:");
        foreach (var line in costs.Lines)
            screen.Line(line);
        screen.Line($"    free disk        {SizeText.Of(free)}; this takes up to {SizeText.Of(costs.DiskBytes)}");
        costs.Require(free, folder);
    }

    // The system releases the lock when the process ends, however it ends.
    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new ConfigurationException([new Problem(
                path, "no other quickstart at work", exception.Message, "wait for the other one, or end it")]);
        }
    }
}
