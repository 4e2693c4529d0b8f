using System.CommandLine;
using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data build</c>: a corpus to packed token files.</summary>
internal static class DataBuildCommand
{
    private const string Isolate = "isolate";

    public static Command Create()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns: *.parquet, and *.jsonl, *.json, *.txt, also with .gz or .zst.",
            Arity = ArgumentArity.OneOrMore,
        };
        var tokenizer = new Option<string>("--tokenizer") { Description = "SentencePiece model.", Required = true };
        var output = new Option<string>("--out")
        {
            Description = "Data folder to make; must not exist.",
            Required = true,
        };
        var name = new Option<string?>("--name")
        {
            Description = "What a mixture calls this source (default: the name of the folder).",
        };
        var length = new Option<int>("--sequence-length")
        {
            Description = "Tokens in a sequence; a run reads them as they are packed here.",
            DefaultValueFactory = _ => 4096,
        };
        var packing = new Option<string>("--packing")
        {
            Description = "isolate: attention and positions end with each document. concatenate: one stream of them.",
            DefaultValueFactory = _ => Isolate,
        };
        // The others are what `sft` and `dpo` make.
        packing.AcceptOnlyFromAmong(Isolate, "concatenate");
        var fields = new FieldOptions();
        var heldOut = new Option<double>("--held-out")
        {
            Description = "Share of the documents that is kept from training; 0 for none.",
            DefaultValueFactory = _ => 0.02,
        };
        var least = new Option<int?>("--min-tokens")
        {
            Description = "Leave out documents of fewer tokens, such as 4096 for data of long documents.",
        };
        var most = new Option<int?>("--max-tokens") { Description = "Leave out documents of more tokens." };
        var maxBroken = FieldOptions.MaxBroken();
        var workers = new Option<int>("--workers")
        {
            Description = "Threads of each rank; the result does not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var json = JsonLine.Option();
        var metrics = new Option<string?>("--metrics-file")
        {
            Description = "Prometheus text file to keep up to date, for the textfile collector of node_exporter.",
        };
        var command = new Command("build", """
            Tokenizes a corpus and packs it into a data folder that a run names. Lines that give no text go to
            quarantine.ndjson with file, line and reason; too many of them (--max-broken) stop the build. Which
            documents are held out depends on their text alone, white space aside: copies in several sources are on the
            same side if all are built with the same --held-out. After a kill the same command
            goes on with what is done. Under mpirun all ranks share the work; the result is the same to the last byte.

            Example:
              minicpm data build --tokenizer tokenizer.model --out data corpus
              mpirun -n 8 minicpm data build --tokenizer tokenizer.model --out data --sequence-length 4096 corpus
              minicpm data build --tokenizer tokenizer.model --out books --text-field meta.content books.jsonl
              minicpm data build --tokenizer tokenizer.model --out web 'fineweb/data/*.parquet'
              minicpm data build --tokenizer tokenizer.model --out long --sequence-length 32768 --min-tokens 4096 books
            """)
        {
            corpus, tokenizer, output, name, length.Within(1, 1 << 20), packing, heldOut.Within(0, 0.5),
            least.Within(1, int.MaxValue), most.Within(1, int.MaxValue), maxBroken, workers.Within(1, 1024), json,
            metrics,
        };
        fields.AddTo(command);
        command.SetAction(line => Run(new DataBuildOptions(
            line.GetValue(corpus)!, line.GetValue(tokenizer)!, line.GetValue(output)!)
        {
            Name = line.GetValue(name),
            SequenceLength = line.GetValue(length),
            Packing = line.GetValue(packing) == Isolate ? Packing.Isolate : Packing.Concatenate,
            Fields = fields.Of(line),
            HeldOutFraction = line.GetValue(heldOut),
            Bounds = new TokenBounds(line.GetValue(least) ?? 0, line.GetValue(most) ?? int.MaxValue),
            MaxBroken = line.GetValue(maxBroken),
            Workers = line.GetValue(workers),
        }, line.GetValue(json), line.GetValue(metrics)));
        return command;
    }

    private static void Run(DataBuildOptions options, bool asJson, string? metricsPath)
    {
        var world = RankWorld.Join();
        var display = new DataBuildDisplay(Screen.FromEnvironment());
        // The process ends as it always does; the message is for a user who wonders what is lost by it.
        using var interrupt = world.Rank != 0 ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
            Console.Error.WriteLine("minicpm: stopped; the same command goes on with the units that are done."));
        var metrics = metricsPath is null || world.Rank != 0
            ? null
            : new BuildMetricsFile(metricsPath, options.Name ?? options.OutputFolder, TimeProvider.System);
        if (DataBuild.RunCollective(options, world, Show) is not { } report)
            return;
        if (asJson)
            Console.WriteLine(JsonLine.Of(new { report.Folder, report.Manifest }));
        else
            display.Done(report);

        void Show(DataBuildProgress now)
        {
            display.Show(now);
            metrics?.Write(now);
        }
    }
}
