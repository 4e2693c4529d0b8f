using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Runs.BranchScheduleOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>branches</c>.</summary>
internal static class BranchScheduleKeys
{
    private const string Every = "every";
    private const string Decay = "decay";
    private const string PerParameter = " tokens per parameter";
    private const string EveryExpected =
        "a length such as `100M tokens` or `500 steps`, or `20 tokens per parameter`";

    private static readonly BranchScheduleOptions s_standard = new(1, Extent.OfPercent(10), Launch: false, Ranks: 1);

    public static KeyTable<BranchScheduleOptions> Table { get; } = new(
        // The interval may be in tokens per parameter, so it depends on the model.
        Key.Special(
            Every, KeyRule.Watching, EveryExpected, "between two branches",
            (o, text) => text.Interval(Every, o.Every)),
        Key.Special(
            Decay, KeyRule.Watching, "a length above zero and below 100%",
            "length of each branch's decay; a percentage is of the whole branch",
            (o, text) => text.Line(Decay, o.Decay.ToString()),
            (o, section, _) => o with { Decay = ReadDecay(section, o.Decay) }),
        Key.Truth(
            "launch", o => o.Launch, (o, v) => o with { Launch = v }, KeyRule.Watching, "start the branches too"),
        Key.Whole(
            "ranks", o => o.Ranks, (o, v) => o with { Ranks = v }, 1, KeyRule.Watching,
            "world size of a branch that is started"));

    /// <param name="root">The run.</param>
    /// <param name="name">Of the section; null where it is absent.</param>
    /// <param name="parameters">Of the model, without its embeddings: the N of scaling laws.</param>
    public static BranchScheduleOptions? Read(YamlSection root, string name, long parameters)
    {
        if (!root.Has(name))
            return null;
        var section = Table.Open(root, name);
        return Table.Read(section, s_standard with { Every = ReadEvery(section, parameters) });
    }

    private static Extent ReadDecay(YamlSection section, Extent standard)
    {
        var decay = section.Length(Decay) ?? standard;
        section.Require(
            decay.Amount > 0 && decay is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, Decay,
            "a length above zero and below 100%", $"`{decay}`", "write such as `decay: 10%`");
        return decay;
    }

    private static Interval ReadEvery(YamlSection section, long parameters)
    {
        if (section.RequiredText(Every, EveryExpected, "20 tokens per parameter") is not { } text)
            return 1;
        if (text.EndsWith(PerParameter, StringComparison.Ordinal)
            && Quantity.TryParse(text[..^PerParameter.Length], out var each) && each > 0)
            return (long)Math.Min(Math.Ceiling(each * parameters), Extent.LongestTokens);
        if (Extent.TryParse(text, out var extent) && extent.Unit != ExtentUnit.Percent && extent.Amount > 0)
        {
            var count = (long)Math.Min(extent.Amount, Extent.LongestTokens);
            return extent.Unit == ExtentUnit.Steps ? Interval.OfSteps(count) : Interval.OfTokens(count);
        }
        section.Problem(
            Every, EveryExpected, string.Create(CultureInfo.InvariantCulture, $"`{text}`"), "write one of these");
        return 1;
    }
}
