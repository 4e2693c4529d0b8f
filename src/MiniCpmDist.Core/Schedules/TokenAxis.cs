using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>Turns what users write into tokens, for a given step and total.</summary>
/// <param name="TokenBatch">Tokens of one step.</param>
/// <param name="TotalTokens">Tokens of the whole schedule.</param>
/// <param name="IsOpen">Nobody knows yet how long the schedule is: there are no percentages of it.</param>
internal readonly record struct TokenAxis(long TokenBatch, long TotalTokens, bool IsOpen = false)
{
    /// <summary>The word for an interval whose event does not come back.</summary>
    public const string Never = "never";

    /// <summary>The axis of a run whose stable phase ends when told.</summary>
    public static TokenAxis Open(long tokenBatch) => new(tokenBatch, 0, IsOpen: true);

    /// <summary>The axis that a schedule lies on.</summary>
    public static TokenAxis Of(ScheduleOptions schedule) => schedule.StableIsOpen
        ? Open(schedule.TokenBatch)
        : new TokenAxis(schedule.TokenBatch, schedule.Warmup + schedule.Stable + schedule.Decay);

    /// <summary>All tokens of a schedule: the absolute lengths are the part that the percentages leave.</summary>
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
}
