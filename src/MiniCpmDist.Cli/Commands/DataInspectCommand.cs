using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data inspect</c>: what is in data folders, and the text of some of their sequences.</summary>
internal static class DataInspectCommand
{
    private const int Samples = 3;

    public static Command Create()
    {
        var targets = new Argument<string[]>("data")
        {
            Description = "Folders made by `minicpm data build`, or run files, whose sources they are.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var chat = new ChatInspection();
        var images = new ImageInspection();
        var sequence = new Option<long?>("--sequence")
        {
            Description = "Print this sequence of the training split as text, instead of some that are spread over it.",
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Check every hash and the checksum of every sequence; reads all of the files.",
        };
        var json = JsonLine.Option();
        var command = new Command("inspect", """
            Prints what data folders hold: documents, tokens, packing, lengths, and some sequences as a model reads
            them. In a sequence a document begins with [document] or [goes on], and its loss with [loss]. With a run
            file it also prints how often the run is to read each source. With several folders it also prints how much
            of the text that one holds out is trained on through another.

            Example:
              minicpm data inspect data books --sequence 0 --verify
              minicpm data inspect launch/recipes/quickstart.yaml
              minicpm data inspect --chat chat.jsonl --tokenizer tokenizer.model
              minicpm data inspect --image photo.jpg scan.png
            """) { targets, sequence.Within(0), verify, json };
        chat.AddTo(command);
        images.AddTo(command);
        command.SetAction(line =>
        {
            var problems = new ProblemCollector();
            if (chat.Run(line, Samples) || images.Run(line, line.GetValue(json)))
                return;
            problems.Require(
                line.GetValue(targets) is { Length: > 0 }, "data",
                "a data folder, a run file, --chat FILE, or --image FILE", "nothing", "name one");
            var sound = new List<string>();
            foreach (
                var (folder, run, source) in line.GetValue(targets)!.SelectMany(target => Folders(target, problems)))
            {
                // A broken folder does not hide the others.
                var report = problems.Try(() => DataFolderReport.Read(
                    folder, line.GetValue(verify), line.GetValue(sequence), Samples));
                if (report is null)
                    continue;
                sound.Add(folder);
                var heldOut = report.Manifest.HeldOut.Sequences;
                var train = report.Appended.Take((source?.Parts ?? 1) - 1).Prepend(report.Manifest)
                    .Sum(manifest => manifest.Train.Sequences);
                var plan = source is null ? null : SourcePlan.Of(run!, source, train, heldOut);
                if (line.GetValue(json))
                    Console.WriteLine(JsonLine.Of(DataFolderText.ForScripts(report, plan)));
                else
                    DataFolderText.Lines(report, plan).ToList().ForEach(Console.WriteLine);
            }
            var overlaps = problems.Try(() => FolderOverlap.Measure(sound, line.GetValue(verify))) ?? [];
            if (line.GetValue(json))
                overlaps.Select(overlap => JsonLine.Of(new { Overlap = overlap })).ToList().ForEach(Console.WriteLine);
            else
                OverlapText.Lines(overlaps).ToList().ForEach(Console.WriteLine);
            problems.ThrowIfAny();
        });
        return command;
    }

    private static IEnumerable<(string Folder, RunOptions? Run, SourceOptions? Source)> Folders(
        string target, ProblemCollector problems)
    {
        if (!File.Exists(target))
            return [(target, null, null)];
        var run = RunFile.Read(InputFile.ReadText(target), target, problems, []);
        return run is null
            ? []
            : run.Data.Sources.Select(source => (source.Path, (RunOptions?)run, (SourceOptions?)source));
    }
}
