using System.Globalization;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Schedules.ScheduleOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>
/// The section <c>schedule</c>. Its lengths depend on each other and on the batches: <see cref="ScheduleReading"/>
/// reads them together.
/// </summary>
internal static class ScheduleKeys
{
    public const string Section = "schedule";
    public const string Recipe = "recipe";
    public const string LearningRate = "learning_rate";
    public const string Warmup = "warmup";
    public const string Stable = "stable";
    public const string Decay = "decay";
    public const string HalfLife = "half_life";
    public const string TokenBatch = "token_batch";
    public const string Stages = "batch_stages";
    public const string Law = "batch_law";

    private const string Nothing = "null";

    public static KeyTable<ScheduleOptions> Table { get; } = new(
        Key.Choice(
            "shape", o => o.Shape, (o, v) => o with { Shape = v }, ScheduleWords.Shapes, KeyRule.Update,
            "the course of the learning rate"),
        Key.Short(Recipe),
        Key.Number(
            LearningRate, o => o.LearningRate, (o, v) => o with { LearningRate = v }, "a number above zero",
            v => v > 0, KeyRule.Later, "that of the stable phase") with
        {
            Live = new(o => Number(o.LearningRate), (to, from) => to with { LearningRate = from.LearningRate }),
        },
        Key.Special(
            Warmup, KeyRule.Update, Extent.Expectation, "over which the learning rate rises",
            (o, text) => text.Length(Warmup, o.Warmup)).HeldAs(o => o.Warmup),
        Key.Special(
            Stable, KeyRule.Later, $"{Extent.Expectation}, or `{ScheduleWords.UntilTold}`",
            "over which the learning rate stays", WriteStable) with
        {
            Live = new(
                o => o.StableIsOpen ? ScheduleWords.UntilTold : RunFileText.Tokens(o.Stable),
                (to, from) => to with { Stable = from.Stable, StableIsOpen = from.StableIsOpen }),
        },
        Key.Special(
            Decay, KeyRule.Later, Extent.Expectation, "over which the learning rate falls", WriteDecay) with
        {
            Live = new(
                o => o.OpenDecay?.ToString() ?? RunFileText.Tokens(o.Decay),
                (to, from) => to with { Decay = from.Decay, OpenDecay = from.OpenDecay }),
        },
        Key.Choice(
            "decay_shape", o => o.DecayShape, (o, v) => o with { DecayShape = v }, ScheduleWords.DecayShapes,
            KeyRule.Later, "how the learning rate falls") with
        {
            Live = new(o => ScheduleWords.Of(o.DecayShape), (to, from) => to with { DecayShape = from.DecayShape }),
        },
        Key.Special(
            HalfLife, KeyRule.Later, $"{Extent.Expectation}, or null",
            "over which an exponential decay halves the learning rate", WriteHalfLife) with
        {
            Live = new(
                o => o.HalfLife is { } length ? RunFileText.Tokens(length) : Nothing,
                (to, from) => to with { HalfLife = from.HalfLife }),
        },
        Key.Number(
            "final_ratio", o => o.FinalRatio, (o, v) => o with { FinalRatio = v }, "a number from 0 to 1",
            v => v is >= 0 and <= 1, KeyRule.Later, "what is left of the learning rate at the end") with
        {
            Live = new(o => Number(o.FinalRatio), (to, from) => to with { FinalRatio = from.FinalRatio }),
        },
        Key.Special(
            TokenBatch, KeyRule.Later, "a whole number of tokens", "tokens of a step over all ranks",
            (o, text) => text.Line(TokenBatch, RunFileText.Tokens(o.TokenBatch))) with
        {
            Live = new(
                o => RunFileText.Tokens(o.TokenBatch), (to, from) => to with { TokenBatch = from.TokenBatch }),
        },
        Key.Special(
            Stages, KeyRule.Later, "a list of mappings", "places from which on steps have another size",
            WriteStages) with
        {
            Live = new(
                o => StagesText(o.Batches),
                (to, from) => to with { Batches = to.Batches with { Stages = from.Batches.Stages } }),
        },
        Key.Special(
            Law, KeyRule.Later, "a mapping of keys to values", "the token batch as a power of the loss",
            WriteLaw) with
        {
            Live = new(
                o => o.Batches.Law?.ToString() ?? Nothing,
                (to, from) => to with { Batches = to.Batches with { Law = from.Batches.Law } }),
        })
    {
        Complete = ScheduleReading.Check,
    };

    private static void WriteStable(ScheduleOptions options, RunFileText text)
    {
        if (options.StableIsOpen)
            text.Line(Stable, ScheduleWords.UntilTold);
        else
            text.Length(Stable, options.Stable);
    }

    private static void WriteDecay(ScheduleOptions options, RunFileText text)
    {
        if (options.OpenDecay is { } decay)
            text.Line(Decay, decay.ToString());
        else
            text.Length(Decay, options.Decay);
    }

    private static void WriteHalfLife(ScheduleOptions options, RunFileText text)
    {
        if (options.HalfLife is { } halfLife)
            text.Length(HalfLife, halfLife);
        else
            text.Line(HalfLife, Nothing);
    }

    private static void WriteStages(ScheduleOptions options, RunFileText text)
    {
        if (options.Batches.Stages.Count == 0)
        {
            text.Line(Stages, Nothing);
            return;
        }
        text.Section(Stages, () =>
        {
            foreach (var stage in options.Batches.Stages)
                text.Item(() => BatchStageKeys.Table.Write(stage, text));
        });
    }

    private static void WriteLaw(ScheduleOptions options, RunFileText text)
    {
        if (options.Batches.Law is { } law)
            text.Section(Law, () => BatchLawKeys.Table.Write(law, text));
        else
            text.Line(Law, Nothing);
    }

    private static string StagesText(BatchPlan plan) => plan.Stages.Count == 0
        ? Nothing
        : string.Join(
            ", ",
            plan.Stages.Select(stage =>
                $"{RunFileText.Tokens(stage.TokenBatch)} from {RunFileText.Tokens(stage.From)} "
                + $"({ScheduleWords.Of(stage.Rule)})"));

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
