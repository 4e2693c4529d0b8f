using System.CommandLine;
using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Data.Tokenization;

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
        TokenizerCompareCommand.Create(),
        Encode(),
    };

    private static Command Train()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns, as for `data build`; - is standard input (JSON lines, text).",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "Model file to write; must not exist.",
            Required = true,
        };
        var pieces = new Option<int>("--pieces") { Description = "Number of pieces.", DefaultValueFactory = _ => 4096 };
        var extend = new Option<string?>("--extend")
        {
            Description = "Add pieces to this byte-pair model, whose ids stay; --pieces counts old and new ones.",
        };
        var command = new Command("train", """
            Trains a byte-pair tokenizer like MiniCPM's: byte fallback, digits split, text kept exactly. The newline is
            a user-defined symbol, which some programs read otherwise than SentencePiece does (docs/data.md).

            Example:
              minicpm tokenizer train --out tokenizer.model --pieces 4096 corpus
              minicpm tokenizer train --out tokenizer.model 'fineweb/data/*.parquet' books.jsonl.zst
              minicpm tokenizer train --extend tokenizer.model --pieces 5000 --out larger.model chinese
            """) { corpus, output, pieces, extend };
        var fields = new FieldOptions();
        var maxBroken = FieldOptions.MaxBroken();
        command.Add(maxBroken);
        fields.AddTo(command);
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var options = new TokenizerTrainingOptions(line.GetValue(corpus)!, line.GetValue(output)!)
            {
                Pieces = line.GetValue(pieces),
                Extends = line.GetValue(extend),
                Fields = fields.Of(line),
                MaxBroken = line.GetValue(maxBroken),
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
        var text = new FreeArgument<string?>("text")
        {
            Description = "Text; standard input where it is left out.",
            DefaultValueFactory = _ => null,
        };
        var command = new Command("encode", """
            Prints the ids of a text, one line of ids for each line of input. Lines are those of spm_encode: a newline
            alone ends one, and a carriage return before it is a character of the text.

            Example:
              minicpm tokenizer encode tokenizer.model "Hello world"
            """) { model, text };
        command.SetAction(line =>
        {
            using var tokenizer = Tokenizer.Load(line.GetValue(model)!);
            using var input = Console.OpenStandardInput();
            foreach (var ids in line.GetValue(text) is { } given
                ? [tokenizer.Encode(given)]
                : tokenizer.EncodeLines(input))
                Console.WriteLine(string.Join(' ', ids.Select(id => id.ToString(CultureInfo.InvariantCulture))));
        });
        return command;
    }
}
