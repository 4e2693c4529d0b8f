using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm checkpoint prune</c>: deletes what a run's rule does not keep.</summary>
internal static class CheckpointPruneCommand
{
    private const int Failure = 1;

    public static Command Create()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run." };
        var keepLast = new Option<int?>("--keep-last")
        {
            Description = "Number of the newest checkpoints to keep (default: checkpoint.keep of the run).",
        }.Within(1);
        var dryRun = new Option<bool>("--dry-run") { Description = "Say what would be deleted, and delete nothing." };
        var json = JsonLine.Option();
        var command = new Command("prune", """
            Deletes the checkpoints of a run that its rule checkpoint.keep does not keep. The newest valid one stays,
            and so does every one that a branch begins at. A run that trains is left alone: it prunes itself.

            Example:
              minicpm checkpoint prune runs/first --dry-run
              minicpm checkpoint prune runs/first --keep-last 2
            """) { folder, keepLast, dryRun, json };
        command.SetAction(line =>
        {
            var (run, options) = RunFolder.Open(line.GetValue(folder)!);
            var rule = Rule(options, line.GetValue(keepLast), run.ConfigurationPath);
            var (isDry, isJson) = (line.GetValue(dryRun), line.GetValue(json));
            var (steps, warnings) = isDry ? (Plan(run, options, rule), []) : Prune(run, options, rule);
            foreach (var step in steps)
            {
                Console.WriteLine(isJson
                    ? JsonLine.Of(new { Step = step, Deleted = !isDry })
                    : $"step {step}\t{(isDry ? "would be deleted" : "deleted")}");
            }
            if (steps.Count == 0 && !isJson)
                Console.WriteLine("nothing to delete");
            foreach (var warning in warnings)
                Console.Error.WriteLine($"minicpm: warning: {warning}");
            return warnings.Count == 0 ? 0 : Failure;
        });
        return command;
    }

    private static RetentionRule Rule(RunOptions options, int? keepLast, string source)
    {
        if (keepLast is { } last)
            return (options.Checkpoint.Keep ?? new RetentionRule()) with { Last = last };
        return options.Checkpoint.Keep ?? throw new ConfigurationException([new Problem(
            $"{source}: checkpoint.keep", "a rule", "`all`",
            "give --keep-last N, or write such as `keep: { last: 3 }`")]);
    }

    private static List<long> Plan(RunFolder run, RunOptions options, RetentionRule rule) =>
        [.. Retention.Plan(run, options.Name, rule)
            .Where(verdict => !verdict.IsKept).Select(verdict => verdict.Checkpoint.Step)];

    private static (List<long> Steps, IReadOnlyList<string> Warnings) Prune(
        RunFolder run, RunOptions options, RetentionRule rule)
    {
        using var held = RunLock.Acquire(run);
        using var records = new RunRecords(run);
        var report = Retention.Apply(run, options.Name, rule, null, records.Delete);
        return ([.. report.Deleted.Select(checkpoint => checkpoint.Step)], report.Warnings);
    }
}
