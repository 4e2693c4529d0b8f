using System.Globalization;
using MiniCpmDist.Core.Evaluation;

namespace MiniCpmDist.Cli.Evaluation;

/// <summary>A grid of right answers for people: a row for each length, a column for each depth.</summary>
internal static class NeedleText
{
    private const int Column = 7;

    /// <summary>The lines, percentages of right answers.</summary>
    public static IEnumerable<string> Lines(IReadOnlyList<NeedleCell> cells)
    {
        var depths = cells.Select(cell => cell.Depth).Distinct().Order().ToArray();
        yield return "  tokens" + string.Concat(depths.Select(depth => Right($"@{Percent(depth)}%")))
            + Right("all") + Right("nats");
        foreach (var row in cells.GroupBy(cell => cell.Length).OrderBy(row => row.Key))
        {
            NeedleCell[] own = [.. row.OrderBy(cell => cell.Depth)];
            yield return row.Key.ToString(CultureInfo.InvariantCulture).PadLeft("  tokens".Length)
                + string.Concat(own.Select(cell => Right(Percent(cell.Accuracy))))
                + Right(Percent(NeedleCell.AccuracyOf(own)))
                + Right(own.Average(cell => cell.Loss).ToString("F3", CultureInfo.InvariantCulture));
        }
    }

    /// <summary>A share in percent, to a tenth.</summary>
    public static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture);

    private static string Right(string text) => text.PadLeft(Column);
}
