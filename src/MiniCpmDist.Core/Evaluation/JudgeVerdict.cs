using System.Globalization;
using System.Text.RegularExpressions;

namespace MiniCpmDist.Core.Evaluation;

/// <summary>Reads the rating out of what a judge has said.</summary>
public static partial class JudgeVerdict
{
    public const int Least = 1;
    public const int Most = 10;

    /// <summary>The last number between double square brackets, or else the last one between single ones.</summary>
    /// <returns>Null where no number from <see cref="Least"/> to <see cref="Most"/> is found.</returns>
    public static double? RatingOf(string verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        return Last(Twice().Matches(verdict)) ?? Last(Once().Matches(verdict));
    }

    private static double? Last(MatchCollection found)
    {
        var ratings = found
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Where(rating => rating is >= Least and <= Most)
            .ToArray();
        return ratings is [.., var last] ? last : null;
    }

    [GeneratedRegex(@"\[\[\s*(\d{1,3}(?:\.\d{1,6})?)\s*\]\]")]
    private static partial Regex Twice();

    [GeneratedRegex(@"\[\s*(\d{1,3}(?:\.\d{1,6})?)\s*\]")]
    private static partial Regex Once();
}
