using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data inspect</c>: what is in data folders, and the text of some of their sequences.</summary>
internal static class DataInspectCommand
{
    private const int Samples = 3;

    public static Command Create()
    {
        var folders = new Argument<string[]>("data-folder")
        {
            Description = "Folders made by `minicpm data build`.",
            Arity = ArgumentArity.OneOrMore,
        };
        var sequence = new Option<long?>("--sequence")
        {
            Description = "Print this sequence of the training split as text, not some that are spread over it.",
        };
        var verify = new Option<bool>("--verify")
        {
            Description = "Check every hash and the checksum of every sequence; reads all of the files.",
        };
        var json = JsonLine.Option();
        var command = new Command("inspect", """
            Prints what data folders hold: documents, tokens, packing, lengths, and some sequences as a model reads
            them. In a sequence a document begins with [document] or [goes on], and its loss with [loss].

            Example:
              minicpm data inspect data
              minicpm data inspect data books --sequence 0 --verify
            """) { folders, sequence.Within(0), verify, json };
        command.SetAction(line =>
        {
            var faults = new FaultCollector();
            foreach (var folder in line.GetValue(folders)!)
            {
                // One that is broken does not hide the others.
                var report = faults.Try(() => DataFolderReport.Read(
                    folder, line.GetValue(verify), line.GetValue(sequence), Samples));
                if (report is null)
                    continue;
                if (line.GetValue(json))
                    Console.WriteLine(JsonLine.Of(DataFolderText.ForScripts(report)));
                else
                    DataFolderText.Lines(report).ToList().ForEach(Console.WriteLine);
            }
            faults.ThrowIfAny();
        });
        return command;
    }
}
