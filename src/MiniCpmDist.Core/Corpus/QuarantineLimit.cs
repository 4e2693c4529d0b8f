namespace MiniCpmDist.Core.Corpus;

/// <summary>
/// How many lines without a text are too many. A few are the price of any large corpus and are set aside; many mean
/// that the corpus is not what it was taken for.
/// </summary>
public static class QuarantineLimit
{
    /// <summary>Up to this many broken lines, the limit is <see cref="SmallFraction"/>.</summary>
    public const long FewLines = 100;

    /// <summary>The share of its lines that a corpus may lose where few lines are broken.</summary>
    public const double SmallFraction = 0.1;

    /// <summary>The share of its lines that a corpus may lose where more lines are broken.</summary>
    public const double Fraction = 0.01;

    /// <summary>The rule in words, for the error message.</summary>
    public const string Rule = "1 % of the lines, or 10 % where those are at most 100";

    private const long LinesUntilHopeless = 10_000;

    /// <summary>True where a whole corpus has too many broken lines.</summary>
    /// <param name="broken">Lines that gave no text.</param>
    /// <param name="lines">All lines, broken ones included.</param>
    /// <param name="allowed">The share that the user has allowed; null for the rule.</param>
    public static bool IsPassed(long broken, long lines, double? allowed = null) =>
        broken > (allowed ?? (broken > FewLines ? Fraction : SmallFraction)) * lines;

    /// <summary>
    /// True where a stretch that is still being read has so many broken lines, more than half of all, that the rest
    /// cannot save it. This ends hours of reading with a wrong field name early.
    /// </summary>
    public static bool IsHopeless(long broken, long lines, double? allowed = null) =>
        broken > LinesUntilHopeless && broken > Math.Max(0.5, allowed ?? 0) * lines;
}
