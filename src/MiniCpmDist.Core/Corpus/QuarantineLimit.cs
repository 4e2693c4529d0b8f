namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// How many lines without a text are too many. A few are the price of any large corpus and are set aside; many mean
/// that the corpus is not what it was taken for.
/// </summary>
public static class QuarantineLimit
{
    /// <summary>Up to so many lines <see cref="SmallFraction"/> is what counts.</summary>
    public const long FewLines = 100;

    /// <summary>The share of its lines that a corpus may lose that loses few.</summary>
    public const double SmallFraction = 0.1;

    /// <summary>The share of its lines that a corpus may lose that loses more.</summary>
    public const double Fraction = 0.01;

    /// <summary>The rule in words, for whoever has passed it.</summary>
    public const string Rule = "1 % of the lines, or 10 % where those are at most 100";

    private const long LinesUntilHopeless = 10_000;

    /// <summary>Of a whole corpus.</summary>
    /// <param name="broken">Lines that gave no text.</param>
    /// <param name="lines">All lines, those among them.</param>
    /// <param name="allowed">The share that the user has allowed; null for the rule.</param>
    public static bool IsPassed(long broken, long lines, double? allowed = null) =>
        broken > (allowed ?? (broken > FewLines ? Fraction : SmallFraction)) * lines;

    /// <summary>
    /// Of a stretch that is still being read: so many, and most of all, that nothing better is to be expected. Hours of
    /// reading with a wrong field name end here.
    /// </summary>
    public static bool IsHopeless(long broken, long lines, double? allowed = null) =>
        broken > LinesUntilHopeless && broken > Math.Max(0.5, allowed ?? 0) * lines;
}
