using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm runs</c>: the tree of runs in a folder.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var runs = new Argument<string>("runs")
        {
            Description = "Folder that holds the run folders.",
            DefaultValueFactory = _ => "runs",
        };
        var json = JsonLine.Option();
        var command = new Command("runs", """
            Shows runs as a tree, each branch below its trunk: where it left, how far it is, its loss there and now, and
            what it has cost. Losses are those of held-out text where both runs have one at the branch point, else means
            of the last training losses, marked ~. Runs that align a model have columns of their own: the loss of
            answers (SFT), and margin, accuracy, chosen reward and answer length of the newest pairs (DPO).

            A run with something in it that cannot be read is marked DAMAGED and shown as far as it tells. What is wrong
            is reported after the table, and the exit code is 2 then.

            Example:
              minicpm runs runs
            """) { runs, json };
        command.SetAction(line =>
        {
            var damaged = new ProblemCollector();
            var tree = RunTree.Of(RunSurvey.Of(line.GetValue(runs)!, damaged));
            foreach (var text in line.GetValue(json) ? tree.Select(row => JsonLine.Of(row.Run)) : RunsText.Table(tree))
                Console.WriteLine(text);
            damaged.ThrowIfAny();
        });
        return command;
    }
}
