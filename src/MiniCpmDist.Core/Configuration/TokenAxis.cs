namespace MiniCpmDist.Core.Configuration;

/// <summary>Turns what users write into tokens, for a given step and total.</summary>
/// <param name="TokenBatch">Tokens of one step.</param>
/// <param name="TotalTokens">Tokens of the whole schedule.</param>
internal readonly record struct TokenAxis(long TokenBatch, long TotalTokens)
{
    /// <summary>Of an interval: the event does not come back.</summary>
    public const string Never = "never";

    // Twenty points make a curve, and a crash costs a twentieth of the run.
    private static readonly Extent s_standardInterval = Extent.OfPercent(5);

    /// <summary>Tokens of a length; percentages become whole steps, at least one where they are not zero.</summary>
    public long Tokens(Extent extent)
    {
        if (extent.Unit != ExtentUnit.Percent)
            return extent.InTokens(TokenBatch, TotalTokens);
        var steps = (long)Math.Round((double)extent.InTokens(TokenBatch, TotalTokens) / TokenBatch);
        return (extent.Amount > 0 ? Math.Max(1, steps) : 0) * TokenBatch;
    }

    /// <summary>Tokens between two events; null for <c>never</c>, 5 % of the run where the key is absent.</summary>
    public long? Interval(YamlSection section, string key)
    {
        if (section.Has(key) && section.Text(key) == Never)
            return null;
        var had = section.Has(key);
        var extent = section.Length(key) ?? s_standardInterval;
        section.Require(
            extent.Amount > 0, key, "a length above zero, or `never`", $"`{extent}`",
            $"write `{key}: never`, or such as `{key}: 100 steps`");
        return had || TotalTokens > 0 ? Tokens(extent) : null;
    }
}
