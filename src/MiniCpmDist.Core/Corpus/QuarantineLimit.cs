namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// How many lines without a text are too many. A few are the price of any large corpus and are set aside; many mean
/// that the corpus is not what it was taken for.
/// </summary>
public static class QuarantineLimit
{
    /// <summary>Lines that any corpus may lose.</summary>
    public const long ToleratedLines = 100;

    /// <summary>The share of its lines that a larger corpus may lose.</summary>
    public const double ToleratedFraction = 0.01;

    private const long LinesUntilHopeless = 10_000;

    /// <summary>Of a whole corpus.</summary>
    /// <param name="lines">Lines that gave no text.</param>
    /// <param name="documents">Those that did.</param>
    public static bool IsPassed(long lines, long documents) =>
        lines > ToleratedLines && lines > ToleratedFraction * (lines + documents);

    /// <summary>
    /// Of a stretch that is still being read: so many, and most of all, that nothing better is to be expected. Hours of
    /// reading with a wrong field name end here.
    /// </summary>
    public static bool IsHopeless(long lines, long documents) => lines > LinesUntilHopeless && lines > documents;
}
