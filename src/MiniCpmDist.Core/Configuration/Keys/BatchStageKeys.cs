using MiniCpmDist.Core.Schedules;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Schedules.BatchStage>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>An item of <c>schedule.batch_stages</c>.</summary>
internal static class BatchStageKeys
{
    public const string From = "from";
    public const string TokenBatch = "token_batch";

    /// <summary>The key of the learning-rate rule, both of a stage and of a law.</summary>
    public const string Rule = "lr_rule";

    public static KeyTable<BatchStage> Table { get; } = new(
        // The place of a stage depends on the stages before it.
        Key.Special(
            From, KeyRule.Later, "a length above zero", "where it begins", (o, text) => text.Length(From, o.From)),
        Key.Special(
            TokenBatch, KeyRule.Later, "a whole number of tokens", "tokens of a step from there on",
            (o, text) => text.Line(TokenBatch, RunFileText.Tokens(o.TokenBatch))),
        Key.Choice(
            Rule, o => o.Rule, (o, v) => o with { Rule = v }, ScheduleWords.Rules, KeyRule.Later,
            "how the learning rate follows"));

    /// <summary>Reads the stages as the file has them. What is wrong with a single stage becomes a problem.</summary>
    /// <param name="schedule">The section.</param>
    /// <param name="name">Of the list.</param>
    /// <param name="axis">Of the run.</param>
    /// <param name="unit">Tokens of a micro-batch.</param>
    public static IReadOnlyList<StageText> Read(YamlSection schedule, string name, TokenAxis axis, long unit)
    {
        var stages = new List<StageText>();
        foreach (var section in schedule.Sections(
            name, "from: 1000 steps, token_batch: 16384 tokens", Table.Names))
        {
            var from = section.Length(From);
            section.Require(
                from is { Amount: > 0 } || section.HasProblem(From), From, "a length above zero",
                section.Text(From) ?? "nothing", "write such as `from: 1000 steps`");
            var isKnown = from is { } extent && section.RequireKnown(From, axis, extent);
            var batch = TokenBatchText.Read(section, TokenBatch, unit);
            var stage = Table.Read(section, new BatchStage(0, batch, LearningRateRule.None));
            stages.Add(new StageText(section, isKnown ? from : null, stage.TokenBatch, stage.Rule));
        }
        return stages;
    }

    /// <summary>Requires that stages with known places come one after the other.</summary>
    public static void RequireOrder(IReadOnlyList<StageText> texts, IReadOnlyList<BatchStage> stages)
    {
        for (var i = 1; i < stages.Count; i++)
        {
            texts[i].Section.Require(
                stages[i].From > stages[i - 1].From, From, "a later place than that of the stage before",
                texts[i].Section.Text(From) ?? "nothing", "put the stages in order");
        }
    }
}
