using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Configuration;

/// <summary><c>schedule.batch_stages</c> and <c>schedule.batch_law</c>.</summary>
internal static class BatchPlanReader
{
    private const string Stages = "batch_stages";
    private const string Law = "batch_law";
    private const string Rule = "lr_rule";

    // A hundred steps smooth the noise of single batches away, and a loss does not change much meanwhile.
    private const int SmoothingSteps = 100;

    // Six doublings: what the law asks for from a loss of 5 down to one of 2.6.
    private const int LargestGrowth = 64;

    /// <param name="schedule">The section.</param>
    /// <param name="axis">Of the run.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    /// <param name="texts">The stages as the file has them.</param>
    /// <param name="stages">The same, with their places.</param>
    public static BatchPlan Read(
        YamlSection schedule, TokenAxis axis, long unit, IReadOnlyList<StageText> texts,
        IReadOnlyList<BatchStage> stages)
    {
        for (var i = 1; i < stages.Count; i++)
        {
            texts[i].Section.Require(
                stages[i].From > stages[i - 1].From, "from", "a later place than that of the stage before",
                texts[i].Section.Text("from") ?? "nothing", "put the stages in order");
        }
        var law = ReadLaw(schedule, axis, unit);
        schedule.Require(
            stages.Count == 0 || law is null, Law, $"either `{Stages}` or `{Law}`", "both", "remove one of them");
        return new BatchPlan { Stages = stages, Law = law };
    }

    /// <summary>The stages as the file has them; what is wrong with one by itself is a fault.</summary>
    public static IReadOnlyList<StageText> ReadStages(YamlSection schedule, TokenAxis axis, long unit)
    {
        var stages = new List<StageText>();
        foreach (var section in schedule.Sections(Stages, "from: 1000 steps, token_batch: 16384 tokens"))
        {
            var from = section.Length("from");
            section.Require(
                from is { Amount: > 0 } || section.IsFaulty("from"), "from", "a length above zero",
                section.Text("from") ?? "nothing", "write such as `from: 1000 steps`");
            var isKnown = from is { } extent && axis.RequireKnown(section, "from", extent);
            var batch = ScheduleReader.TokenBatch(section, unit);
            stages.Add(new StageText(section, isKnown ? from : null, batch, ReadRule(section)));
            section.Finish();
        }
        return stages;
    }

    private static BatchLaw? ReadLaw(YamlSection schedule, TokenAxis axis, long unit)
    {
        var section = schedule.Section(Law);
        if (!schedule.Has(Law))
            return null;
        var smallest = axis.TokenBatch;
        var standard = new BatchLaw
        {
            Smoothing = SmoothingSteps * smallest,
            Min = smallest,
            Max = Math.Min(LargestGrowth * smallest, ScheduleOptions.LargestTokenBatch / unit * unit),
        };
        // The law moves the batch, so nobody knows how long steps will be: these are steps of the first batch.
        var smoothing = section.Length("smoothing") is { } length && axis.RequireKnown(section, "smoothing", length)
            ? axis.Tokens(length, new StepWalk(0, axis.TokenBatch, []))
            : standard.Smoothing;
        section.Require(
            smoothing > 0, "smoothing", "a length above zero", section.Text("smoothing") ?? "",
            $"write `smoothing: {SmoothingSteps} steps`");
        var law = standard with
        {
            Scale = section.Number("a", standard.Scale, "a number above zero", value => value > 0),
            Exponent = section.Number("b", standard.Exponent, "a number above zero", value => value > 0),
            Smoothing = smoothing,
            Hysteresis = section.Number(
                "hysteresis", standard.Hysteresis, "a number above zero, such as 0.25", value => value > 0),
            Min = section.Has("min") ? ScheduleReader.TokenBatch(section, unit, "min") : standard.Min,
            Max = section.Has("max") ? ScheduleReader.TokenBatch(section, unit, "max") : standard.Max,
            Rule = ReadRule(section),
            Source = section.Text("source", "a source of the run"),
        };
        section.Require(law.Min <= law.Max, "max", "no less than `min`", law.Max, $"write `max: {law.Min} tokens`");
        // Asking makes them known keys.
        section.Node("min");
        section.Node("max");
        section.Finish();
        return law;
    }

    private static LearningRateRule ReadRule(YamlSection section) =>
        section.Choice(Rule, LearningRateRule.None, ScheduleText.Rules);
}
