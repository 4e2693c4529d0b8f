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

    /// <summary>Tokens of a length; percentages become whole steps, at least one where they are not zero.</summary>
    public long Tokens(Extent extent)
    {
        if (extent.Unit != ExtentUnit.Percent)
            return extent.InTokens(TokenBatch, TotalTokens);
        var steps = (long)Math.Round((double)extent.InTokens(TokenBatch, TotalTokens) / TokenBatch);
        return (extent.Amount > 0 ? Math.Max(1, steps) : 0) * TokenBatch;
    }

    /// <summary>Tokens of a key's length; a fault for a percentage of what has no end.</summary>
    public long Tokens(YamlSection section, string key, Extent extent)
    {
        var isKnown = !IsOpen || extent.Unit != ExtentUnit.Percent;
        section.Require(
            isKnown, key, $"a length in tokens or steps, because `stable: {ScheduleWords.UntilTold}` has no whole",
            $"`{extent}`", $"write such as `{key}: 20 steps`");
        return isKnown ? Tokens(extent) : 0;
    }

    /// <summary>Tokens between two events; null for <c>never</c>, where the key is absent 5 % of the run, or 500
    /// steps of one without an end.</summary>
    public long? Interval(YamlSection section, string key)
    {
        if (section.Has(key) && section.Text(key) == Never)
            return null;
        var had = section.Has(key);
        var extent = section.Length(key) ?? (IsOpen ? s_standardOpenInterval : s_standardInterval);
        section.Require(
            extent.Amount > 0, key, "a length above zero, or `never`", $"`{extent}`",
            $"write `{key}: never`, or such as `{key}: 100 steps`");
        return had || IsOpen || TotalTokens > 0 ? Tokens(section, key, extent) : null;
    }
}
