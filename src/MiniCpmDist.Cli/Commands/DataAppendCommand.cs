using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Corpus;
using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data append</c>: more texts for a data folder, also while runs read it.</summary>
internal static class DataAppendCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("data") { Description = "Data folder that `data build` made." };
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "New files, folders or patterns, as for `data build`.",
            Arity = ArgumentArity.OneOrMore,
        };
        var fields = new FieldOptions();
        var least = new Option<int?>("--min-tokens") { Description = "Leave out documents of fewer tokens." };
        var most = new Option<int?>("--max-tokens") { Description = "Leave out documents of more tokens." };
        var maxBroken = FieldOptions.MaxBroken();
        var workers = new Option<int>("--workers")
        {
            Description = "Threads of each rank; the result does not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var json = JsonLine.Option();
        var command = new Command("append", """
            Appends texts to a data folder as one more part of it, with the tokenizer, the sequence length, the packing
            and the held-out share that it has. No file that is there is changed: runs that read the folder go on, with
            the same bits. A run reads the part once its file says so, as `parts: 2` below its source, and it is
            resumed. It reads the part when it has read all that it had, and from then on passes over everything. Files
            that are in the folder already are refused. After a kill the same command goes on with what is done.

            Example:
              minicpm data append c4 new/c4-train.00013.json.gz
              mpirun -n 8 minicpm data append c4 'new/*.parquet'
            """)
        {
            folder, corpus, least.Within(1, int.MaxValue), most.Within(1, int.MaxValue), maxBroken,
            workers.Within(1, 1024), json,
        };
        fields.AddTo(command);
        command.SetAction(line => Run(
            new DataAppendOptions(line.GetValue(folder)!, line.GetValue(corpus)!)
            {
                Fields = fields.Of(line),
                Bounds = new TokenBounds(line.GetValue(least) ?? 0, line.GetValue(most) ?? int.MaxValue),
                MaxBroken = line.GetValue(maxBroken),
                Workers = line.GetValue(workers),
            },
            line.GetValue(json)));
        return command;
    }

    private static void Run(DataAppendOptions options, bool isForScripts)
    {
        var world = RankWorld.Join();
        var display = new DataBuildDisplay(Screen.FromEnvironment());
        if (DataAppend.RunCollective(options, world, display.Show) is not { } report)
            return;
        if (isForScripts)
            Console.WriteLine(JsonLine.Of(new { report.Folder, report.Part, report.Manifest }));
        else
            display.Done(report);
    }
}
