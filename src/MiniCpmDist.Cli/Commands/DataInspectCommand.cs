using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data inspect</c>: what is in a data folder, and the text of one of its sequences.</summary>
internal static class DataInspectCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("data-folder") { Description = "Folder made by `minicpm data build`." };
        var sequence = new Option<long?>("--sequence")
        {
            Description = "Print this sequence of the training split as text.",
        };
        var length = new Option<int>("--sequence-length")
        {
            Description = "Tokens in a sequence.",
            DefaultValueFactory = _ => 256,
        };
        var json = JsonLine.Option();
        var command = new Command("inspect", """
            Prints what a data folder holds; with --sequence also what the model will read there.

            Example:
              minicpm data inspect data --sequence 0
            """) { folder, sequence.Within(0), length.Within(1), json };
        command.SetAction(line =>
        {
            var path = line.GetValue(folder)!;
            var manifest = DataManifest.Read(path);
            var text = line.GetValue(sequence) is { } index ? Text(path, index, line.GetValue(length)) : null;
            if (line.GetValue(json))
            {
                // What the manifest says, without the list of the corpus's files.
                var (tokenizer, train, heldOut) = (manifest.Tokenizer, manifest.Train, manifest.HeldOut);
                Console.WriteLine(JsonLine.Of(new
                { Folder = path, tokenizer, train, heldOut, manifest.QuarantinedLines, SequenceText = text }));
                return;
            }
            Console.WriteLine($"{path}: {Summary(manifest)}");
            if (text is not null)
                Console.WriteLine(text);
        });
        return command;
    }

    /// <summary>The counts of a data folder in one line.</summary>
    public static string Summary(DataManifest manifest) =>
        $"{ProgressText.Tokens(manifest.Train.Tokens)} tokens in {manifest.Train.Documents} documents to train on, "
        + $"{ProgressText.Tokens(manifest.HeldOut.Tokens)} in {manifest.HeldOut.Documents} held out, "
        + $"{manifest.Tokenizer.Pieces} pieces, {manifest.QuarantinedLines} line(s) quarantined";

    private static string Text(string folder, long index, int length)
    {
        using var dataset = TokenDataset.Open(folder, "train", length);
        using var tokenizer = Tokenizer.Load(dataset.TokenizerPath);
        if (index < 0 || index >= dataset.SequenceCount)
        {
            throw new Core.Configuration.ConfigurationException(
                $"Expected --sequence 0 to {dataset.SequenceCount - 1}, found {index}.");
        }
        var ids = new long[length + 1];
        dataset.Read(index, ids);
        return tokenizer.Decode([.. ids.Select(id => (int)id)]);
    }
}
