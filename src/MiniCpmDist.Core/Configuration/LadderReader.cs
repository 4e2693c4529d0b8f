using System.Globalization;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>branches</c> section.</summary>
internal static class LadderReader
{
    private const string PerParameter = " tokens per parameter";

    /// <summary>Null where there is no ladder.</summary>
    /// <param name="root">The run.</param>
    /// <param name="parameters">Of the model, without its embeddings: the N of scaling laws.</param>
    public static LadderOptions? Read(YamlSection root, long parameters)
    {
        if (!root.Has("branches"))
        {
            // Asking for it makes it a known key.
            root.Node("branches");
            return null;
        }
        var section = root.Section("branches");
        var every = Every(section, parameters);
        var decay = section.Length("decay") ?? Extent.OfPercent(10);
        section.Require(
            decay.Amount > 0 && decay is not { Unit: ExtentUnit.Percent, Amount: >= 100 }, "decay",
            "a length above zero and below 100%", $"`{decay}`", "write such as `decay: 10%`");
        var launch = section.Truth("launch", false);
        var ranks = section.Whole("ranks", 1, 1);
        section.Finish();
        return new LadderOptions(every, decay, launch, ranks);
    }

    private static Interval Every(YamlSection section, long parameters)
    {
        const string Expected = "a length such as `100M tokens` or `500 steps`, or `20 tokens per parameter`";
        if (section.RequiredText("every", Expected, "20 tokens per parameter") is not { } text)
            return 1;
        if (text.EndsWith(PerParameter, StringComparison.Ordinal)
            && Quantity.TryParse(text[..^PerParameter.Length], out var each) && each > 0)
            return (long)Math.Min(Math.Ceiling(each * parameters), Extent.LongestTokens);
        if (Extent.TryParse(text, out var extent) && extent.Unit != ExtentUnit.Percent && extent.Amount > 0)
        {
            var count = (long)Math.Min(extent.Amount, Extent.LongestTokens);
            return extent.Unit == ExtentUnit.Steps ? Interval.OfSteps(count) : Interval.OfTokens(count);
        }
        section.Fault(
            "every", Expected, string.Create(CultureInfo.InvariantCulture, $"`{text}`"), "write one of these");
        return 1;
    }
}
