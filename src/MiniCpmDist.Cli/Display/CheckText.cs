using System.Globalization;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Training;

namespace MiniCpmDist.Cli.Display;

/// <summary>What <c>train --check</c> prints: a few lines on what would run.</summary>
internal static class CheckText
{
    private const int RanksNamed = 8;

    public static IEnumerable<string> Lines(TrainingPlan plan, PretrainedWeights? weights)
    {
        var (options, shape, schedule) = (plan.Options, plan.Options.Model.Shape, plan.Options.Schedule);
        yield return $"{options.Name}: nothing wrong was found; nothing was trained or written";
        yield return Line(
            "model", $"{options.Model.Preset ?? "of the file's own dimensions"}, {shape.Parameters:N0} parameters, "
            + $"{shape.NonEmbeddingParameters:N0} without embeddings");
        if (plan.UnusedRows is { } unused)
            yield return Line("", $"note: {unused}");
        yield return Line("weights", weights is null
            ? $"made from seed {options.Seed}"
            : $"{weights.Folder} ({weights.Types}), without optimizer state");
        yield return Line("schedule", ScheduleCourseText.Phases(schedule));
        yield return Line("batch", ScheduleCourseText.Batches(schedule));
        yield return Line("rate", ScheduleCourseText.Rates(schedule));
        foreach (var (source, i) in plan.Sources.Select((source, i) => (source, i)))
        {
            yield return Line(
                i == 0 ? "data" : "", $"{source.Options.Name}: {Text(source, options.Data.SequenceLength)}");
        }
        if (plan.Tasks.Positions > 0)
            yield return Line("tasks", Text(plan.Tasks));
        foreach (var line in OverlapText.Lines(plan.Overlaps))
            yield return Line("", line);
        var grid = options.Parallel.GridFor(plan.WorldSize);
        if (grid.Strands > 1)
            yield return Line("context", Text(grid));
        yield return Line(
            "lanes", (plan.WorldSize > RanksNamed
                ? $"{grid.Lanes.Lanes / grid.LaneRanks} on each of "
                    + $"{plan.WorldSize} ranks"
                : string.Join(", ", plan.Lanes.Select((lanes, rank) => $"{Text(lanes)} on rank {rank}")))
            + $"; ranks that fit: {string.Join(", ", options.Parallel.WorldSizes)}");
        var memory = plan.Memory;
        yield return Line(
            "memory", (memory.IsOnDevice
                ? $"{SizeText.Of(memory.Total)} of each device and {SizeText.Of(memory.OnHost)} a rank of the host; "
                : $"{SizeText.Of(memory.Total)} a rank, {SizeText.Of(memory.Program)} of it the program; ")
            + "`minicpm plan` says what to change:");
        yield return Line(
            "", $"{SizeText.Of(memory.Parameters)} parameters, {SizeText.Of(memory.Gradients)} gradients, "
            + $"{SizeText.Of(memory.Moments)} moments, {SizeText.Of(memory.Staging)} checkpoint staging, "
            + $"{SizeText.Of(memory.Reduction)} reduction,");
        yield return Line("", $"{SizeText.Of(memory.Activations)} activations and loss");
    }

    /// <summary>What a run reads of a source, in one line.</summary>
    public static string Text(SourcePlan source, int length)
    {
        var (stable, decay) = (Share(source.Options.StableWeight), Share(source.Options.DecayWeight));
        var read = source.Epochs is { } epochs ? $"{epochs:F2} times" : "until told";
        return $"{stable} of the stable phase, {decay} of the decay; {source.Sequences:N0} sequences "
            + $"of {length:N0}, read {read}; "
            + (source.HeldOutSequences == 0
                ? "nothing held out" : $"{source.HeldOutSequences:N0} held out in an evaluation")
            + (source.PartsThere > source.Options.Parts
                ? $"; {source.Options.Parts} of {source.PartsThere} parts (`parts: {source.PartsThere}` reads all)"
                : "");
    }

    private static string Text(EvaluationCost cost) => string.Create(
        CultureInfo.InvariantCulture, $"{cost.Positions:N0} positions an evaluation at most")
        + (cost.Every is { } every
            ? string.Create(
                CultureInfo.InvariantCulture,
                $", one after every {every:N0} tokens: {cost.Share:P2} of the computation of training")
            : ", one at the end of the run, which is open");

    private static string Text(RankGrid grid) =>
        $"a sequence lies over {grid.ContextRanks} {(grid.ContextRanks == 1 ? "rank" : "ranks")}; its {grid.Strands} "
        + "strands, an early and a late stretch each, give the same bits on "
        + $"{string.Join(", ", Enumerable.Range(0, int.Log2(grid.Strands) + 1).Select(power => 1 << power))} ranks";

    private static string Share(long weight) => $"{(decimal)weight / SourceOptions.WeightUnit:0.#######%}";

    private static string Text((int First, int Last) lanes) =>
        lanes.First == lanes.Last ? $"{lanes.First}" : $"{lanes.First}-{lanes.Last}";

    private static string Line(string label, string text) => $"  {label,-8}  {text}";
}
