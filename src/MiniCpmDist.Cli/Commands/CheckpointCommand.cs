using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Journal;
using MiniCpmDist.Runs.Lineage;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm checkpoint</c>: what a run has saved.</summary>
internal static class CheckpointCommand
{
    public static Command Create() => new("checkpoint", """
        Shows, checks, compares and deletes the checkpoints of a run.

        Example:
          minicpm checkpoint ls runs/first
          minicpm checkpoint verify runs/first
          minicpm checkpoint diff runs/first step:80 step:160
          minicpm checkpoint prune runs/first --dry-run
        """)
    {
        List(),
        Verify(),
        CheckpointDiffCommand.Create(),
        CheckpointPruneCommand.Create(),
    };

    private static Command List()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run." };
        var json = JsonLine.Option();
        var command = new Command("ls", """
            Lists the committed checkpoints of a run, oldest first, as their manifests describe them, with why each was
            saved and what keeps it. Hashes are not checked; `checkpoint verify` does that. A manifest or a line of the
            journal that cannot be read is reported after the others, and the exit code is 2 then.

            Example:
              minicpm checkpoint ls runs/first
            """) { folder, json };
        command.SetAction(line =>
        {
            var (run, options) = RunFolder.Open(line.GetValue(folder)!);
            var damaged = new ProblemCollector();
            var history = SaveHistory.Read(run, damaged);
            // A neighbour that cannot be read may be a branch: then nobody knows what is kept.
            var verdicts = damaged.Try(() => Retention.Look(run, options.Checkpoint.Keep, damaged)
                .ToDictionary(verdict => verdict.Checkpoint.Step, verdict => verdict.KeptFor));
            foreach (var checkpoint in run.Checkpoints)
            {
                // A checkpoint that has appeared in the meantime is the newest.
                var keptFor = verdicts is null ? ["unknown"] : verdicts.GetValueOrDefault(checkpoint.Step, ["last"]);
                var text = damaged.Try(() => Text(
                    checkpoint, history.CauseOf(checkpoint), keptFor, line.GetValue(json)));
                if (text is not null)
                    Console.WriteLine(text);
            }
            damaged.ThrowIfAny();
        });
        return command;
    }

    private static Command Verify()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run." };
        var json = JsonLine.Option();
        var command = new Command("verify", """
            Compares every file of every checkpoint of a run with the hash in its manifest. Every damaged file is
            reported, and the exit code is 2 then.

            Example:
              minicpm checkpoint verify runs/first
            """) { folder, json };
        command.SetAction(line =>
        {
            var (run, options) = RunFolder.Open(line.GetValue(folder)!);
            var problems = new ProblemCollector();
            foreach (var checkpoint in run.Checkpoints)
            {
                var isWhole = problems.Try(() => CheckpointReader.VerifyOf(options.Name, checkpoint)) is not null;
                Console.WriteLine(line.GetValue(json)
                    ? JsonLine.Of(new { checkpoint.Step, Whole = isWhole, checkpoint.Path })
                    : $"step {checkpoint.Step}\t{(isWhole ? "whole" : "DAMAGED")}\t{checkpoint.Path}");
            }
            problems.ThrowIfAny();
        });
        return command;
    }

    private static string Text(CheckpointFolder checkpoint, string cause, IReadOnlyList<string> keptFor, bool json)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var bytes = manifest.Files.Sum(file => file.Bytes);
        return json
            ? JsonLine.Of(new
            {
                manifest.Run, manifest.Step, manifest.Tokens, Bytes = bytes, Cause = cause, KeptFor = keptFor,
                checkpoint.Path,
            })
            : $"step {manifest.Step}\t{ProgressText.Tokens(manifest.Tokens)} tokens\t{SizeText.Of(bytes)}"
                + $"\t{(cause.Length == 0 ? "cause unknown" : cause)}"
                + "\t" + (keptFor.Count == 0
                    ? "kept for nothing: prune deletes it"
                    : $"kept: {string.Join(", ", keptFor)}")
                + $"\t{checkpoint.Path}";
    }
}
