using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Reads shares and lengths that depend on the token axis out of a section.</summary>
internal static class TokenAxisReading
{
    // Twenty points make a curve, and a crash costs a twentieth of the run.
    private static readonly Extent s_standardInterval = Extent.OfPercent(5);
    private static readonly Extent s_standardOpenInterval = Extent.OfSteps(500);

    /// <summary>Adds a problem for a percentage of a run whose end is open.</summary>
    public static bool RequireKnown(this YamlSection section, string key, TokenAxis axis, Extent extent) =>
        section.Require(
            !axis.IsOpen || extent.Unit != ExtentUnit.Percent, key,
            $"a length in tokens or steps, because `stable: {ScheduleWords.UntilTold}` has no whole", $"`{extent}`",
            $"write such as `{key}: 20 steps`");

    /// <summary>
    /// Reads how far two events lie apart; null for <c>never</c>. Where the key is absent, it is 5 % of the run, or 500
    /// steps of a run without an end.
    /// </summary>
    public static Interval? Interval(this YamlSection section, string key, TokenAxis axis)
    {
        if (section.Has(key) && section.Text(key) == TokenAxis.Never)
            return null;
        var had = section.Has(key);
        var extent = section.Length(key) ?? (axis.IsOpen ? s_standardOpenInterval : s_standardInterval);
        section.Require(
            extent.Amount > 0, key, "a length above zero, or `never`", $"`{extent}`",
            $"write `{key}: never`, or such as `{key}: 100 steps`");
        if (!section.RequireKnown(key, axis, extent) || (!had && !axis.IsOpen && axis.TotalTokens == 0))
            return null;
        return extent.Unit == ExtentUnit.Steps
            ? Values.Interval.OfSteps((long)Math.Min(extent.Amount, Extent.LongestTokens))
            : Values.Interval.OfTokens(axis.Tokens(extent, new StepWalk(0, axis.TokenBatch, [])));
    }
}
