using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Cli.Planning;

/// <summary>What <c>minicpm plan</c> prints.</summary>
internal static class PlanText
{
    public static IEnumerable<string> Lines(PlanReport report)
    {
        var (cost, schedule, memory) = (report.Cost, report.Options.Schedule, report.Memory);
        var (request, ranks) = (report.Request, report.Request.Ranks);
        yield return $"{report.Options.Name} on {Ranks(ranks)}";
        yield return Line(
            "model", (report.Options.Model.Preset ?? "of the file's own dimensions")
            + Text($", {cost.Parameters:N0} parameters"));
        if (report.Options.Model.Shape is { Experts: > 0 } shape)
        {
            yield return Line("", Text(
                $"a token takes {shape.ExpertsPerToken} of {shape.Experts} experts, {shape.ActiveParameters:N0} of ")
                + Text($"{shape.NonEmbeddingParameters:N0} parameters outside the embedding"));
        }
        yield return Line(
            "work", $"{Flops(cost.FlopsPerToken)} a token, {Flops(cost.FlopsPerStep)} a step, forward and backward: 6");
        yield return Line(
            "", "for each parameter of a product, and 12 x layers x heads x head_dim x sequence for attention");
        yield return Line("schedule", cost.Steps is { } whole && schedule.Batches == BatchPlan.None
            ? Text($"{whole:N0} steps of {cost.StepTokens:N0} tokens, {cost.Tokens:N0} tokens in all")
            : cost.Steps is { } steps
                ? Text($"{steps:N0} steps, {cost.Tokens:N0} tokens in all; ") + ScheduleCourseText.Batches(schedule)
                : $"stable until told; {ScheduleCourseText.Batches(schedule)}");
        yield return Line("speed", report.TokensPerSecond is { } speed
            ? Text($"{speed:N0} tokens a second at {100 * request.Mfu:0.#}% of ")
                + $"{Flops(request.PeakFlops!.Value * ranks)} a second; {Time(report.Days, speed)}"
            : "not known: add --peak with the operations a second of one rank's device, such as --peak 989e12");
        yield return Line(
            "memory", $"{SizeText.Of(memory.Total)} a rank of {SizeText.Of(request.MemoryPerRank)}"
            + (memory.IsOnDevice ? " on its device: " : ": ")
            + (report.Fits ? "it fits" : "it does not fit"));
        foreach (var (kind, bytes) in Kinds(memory).Where(part => part.Bytes > 0))
            yield return Part(kind, bytes);
        if (memory.IsOnDevice)
            yield return Line("", "and of the host's memory");
        yield return Part("checkpoint staging", memory.Staging);
        yield return Part("the program itself", memory.Program);
        foreach (var line in report.Fits ? [] : Remedies(report))
            yield return line;
        foreach (var line in Lengths(report))
            yield return line;
        if (request.Cluster is not null)
        {
            foreach (var line in ClusterPlanText.Lines(report))
                yield return line;
        }
    }

    private static IEnumerable<string> Lengths(PlanReport report)
    {
        if (report.Lengths.Count > 0)
        {
            yield return Line(
                "lengths",
                "of sequences: in a micro-batch, memory of a rank, operations a token, cache of a generation");
        }
        foreach (var plan in report.Lengths)
        {
            yield return Text($"            {plan.Length,9}{plan.MicroBatch,7}")
                + $"{SizeText.Of(plan.Memory),12}{Flops(plan.FlopsPerToken),16}{SizeText.Of(plan.CacheBytes),12}";
        }
    }

    private static string Time(double? days, double tokensPerSecond) => days switch
    {
        null => Text(
            $"stable until told: {tokensPerSecond * TrainingCost.SecondsPerDay / 1e9:0.###} billion tokens a day"),
        < 1.0 / 24 => Text($"{days * 24 * 60:0.0} minutes to the end"),
        < 2 => Text($"{days * 24:0.0} hours to the end"),
        _ => Text($"{days:N1} days to the end"),
    };

    /// <summary>Memory of tensors, wherever they are.</summary>
    private static IEnumerable<(string Kind, long Bytes)> Kinds(MemoryPlan memory)
    {
        yield return ("parameters", memory.Parameters);
        yield return ("master weights", memory.MasterWeights);
        yield return ("gradients", memory.Gradients);
        yield return ("moments", memory.Moments);
        yield return ("sums of lanes and ranks", memory.Reduction);
        yield return ("what enters blocks", memory.BlockInputs);
        yield return ("kept by attention", memory.Attention);
        yield return ("kept by feed-forward", memory.FeedForward);
        yield return ("a block's way back", memory.Working);
        yield return ("logits and loss", memory.Loss);
    }

    private static IEnumerable<string> Remedies(PlanReport report)
    {
        yield return Line("change", "one of these, or several; what each saves by itself:");
        foreach (var remedy in report.Remedies)
            yield return Part(remedy.ToString(), remedy.Saves, "-");
        yield return Line("fits", report.FirstThatFits is { } first
            ? $"{first}: {SizeText.Of(first.Total)}"
            : "not even with all of them: a smaller model, more lanes with more ranks, or more memory");
    }

    private static string Part(string kind, long bytes, string sign = "") =>
        $"            {kind,-56}{sign + SizeText.Of(bytes),10}";

    private static string Ranks(int ranks) => ranks == 1 ? "1 rank" : Text($"{ranks} ranks");

    private static string Flops(double value) => value switch
    {
        < 1e9 => Text($"{value / 1e6:0.0} MFLOP"),
        < 1e12 => Text($"{value / 1e9:0.0} GFLOP"),
        < 1e15 => Text($"{value / 1e12:0.0} TFLOP"),
        _ => Text($"{value / 1e15:0.0} PFLOP"),
    };

    private static string Line(string label, string text) => $"  {label,-8}  {text}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
