using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>Turns what users write into tokens, for a given step and total.</summary>
/// <param name="TokenBatch">Tokens of one step.</param>
/// <param name="TotalTokens">Tokens of the whole schedule.</param>
/// <param name="IsOpen">Nobody knows yet how long the schedule is: there are no percentages of it.</param>
internal readonly record struct TokenAxis(long TokenBatch, long TotalTokens, bool IsOpen = false)
{
    /// <summary>Of an interval: the event does not come back.</summary>
    public const string Never = "never";

    // Twenty points make a curve, and a crash costs a twentieth of the run.
    private static readonly Extent s_standardInterval = Extent.OfPercent(5);
    private static readonly Extent s_standardOpenInterval = Extent.OfSteps(500);

    /// <summary>The axis of a run whose stable phase ends when told.</summary>
    public static TokenAxis Open(long tokenBatch) => new(tokenBatch, 0, IsOpen: true);

    /// <summary>The axis that a schedule lies on.</summary>
    public static TokenAxis Of(ScheduleOptions schedule) => schedule.StableIsOpen
        ? Open(schedule.TokenBatch)
        : new TokenAxis(schedule.TokenBatch, schedule.Warmup + schedule.Stable + schedule.Decay);

    /// <summary>All tokens: the absolute lengths are what the percentages leave.</summary>
    public static long Total(long absolute, double percent) =>
        (long)Math.Min(Math.Round(absolute / (1 - percent / 100)), Extent.LongestTokens);

    /// <summary>Tokens of a length; percentages become whole steps, at least one where they are not zero.</summary>
    /// <param name="extent">The length.</param>
    /// <param name="walk">From where it begins: steps are as long as they are there.</param>
    public long Tokens(Extent extent, StepWalk walk)
    {
        if (extent.Unit == ExtentUnit.Steps)
            return walk.After(extent.Amount) - walk.Position;
        if (extent.Unit == ExtentUnit.Tokens)
            return extent.InTokens(TokenBatch, TotalTokens);
        var steps = (long)Math.Round((double)extent.InTokens(TokenBatch, TotalTokens) / TokenBatch);
        return (extent.Amount > 0 ? Math.Max(1, steps) : 0) * TokenBatch;
    }

    /// <summary>A fault for a percentage of what has no end.</summary>
    public bool RequireKnown(YamlSection section, string key, Extent extent) => section.Require(
        !IsOpen || extent.Unit != ExtentUnit.Percent, key,
        $"a length in tokens or steps, because `stable: {ScheduleWords.UntilTold}` has no whole", $"`{extent}`",
        $"write such as `{key}: 20 steps`");

    /// <summary>How far two events lie apart; null for <c>never</c>, where the key is absent 5 % of the run, or 500
    /// steps of one without an end.</summary>
    public Interval? Interval(YamlSection section, string key)
    {
        if (section.Has(key) && section.Text(key) == Never)
            return null;
        var had = section.Has(key);
        var extent = section.Length(key) ?? (IsOpen ? s_standardOpenInterval : s_standardInterval);
        section.Require(
            extent.Amount > 0, key, "a length above zero, or `never`", $"`{extent}`",
            $"write `{key}: never`, or such as `{key}: 100 steps`");
        if (!RequireKnown(section, key, extent) || (!had && !IsOpen && TotalTokens == 0))
            return null;
        return extent.Unit == ExtentUnit.Steps
            ? Values.Interval.OfSteps((long)Math.Min(extent.Amount, Extent.LongestTokens))
            : Values.Interval.OfTokens(Tokens(extent, new StepWalk(0, TokenBatch, [])));
    }
}
