using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Data.Chat;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data preferences</c>: pairs of answers out of UltraFeedback.</summary>
internal static class DataPreferencesCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("files")
        {
            Description = "Files of UltraFeedback: *.parquet, *.jsonl or *.json, the last two also with .gz or .zst.",
            Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out") { Description = "File of pairs to make.", Required = true };
        var margin = new Option<double>("--margin")
        {
            Description = "The mean rating of the rejected answer lies at least so much below that of the chosen one.",
            DefaultValueFactory = _ => 0,
        };
        var worst = new Option<bool>("--worst")
        {
            Description = "Reject the worst answer, not one by chance.",
        };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Seed of the chance.",
            DefaultValueFactory = _ => 1,
        };
        var without = new Option<string[]>("--without-source")
        {
            Description = "Leave out the prompts of this source, such as truthful_qa; may be given again.",
        };
        var unrepaired = new Option<bool>("--accept-unrepaired")
        {
            Description = "Take the first release, whose overall marks are partly wrong.",
        };
        var command = new Command("preferences", """
            Makes pairs for `minicpm dpo` out of UltraFeedback. The chosen answer has the best mean rating of its
            aspects; the rejected one is drawn from the others. A tie for the best makes no pair, and a rating "N/A"
            does not count. Each pair says in `reason` why it was made. Take truthful_qa out if you evaluate on
            TruthfulQA: its questions are in the set.

            Example:
              minicpm data preferences ultrafeedback.jsonl --out pairs.jsonl --without-source truthful_qa
            """) { files, output, margin.Within(0, 10), worst, seed, without, unrepaired };
        command.SetAction(line =>
        {
            var counts = new PreferenceImport(line.GetValue(files)!, line.GetValue(output)!)
            {
                LeastMargin = line.GetValue(margin),
                TakesWorst = line.GetValue(worst),
                Seed = line.GetValue(seed),
                WithoutSources = line.GetValue(without) ?? [],
                AcceptsUnrepaired = line.GetValue(unrepaired),
            }.Run();
            foreach (var (what, count) in counts)
                Console.WriteLine($"{what}: {count}");
        });
        return command;
    }
}
