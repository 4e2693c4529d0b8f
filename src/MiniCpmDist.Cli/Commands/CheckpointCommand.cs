using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Engine.Checkpoints;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm checkpoint</c>: what a run has saved.</summary>
internal static class CheckpointCommand
{
    public static Command Create() => new("checkpoint", """
        Shows the checkpoints of a run.

        Example:
          minicpm checkpoint ls runs/first
        """)
    {
        List(),
    };

    private static Command List()
    {
        var folder = new Argument<string>("run-folder") { Description = "Folder of the run." };
        var json = JsonLine.Option();
        var command = new Command("ls", """
            Lists the committed checkpoints of a run, oldest first, as their manifests describe them.

            Example:
              minicpm checkpoint ls runs/first
            """) { folder, json };
        command.SetAction(line =>
        {
            var (run, _) = RunFolder.Open(line.GetValue(folder)!);
            foreach (var checkpoint in run.Checkpoints)
                Console.WriteLine(Text(checkpoint, line.GetValue(json)));
        });
        return command;
    }

    private static string Text(CheckpointFolder checkpoint, bool json)
    {
        var manifest = CheckpointManifest.Read(File.ReadAllText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var bytes = manifest.Files.Sum(file => file.Bytes);
        return json
            ? JsonLine.Of(new { manifest.Run, manifest.Step, manifest.Tokens, Bytes = bytes, checkpoint.Path })
            : $"step {manifest.Step}\t{ProgressText.Tokens(manifest.Tokens)} tokens\t{SizeText.Of(bytes)}"
                + $"\t{checkpoint.Path}";
    }
}
