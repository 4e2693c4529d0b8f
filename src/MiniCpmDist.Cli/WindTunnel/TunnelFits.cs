using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>Fits laws to the runs of a folder and shows them.</summary>
internal static class TunnelFits
{
    private const int Resamples = 200;
    private const int Levels = 8;

    /// <summary>L(N, D) of the decayed runs.</summary>
    /// <param name="runs">The folder.</param>
    /// <param name="isOne">Says by its name whether a run belongs to the fit.</param>
    /// <param name="holdOut">Runs whose names begin so are predicted and not fitted; null for none.</param>
    /// <param name="flops">Operations at which the best ratio of tokens to parameters is told.</param>
    /// <param name="screen">Where it is shown.</param>
    public static void ShowLaw(
        string runs, Func<string, bool> isOne, string? holdOut, double flops, Screen screen)
    {
        var read = Read(runs, isOne).ToList();
        var decays = TunnelPoints.Decays(read);
        foreach (var run in read.Where(run => run.Options.Schedule.Decay > 0))
        {
            if (TunnelPoints.WhyNoDecay(run) is { } reason)
                screen.Line($"left out: {run.Name}, {reason}");
        }
        var points = decays.ToLookup(point =>
            holdOut is not null && point.Run.StartsWith(holdOut, StringComparison.Ordinal));
        if (holdOut is not null && !points[true].Any())
        {
            throw new ConfigurationException([new Problem(
                "--hold-out", "what the names of decayed runs begin with", $"`{holdOut}`, and none does",
                "leave it out, or name such as a size of the ladder")]);
        }
        var fit = LossLawFit.Of([.. points[false]], Resamples, seed: 1);
        foreach (var line in TunnelText.Law(fit, [.. points[true]], flops).Concat(TunnelText.Sizes(fit)))
            screen.Line(line);
    }

    /// <summary>The cheapest batch as a power of the loss.</summary>
    /// <param name="runs">The folder.</param>
    /// <param name="isOne">Says by its name whether a run belongs to the fit.</param>
    /// <param name="screen">Where it is shown.</param>
    public static void ShowBatchLaw(string runs, Func<string, bool> isOne, Screen screen)
    {
        var curves = TunnelPoints.Batches(Read(runs, isOne));
        // From halfway down to the lowest loss that any run has; levels that too few runs reach reject themselves.
        var high = curves.Select(curve => curve.Points[0].Loss).DefaultIfEmpty(1).Min();
        var low = curves.SelectMany(curve => curve.Points).Select(point => point.Loss).DefaultIfEmpty(1).Min();
        double[] levels =
            [.. Enumerable.Range(1, Levels).Select(i => low * Math.Pow(high / low, 0.5 * i / Levels))];
        foreach (var line in TunnelText.Batch(BatchLawFit.Of(curves, levels)))
            screen.Line(line);
    }

    private static IEnumerable<MeasuredRun> Read(string folder, Func<string, bool> isOne)
    {
        var damaged = new ProblemCollector();
        var runs = MeasuredRun.Below(folder, damaged);
        damaged.ThrowIfAny();
        return runs.Where(run => isOne(run.Name));
    }
}
