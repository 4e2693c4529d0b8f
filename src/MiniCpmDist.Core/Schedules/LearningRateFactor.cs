namespace MiniCpmDist.Core.Schedules;

/// <summary>What a rule makes of a learning rate.</summary>
public static class LearningRateFactor
{
    /// <param name="rule">The rule.</param>
    /// <param name="batches">The new token batch, in old ones.</param>
    /// <returns>The new learning rate, in old ones.</returns>
    public static double Factor(this LearningRateRule rule, double batches) => rule switch
    {
        LearningRateRule.Sqrt => Math.Sqrt(batches),
        LearningRateRule.Linear => batches,
        _ => 1,
    };
}
