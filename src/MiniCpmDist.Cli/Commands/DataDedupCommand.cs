using System.CommandLine;
using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Deduplication;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data dedup</c>: a corpus without its copies.</summary>
internal static class DataDedupCommand
{
    public static Command Create()
    {
        var corpus = new Argument<string[]>("corpus")
        {
            Description = "Files, folders or patterns, as `data build` takes them. Their order does not matter.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out")
        {
            Description = "Folder for what is left; must not exist, nor lie in the corpus.",
            Required = true,
        };
        var exact = new Option<bool>("--exact") { Description = "Remove texts that equal another one." };
        var near = new Option<bool>("--near")
        {
            Description = "Remove texts that nearly equal another one, by MinHash and LSH.",
        };
        var substrings = new Option<int>("--substrings")
        {
            Description = "Cut stretches of at least so many words out of texts where they have occurred before; "
                + "50 is usual, 0 for none.",
        };
        var against = new Option<string[]>("--against")
        {
            Description = "Remove texts that share an n-gram with this evaluation set (*.jsonl, *.json, *.csv, "
                + "*.parquet, or a folder of them); may be given again.",
        };
        var command = new Command("dedup", """
            Removes copies from a corpus. With none of --exact, --near, --substrings and --against it does --exact and
            --near. Words are runs of letters and digits, in lower case; a character of Chinese, Japanese or Thai is a
            word by itself. Of texts that are copies of each other the longest is kept, and of equally long ones the one
            with the smallest hash: which texts are left does not depend on their order, on ranks or on threads.
            What is left goes to part-*.jsonl.gz in --out, for `minicpm data build`; beside it are removed.ndjson.gz
            (what was removed, and why) and report.ndjson. After a kill the same command goes on with what is done.

            Example:
              minicpm data dedup --out clean corpus
              minicpm data dedup --exact --near --substrings 50 --against mmlu --out clean corpus
              mpirun -n 8 minicpm data dedup --near --threshold 0.7 --permutations 256 --out clean corpus
            """) { corpus, output, exact, near, substrings.Within(0), against };
        var numbers = new DedupNumbers();
        numbers.AddTo(command);
        var fields = new FieldOptions();
        fields.AddTo(command);
        var maxBroken = FieldOptions.MaxBroken();
        command.Add(maxBroken);
        var json = JsonLine.Option();
        command.Add(json);
        command.SetAction(line =>
        {
            var sets = line.GetValue(against) ?? [];
            var isUsual = !line.GetValue(exact) && !line.GetValue(near) && line.GetValue(substrings) == 0
                && sets.Length == 0;
            var options = numbers.Apply(line, new DedupOptions(line.GetValue(corpus)!, line.GetValue(output)!)
            {
                Exact = isUsual || line.GetValue(exact),
                Near = isUsual || line.GetValue(near),
                Substrings = line.GetValue(substrings),
                Against = sets,
                Fields = fields.Of(line),
                MaxBroken = line.GetValue(maxBroken),
            });
            var problems = new ProblemCollector();
            numbers.RequireUse(line, options, problems);
            problems.ThrowIfAny();
            Run(options, line.GetValue(json));
        });
        return command;
    }

    private static void Run(DedupOptions options, bool isForScripts)
    {
        var world = RankWorld.Join();
        // Scripts read what is printed; people look at the screen.
        var display = new DedupDisplay(isForScripts ? Screen.OfErrors() : Screen.FromEnvironment());
        using var interrupt = world.Rank != 0 ? null : PosixSignalRegistration.Create(PosixSignal.SIGINT, _ =>
            Console.Error.WriteLine("minicpm: stopped; the same command goes on with what is done."));
        var passedOver = new List<PassedOverFile>();
        if (CorpusDedup.RunCollective(options, world, display.Show, passedOver) is not { } report)
            return;
        if (isForScripts)
            Console.WriteLine(JsonLine.Of(report));
        display.Done(report, passedOver, isForScripts);
    }
}
