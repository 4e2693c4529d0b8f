using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm tokenizer compare</c>: what several tokenizers make of the same texts.</summary>
internal static class TokenizerCompareCommand
{
    public static Command Create()
    {
        var models = new Argument<string[]>("tokenizer.model")
        {
            Description = "SentencePiece models.",
            Arity = ArgumentArity.OneOrMore,
        };
        var texts = new Option<string[]>("--text")
        {
            Description = "A source: a file, folder or pattern, as for `data build`, or NAME=PATH; may be given again.",
            Required = true,
        };
        var fields = new FieldOptions();
        var maxBroken = FieldOptions.MaxBroken();
        var json = JsonLine.Option();
        var command = new Command("compare", """
            Encodes the same texts with several tokenizers and prints, for each source, bytes per token (the compression
            rate of the paper's table), tokens per word, and the share of tokens that stand for single bytes of
            characters without a piece; and for each tokenizer the pieces that no text used and the speed. A Chinese,
            Japanese or Korean character counts as a word.

            Example:
              minicpm tokenizer compare a.model b.model --text english=corpus/en --text chinese=corpus/zh
            """) { models, texts, maxBroken, json };
        fields.AddTo(command);
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var uses = TokenizerComparison.Run(
                line.GetValue(models)!, [.. line.GetValue(texts)!.Select(Named)], fields.Of(line),
                line.GetValue(maxBroken), bytes => display.Show(() => $"encoding: {SizeText.Of(bytes)}"));
            if (line.GetValue(json))
                uses.Select(JsonLine.Of).ToList().ForEach(Console.WriteLine);
            else
                TokenizerText.Lines(uses).ToList().ForEach(Console.WriteLine);
        });
        return command;
    }

    private static (string Name, string Path) Named(string source)
    {
        var equals = source.IndexOf('=', StringComparison.Ordinal);
        return equals > 0 && !Path.Exists(source)
            ? (source[..equals], source[(equals + 1)..])
            : (Path.GetFileName(Path.TrimEndingDirectorySeparator(source)), source);
    }
}
