using MiniCpmDist.Core.Schedules;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Schedules.BatchLaw>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Schedules.BatchLaw>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>schedule.batch_law</c>.</summary>
internal static class BatchLawKeys
{
    private const string Smoothing = "smoothing";
    private const string Min = "min";
    private const string Max = "max";
    private const string Positive = "a number above zero";

    // A hundred steps smooth the noise of single batches, and the loss changes little during them.
    private const int SmoothingSteps = 100;

    // The law asks for six doublings between a loss of 5 and a loss of 2.6.
    private const int LargestGrowth = 64;

    public static KeyTable<BatchLaw> Table { get; } = new(
        Key.Number(
            "a", o => o.Scale, (o, v) => o with { Scale = v }, Positive, v => v > 0, KeyRule.Later,
            "of tokens = a / loss^b"),
        Key.Number(
            "b", o => o.Exponent, (o, v) => o with { Exponent = v }, Positive, v => v > 0, KeyRule.Later,
            "of tokens = a / loss^b"),
        Key.Special(
            Smoothing, KeyRule.Later, "a length above zero", "over how much the training loss is smoothed",
            (o, text) => text.Length(Smoothing, o.Smoothing)),
        Key.Number(
            "hysteresis", o => o.Hysteresis, (o, v) => o with { Hysteresis = v },
            "a number above zero, such as 0.25", v => v > 0, KeyRule.Later,
            "the batch changes once the law asks for one larger or smaller by a factor of 1 + this"),
        Bound(Min, o => o.Min, "never fewer tokens"),
        Bound(Max, o => o.Max, "never more tokens"),
        Key.Choice(
            BatchStageKeys.Rule, o => o.Rule, (o, v) => o with { Rule = v }, ScheduleWords.Rules, KeyRule.Later,
            "how the learning rate follows"),
        Key.Text(
            "source", o => o.Source, (o, v) => o with { Source = v }, KeyRule.Later,
            "whose loss counts; all tokens of a step where none is named", "a source of the run"))
    {
        Complete = Check,
    };

    /// <param name="schedule">The section around it.</param>
    /// <param name="name">Of the law's; null where it is absent.</param>
    /// <param name="axis">Of the run.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    public static BatchLaw? Read(YamlSection schedule, string name, TokenAxis axis, long unit)
    {
        if (!schedule.Has(name))
            return null;
        var section = Table.Open(schedule, name);
        var smallest = axis.TokenBatch;
        // The law changes the batch, so nobody knows how long later steps will be. Lengths in steps count the first
        // batch.
        var smoothing = section.Length(Smoothing) is { } length && section.RequireKnown(Smoothing, axis, length)
            ? axis.Tokens(length, new StepWalk(0, axis.TokenBatch, []))
            : SmoothingSteps * smallest;
        section.Require(
            smoothing > 0, Smoothing, "a length above zero", section.Text(Smoothing) ?? "",
            $"write `{Smoothing}: {SmoothingSteps} steps`");
        return Table.Read(section, new BatchLaw
        {
            Smoothing = smoothing,
            Min = section.Has(Min) ? TokenBatchText.Read(section, Min, unit) : smallest,
            Max = section.Has(Max)
                ? TokenBatchText.Read(section, Max, unit)
                : Math.Min(LargestGrowth * smallest, ScheduleOptions.LargestTokenBatch / unit * unit),
        });
    }

    private static BatchLaw Check(BatchLaw law, YamlSection section)
    {
        section.Require(law.Min <= law.Max, Max, "no less than `min`", law.Max, $"write `max: {law.Min} tokens`");
        return law;
    }

    private static Row Bound(string name, Func<BatchLaw, long> get, string help) => Key.Special(
        name, KeyRule.Later, "a whole number of tokens", help,
        (o, text) => text.Line(name, RunFileText.Tokens(get(o))));
}
