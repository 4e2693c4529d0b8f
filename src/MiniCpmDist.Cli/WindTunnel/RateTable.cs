using System.Globalization;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.WindTunnel;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>
/// Final losses over learning rates and sizes. With muP the best rate stays where it is while the width grows; in the
/// standard parametrisation it moves.
/// </summary>
internal static class RateTable
{
    /// <param name="options">With rates.</param>
    /// <param name="name">The first part of the runs' names.</param>
    /// <param name="lossOf">The loss of a run by its name; null where there is none, or it diverged.</param>
    public static IEnumerable<string> Lines(TunnelOptions options, string name, Func<string, double?> lossOf)
    {
        var study = options.Rates!;
        foreach (var isStandard in study.WithStandard ? (bool[])[false, true] : [false])
        {
            yield return TunnelText.Row(
                isStandard ? "standard parametrisation" : "muP",
                [.. study.Rates.Select(rate => rate.ToString("R", CultureInfo.InvariantCulture))]);
            var best = new List<double>();
            foreach (var size in options.Sizes)
            {
                var losses = study.Rates
                    .Select(rate => lossOf(TunnelPlan.RateRun(name, size.Name, rate, isStandard)))
                    .ToList();
                var least = losses.Min();
                if (least is not null)
                    best.Add(study.Rates[losses.IndexOf(least)]);
                yield return TunnelText.Row(
                    $"    {size.Name}, width {size.Shape.HiddenSize}",
                    [.. losses.Select(loss => Cell(loss, isBest: loss is not null && loss == least))]);
            }
            yield return $"    {Verdict(best, study.Rates)}";
        }
    }

    /// <summary>The final held-out loss of a run in nats a token; null where it has none.</summary>
    public static double? LossOf(string runs, string name)
    {
        var folder = Path.Combine(runs, name);
        return Directory.Exists(folder) ? LossOf(MeasuredRun.Read(folder)) : null;
    }

    /// <summary>The held-out loss of a run after so many tokens; null where none was measured there.</summary>
    public static double? LossAt(string runs, string name, long tokens)
    {
        var folder = Path.Combine(runs, name);
        return Directory.Exists(folder) ? LossAt(MeasuredRun.Read(folder), tokens) : null;
    }

    /// <summary>The final held-out loss of a run in nats a token; null where it has none.</summary>
    public static double? LossOf(MeasuredRun run) => FiniteLoss(run.HeldOut.LastOrDefault());

    /// <summary>The held-out loss of a run after so many tokens; null where none was measured there.</summary>
    public static double? LossAt(MeasuredRun run, long tokens) =>
        FiniteLoss(run.HeldOut.FirstOrDefault(measured => measured.Tokens == tokens));

    private static double? FiniteLoss(HeldOutReport? report) =>
        report is { Loss: var loss } && double.IsFinite(loss) ? loss : null;

    private static string Verdict(List<double> best, IReadOnlyList<double> tried)
    {
        if (best.Count == 0)
            return "no run has a loss";
        var (low, high) = (best.Min(), best.Max());
        if (low == high && (low == tried.Min() || low == tried.Max()))
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"the best rate is {low:R} for every size, at the end of those tried: try more beyond it");
        }
        return low == high
            ? string.Create(CultureInfo.InvariantCulture, $"the best rate is {low:R} for every size")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"the best rate moves from {best[0]:R} at the first size to {best[^1]:R} at the last");
    }

    private static string Cell(double? loss, bool isBest) =>
        loss is { } value ? (isBest ? "*" : "") + value.ToString("F4", CultureInfo.InvariantCulture) : "-";
}
