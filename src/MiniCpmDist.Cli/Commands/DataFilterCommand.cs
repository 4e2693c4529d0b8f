using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Data.Filtering;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data filter</c>: a corpus without the texts that no model should learn from.</summary>
internal static class DataFilterCommand
{
    public static Command Create()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns, as for `data build`.",
            Arity = ArgumentArity.OneOrMore,
        };
        var pipeline = new Option<string>("--pipeline")
        {
            Description = "YAML file of the rules (docs/data.md).",
            Required = true,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for what is kept; must not exist.",
            Required = true,
        };
        var samples = new Option<int>("--samples")
        {
            Description = "Removed texts to show of each rule.",
            DefaultValueFactory = _ => 5,
        };
        var workers = new Option<int>("--workers")
        {
            Description = "Threads of each rank; the result does not depend on it.",
            DefaultValueFactory = _ => Environment.ProcessorCount,
        };
        var fields = new FieldOptions();
        var maxBroken = FieldOptions.MaxBroken();
        var json = JsonLine.Option();
        var command = new Command("filter", """
            Removes texts by the rules of a pipeline: lengths, symbols, repetition, stop words, scripts, and a program
            of yours that scores texts. What is kept becomes a corpus of *.jsonl.zst files, with all that a line of JSON
            held beside its text; report.ndjson says how many texts each rule removed, and shows some. Whether a text is
            kept depends on the text and the rules alone. After a kill the same command goes on. Under mpirun all ranks
            share the work.

            Example:
              minicpm data filter --pipeline launch/examples/filters/english.yaml --out kept corpus
              mpirun -n 8 minicpm data filter --pipeline rules.yaml --out kept 'web/*.parquet'
            """)
        {
            corpus, pipeline, output, samples.Within(0, 1000), workers.Within(1, 1024), maxBroken, json,
        };
        fields.AddTo(command);
        command.SetAction(line =>
        {
            var world = RankWorld.Join();
            var display = new FilterDisplay(Screen.FromEnvironment());
            var options = new FilterOptions(
                line.GetValue(corpus)!, line.GetValue(pipeline)!, line.GetValue(output)!)
            {
                Fields = fields.Of(line),
                MaxBroken = line.GetValue(maxBroken),
                Workers = line.GetValue(workers),
                Samples = line.GetValue(samples),
            };
            if (CorpusFilter.RunCollective(options, world, world.Rank == 0 ? display.Show : null) is not { } report)
                return;
            if (line.GetValue(json))
                Console.WriteLine(JsonLine.Of(report));
            else
                display.Done(report);
        });
        return command;
    }
}
