using System.Text;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.ScalingLaws;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>Fits laws to the runs of a folder and shows them.</summary>
internal static class TunnelFits
{
    /// <summary>Operations at which the paper tells its ratio of tokens to parameters.</summary>
    public const double PaperFlops = 1e21;

    private const int Resamples = 200;
    private const int LevelCount = 8;

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
        foreach (var line in LeftOut(read))
            screen.Line(line);
        var (fit, heldOut) = Law(read, holdOut);
        foreach (var line in TunnelText.Law(fit, heldOut, flops).Concat(TunnelText.Sizes(fit)))
            screen.Line(line);
    }

    /// <summary>Fits L(N, D).</summary>
    /// <param name="read">The runs.</param>
    /// <param name="holdOut">As in <see cref="ShowLaw"/>.</param>
    /// <exception cref="ConfigurationException">The runs do not determine the law.</exception>
    public static (LossLawFit Fit, IReadOnlyList<ScalingPoint> HeldOut) Law(
        IReadOnlyList<MeasuredRun> read, string? holdOut)
    {
        var points = TunnelPoints.Decays(read).ToLookup(point =>
            holdOut is not null && point.Run.StartsWith(holdOut, StringComparison.Ordinal));
        if (holdOut is not null && !points[true].Any())
        {
            throw new ConfigurationException([new Problem(
                "--hold-out", "what the names of decayed runs begin with", $"`{holdOut}`, and none does",
                "leave it out, or name such as a size of the ladder")]);
        }
        return (LossLawFit.Of([.. points[false]], Resamples, seed: 1), [.. points[true]]);
    }

    /// <summary>A line for each run with a decay that is no point of the law.</summary>
    public static IEnumerable<string> LeftOut(IEnumerable<MeasuredRun> read) => read
        .Where(run => run.Options.Schedule.Decay > 0)
        .Select(run => (run.Name, Reason: TunnelPoints.WhyNoDecay(run)))
        .Where(run => run.Reason is not null)
        .Select(run => $"left out: {run.Name}, {run.Reason}");

    /// <summary>The cheapest batch as a power of the loss.</summary>
    /// <param name="runs">The folder.</param>
    /// <param name="isOne">Says by its name whether a run belongs to the fit.</param>
    /// <param name="recipe">A run file that gets the law; null for none.</param>
    /// <param name="screen">Where it is shown.</param>
    public static void ShowBatchLaw(string runs, Func<string, bool> isOne, string? recipe, Screen screen)
    {
        var fit = BatchLaw(TunnelPoints.Batches(Read(runs, isOne)));
        foreach (var line in TunnelText.Batch(fit))
            screen.Line(line);
        if (recipe is null)
            return;
        WriteBatchLaw(recipe, TunnelText.BatchLawValue(fit));
        screen.Line($"{recipe} has it as schedule.batch_law.");
    }

    /// <summary>Checks before anything is trained that a recipe can take a law.</summary>
    /// <exception cref="ConfigurationException">It cannot; all of it is told.</exception>
    public static void RequireRecipe(string recipe) => WithBatchLaw(recipe, "{ a: 1, b: 1 }");

    private static void WriteBatchLaw(string recipe, string law) =>
        SyncedFile.Write(Path.GetFullPath(recipe), Encoding.UTF8.GetBytes(WithBatchLaw(recipe, law)));

    private static string WithBatchLaw(string recipe, string law) =>
        RecipeEdit.With(InputFile.ReadText(recipe), recipe, "schedule", "batch_law", law);

    /// <summary>Fits the cheapest batch over losses that the runs reach.</summary>
    /// <exception cref="ConfigurationException">Too few contours have a lowest point.</exception>
    public static BatchLawFit BatchLaw(IReadOnlyList<BatchCurve> curves) => BatchLawFit.Of(curves, Levels(curves));

    /// <summary>The contours of equal loss; there are some also where no law can be fitted to them.</summary>
    public static IReadOnlyList<LossContour> Contours(IReadOnlyList<BatchCurve> curves) =>
    [
        .. curves.GroupBy(curve => curve.Size)
            .SelectMany(size => Levels(curves).Select(level => LossContour.Of([.. size], level))),
    ];

    /// <summary>
    /// From halfway down to the lowest loss that any run has; levels that too few runs reach reject themselves.
    /// </summary>
    public static IReadOnlyList<double> Levels(IReadOnlyList<BatchCurve> curves)
    {
        var high = curves.Select(curve => curve.Points[0].Loss).DefaultIfEmpty(1).Min();
        var low = curves.SelectMany(curve => curve.Points).Select(point => point.Loss).DefaultIfEmpty(1).Min();
        return [.. Enumerable.Range(1, LevelCount).Select(i => low * Math.Pow(high / low, 0.5 * i / LevelCount))];
    }

    private static IEnumerable<MeasuredRun> Read(string folder, Func<string, bool> isOne)
    {
        var damaged = new ProblemCollector();
        var runs = MeasuredRun.Below(folder, damaged);
        damaged.ThrowIfAny();
        return runs.Where(run => isOne(run.Name));
    }
}
