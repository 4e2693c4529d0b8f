using System.Globalization;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Final losses over learning rates and sizes. With muP the best rate stays where it is while the width grows; in the
/// standard parametrisation it moves.
/// </summary>
internal static class RateTable
{
    /// <param name="options">With rates.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="lossOf">The loss of a run by its name; null where the run has no loss, or has diverged.</param>
    public static IEnumerable<string> Lines(TunnelOptions options, string name, Func<string, double?> lossOf)
    {
        var study = options.Rates!;
        foreach (var isStandard in study.WithStandard ? (bool[])[false, true] : [false])
        {
            yield return TunnelText.Row(
                isStandard ? "standard parametrisation" : "muP",
                [.. study.Rates.Select(rate => rate.ToString("R", CultureInfo.InvariantCulture))]);
            var best = new List<IReadOnlyList<double>>();
            foreach (var size in options.Sizes)
            {
                var losses = study.Rates
                    .Select(rate => Over(study, seed => lossOf(
                        TunnelPlan.RateRun(name, size.Name, rate, isStandard, seed))))
                    .ToList();
                if (losses.Min(loss => loss?.Mean) is { } least)
                {
                    var spread = losses.First(loss => loss?.Mean == least)!.Value.Spread;
                    best.Add(
                    [
                        .. study.Rates.Zip(losses)
                            .Where(one => one.Second?.Mean - least <= spread)
                            .OrderBy(one => one.Second!.Value.Mean)
                            .Select(one => one.First),
                    ]);
                }
                yield return TunnelText.Row(
                    $"    {size.Name}, width {size.Shape.HiddenSize}",
                    [.. study.Rates.Zip(losses).Select(one => Cell(one.Second, isBest:
                        one.Second is not null && best[^1].Contains(one.First)))]);
            }
            yield return $"    {Verdict(best, study.Rates)}";
        }
    }

    /// <summary>The mean over seeds, and the standard deviation; null where one of them has no loss.</summary>
    public static (double Mean, double Spread)? Over(RateStudyOptions study, Func<int, double?> lossOf)
    {
        var losses = Enumerable.Range(1, study.Seeds).Select(lossOf).ToList();
        if (losses.Contains(null))
            return null;
        var over = Estimate.Of([.. losses.Select(loss => loss!.Value)]);
        return (over.Mean, over.Count == 1 ? 0 : over.Deviation);
    }

    // Rates whose losses differ by less than the seeds do are equally good.
    private static string Verdict(List<IReadOnlyList<double>> best, IReadOnlyList<double> tried)
    {
        if (best.Count == 0)
            return "no run has a loss";
        var shared = best.Aggregate((one, other) => [.. one.Intersect(other)]);
        var (first, last) = (best[0][0], best[^1][0]);
        if (shared.Count == 0)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the best rate moves from {first:R} at the first size to {last:R} at the last");
        }
        var rates = string.Join(" or ", shared.Select(rate => rate.ToString("R", CultureInfo.InvariantCulture)));
        return shared.All(rate => rate == tried.Min() || rate == tried.Max())
            ? $"the best rate is {rates} for every size, at the end of those tried: try more beyond it"
            : $"the best rate is {rates} for every size";
    }

    private static string Cell((double Mean, double Spread)? loss, bool isBest) => loss is not { } value
        ? "-"
        : (isBest ? "*" : "") + value.Mean.ToString("F4", CultureInfo.InvariantCulture)
            + (value.Spread > 0 ? string.Create(CultureInfo.InvariantCulture, $"+-{value.Spread:F3}") : "");
}
