using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Engine.Data;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data build</c>: a corpus to token files.</summary>
internal static class DataBuildCommand
{
    public static Command Create()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns: *.json.gz, *.jsonl, *.jsonl.gz, *.txt.",
            Arity = ArgumentArity.OneOrMore,
        };
        var tokenizer = new Option<string>("--tokenizer") { Description = "SentencePiece model.", Required = true };
        var output = new Option<string>("--out")
        {
            Description = "Data folder to make; must not exist.",
            Required = true,
        };
        var heldOut = new Option<double>("--held-out")
        {
            Description = "Share of the documents that is kept from training.",
            DefaultValueFactory = _ => 0.02,
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Threads; the result does not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var command = new Command("build", """
            Tokenizes a corpus into a data folder that `data.train` of a run names. Lines that give no text go to
            quarantine.jsonl with file, line and reason; too many of them stop the build.

            Example:
              minicpm data build --tokenizer tokenizer.model --out data corpus
            """) { corpus, tokenizer, output, heldOut.Within(0, 0.5), workers.Within(1, 1024) };
        command.SetAction(line =>
        {
            var display = new WorkDisplay(Screen.FromEnvironment());
            var options = new DataBuildOptions(
                line.GetValue(corpus)!, line.GetValue(tokenizer)!, line.GetValue(output)!)
            {
                HeldOutFraction = line.GetValue(heldOut),
                Workers = line.GetValue(workers),
            };
            var report = DataBuild.Run(options, now => display.Show(() =>
                $"tokenizing: {SizeText.Of(now.BytesRead)} of {SizeText.Of(now.BytesTotal)}"
                + $" | {ProgressText.Tokens(now.Tokens)} tokens | {display.Eta(now.BytesRead, now.BytesTotal)}"));
            display.Done($"{report.Folder}: {DataInspectCommand.Summary(report.Manifest)}");
        });
        return command;
    }
}
