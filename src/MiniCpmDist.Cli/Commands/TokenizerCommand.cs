using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Engine.Tokenization;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tokenizer</c>: trains a SentencePiece model, and shows what one does.</summary>
internal static class TokenizerCommand
{
    public static Command Create() => new("tokenizer", """
        Trains and uses SentencePiece tokenizers.

        Example:
          minicpm tokenizer train --out tokenizer.model corpus
        """)
    {
        Train(),
        Encode(),
    };

    private static Command Train()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns, as for `data build`.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "Model file to write; must not exist.",
            Required = true,
        };
        var pieces = new Option<int>("--pieces") { Description = "Pieces in all.", DefaultValueFactory = _ => 4096 };
        var command = new Command("train", """
            Trains a byte-pair tokenizer like MiniCPM's: byte fallback, digits split, text kept exactly.

            Example:
              minicpm tokenizer train --out tokenizer.model --pieces 4096 corpus
            """) { corpus, output, pieces };
        var fields = new FieldOptions();
        fields.AddTo(command);
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var options = new TokenizerTrainingOptions(line.GetValue(corpus)!, line.GetValue(output)!)
            {
                Pieces = line.GetValue(pieces),
                Fields = fields.Of(line),
            };
            var report = TokenizerTraining.Train(options, documents => display.Show(() =>
                $"reading: {documents} documents"));
            display.PassedOver(report.PassedOver);
            display.Done(
                $"{report.ModelPath}: {report.Pieces} pieces from {report.SampledDocuments} of {report.Documents} "
                + $"documents, {SizeText.Of(report.SampledBytes)}");
        });
        return command;
    }

    private static Command Encode()
    {
        var model = new Argument<string>("tokenizer.model") { Description = "SentencePiece model." };
        var text = new Argument<string?>("text")
        {
            Description = "Text; standard input where it is left out.",
            DefaultValueFactory = _ => null,
        };
        var command = new Command("encode", """
            Prints the ids of a text, one line of ids for each line of input.

            Example:
              minicpm tokenizer encode tokenizer.model "Hello world"
            """) { model, text };
        command.SetAction(line =>
        {
            using var tokenizer = Tokenizer.Load(line.GetValue(model)!);
            foreach (var input in line.GetValue(text) is { } given ? [given] : Lines(Console.In))
            {
                var ids = tokenizer.Encode(input).Select(id => id.ToString(CultureInfo.InvariantCulture));
                Console.WriteLine(string.Join(' ', ids));
            }
        });
        return command;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
