using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>Results of tasks for people, and for scripts.</summary>
internal static class TaskText
{
    private const int MostIds = 10;

    /// <summary>A table for each form of a task, with a row for each run and rule.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<TaskResult> results, bool compares)
    {
        foreach (var same in results.GroupBy(result => (result.Data.Task.Name, result.Form.Name)))
        {
            var first = same.First();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{first.Data.Task.Name} | {first.Form.Name.Replace("/", ", ", StringComparison.Ordinal)}"
                + $" | {first.Data.Items.Count} items | {Shots(first)} | template {Short(first.TemplateHash)}"
                + $"{(first.Sampling.IsGreedy ? "" : " | " + first.Sampling.Text)}"
                + $" | data {Short(first.Data.Hash)}");
            var width = same.Max(result => result.Run.Length);
            foreach (var line in same.SelectMany(result => Rows(result, width)))
                yield return line;
            if (compares && same.ToArray() is [var a, var b])
            {
                foreach (var line in Differences(a, b))
                    yield return line;
            }
            foreach (var line in same.Select(Work).OfType<string>())
                yield return line;
        }
        if (results.Count > 0)
            yield return "* the rule that the flavour itself reports; ± one standard error over the items";
    }

    /// <summary>A result as JSON, one line for each rule.</summary>
    public static IEnumerable<string> Json(TaskResult result) => result.Lines.Select(line => JsonLine.Of(new
    {
        result.Run,
        result.Step,
        Model = result.ModelHash,
        Task = result.Data.Task.Name,
        result.Form.Flavour,
        Mode = EvaluationWords.Of(result.Form.Mode),
        line.Rule,
        IsOwnRule = line.IsOwn,
        Score = line.Score.Mean,
        line.Score.Error,
        line.GroupMean,
        Items = line.Score.Count,
        result.Cut,
        result.Faulty,
        Shots = result.Form.Shots,
        ShotIds = result.Shots,
        result.Form.Template,
        result.Sampling.Samples,
        result.Sampling.Tokens.Temperature,
        result.Sampling.Tokens.TopP,
        result.Sampling.Seed,
        Data = result.Data.Hash,
        PositionsComputed = result.Work.Computed,
        PositionsPlain = result.Work.Plain,
        result.Known,
    }));

    private static string Short(string hash) => TaskResult.Short(hash);

    private static string Shots(TaskResult result)
    {
        if (result.Form.PreambleFile is { } file)
            return $"examples of {file}";
        if (result.Form.Shots == 0)
            return "no examples";
        var ids = result.Shots.Values.SelectMany(ids => ids).ToArray();
        return $"{result.Form.Shots} examples ({string.Join(", ", ids.Take(MostIds))}"
            + (ids.Length > MostIds ? $" and {ids.Length - MostIds} more, see --json)" : ")");
    }

    private static IEnumerable<string> Rows(TaskResult result, int width)
    {
        var hasGroups = result.Data.Items.DistinctBy(item => item.Group).Count() > 1;
        return result.Lines.Select(line => string.Create(
            CultureInfo.InvariantCulture,
            $"    {result.Run.PadRight(width)}  step {result.Step}  model {Short(result.ModelHash)}  {line.Rule,-13}"
            + $"{(line.IsOwn ? "*" : " ")} {Percent(line.Score.Mean),8} ± {Percent(line.Score.Error),-8}"
            + $"{(hasGroups ? $"  mean of groups {Percent(line.GroupMean)}" : "")}"
            + $"  cut {result.Cut}  faulty {result.Faulty}"));
    }

    private static IEnumerable<string> Differences(TaskResult first, TaskResult second)
    {
        foreach (var (a, b) in first.Lines.Zip(second.Lines))
        {
            var difference = Estimate.OfDifferences(a.Right, b.Right);
            var pairs = a.Right.Zip(b.Right).ToArray();
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"    {second.Run} - {first.Run}  {a.Rule}  {difference.Mean * 100:+0.00;-0.00;0.00} %"
                + $" ± {Percent(difference.Error)}"
                + $"  (right in {second.Run} alone {pairs.Count(pair => pair.Second > pair.First)},"
                + $" in {first.Run} alone {pairs.Count(pair => pair.First > pair.Second)})");
        }
    }

    private static string? Work(TaskResult result)
    {
        var known = result.Known > 0 ? $"{result.Known} items were known from before; " : "";
        return result.Work.Computed == 0
            ? known.Length > 0 ? $"    {result.Run}: {known}nothing was computed" : null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"    {result.Run}: {known}{result.Work.Computed:N0} positions computed; text by text it would be "
                + $"{result.Work.Plain:N0} ({(double)result.Work.Plain / result.Work.Computed:F1} times)");
    }

    private static string Percent(double share) =>
        double.IsNaN(share) ? "-" : string.Create(CultureInfo.InvariantCulture, $"{share * 100:F2} %");
}
