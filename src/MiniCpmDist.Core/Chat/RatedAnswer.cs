namespace MiniCpmDist.Core.Chat;

/// <summary>An answer with the marks that a judge has given it.</summary>
/// <param name="Model">Who has written it.</param>
/// <param name="Text">The answer.</param>
/// <param name="Ratings">One for each aspect; null where the judge has given none ("N/A").</param>
/// <param name="Overall">The overall mark; null where the release has none.</param>
public sealed record RatedAnswer(string Model, string Text, IReadOnlyList<double?> Ratings, double? Overall)
{
    private const double BestOverall = 10;
    private const double LowMean = 2;

    /// <summary>The mean of the marks that there are; null where there are none.</summary>
    public double? Mean => Ratings.Any(rating => rating is not null) ? Ratings.Average() : null;

    /// <summary>
    /// The overall mark is the best, and the aspects are low: a 1 that the first release has turned into a 10
    /// (OpenBMB/UltraFeedback#8).
    /// </summary>
    public bool IsUnrepaired => Overall == BestOverall && Mean <= LowMean;
}
