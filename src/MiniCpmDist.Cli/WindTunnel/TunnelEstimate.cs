using System.Globalization;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Planning;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.WindTunnel;

/// <summary>The time and the memory that an experiment takes on this machine.</summary>
/// <param name="Speeds">As <see cref="SpeedProbe"/> has measured them.</param>
/// <param name="Workers">Runs beside each other.</param>
internal sealed record TunnelEstimate(IReadOnlyDictionary<ModelShape, RunSpeed> Speeds, int Workers)
{
    /// <summary>How long a plan takes.</summary>
    public TimeSpan TimeOf(IReadOnlyList<PlannedRun> plan) => TimeSpan.FromSeconds(Math.Min(
        TunnelTime.Of(plan, Workers, run => Speeds[RunSpeed.SizeOf(run.Options.Model.Shape)].SecondsOf(run)),
        TimeSpan.MaxValue.TotalSeconds / 2));

    /// <summary>Bytes of so many runs beside each other, if they are the largest.</summary>
    /// <param name="plan">All runs.</param>
    /// <param name="ranks">Of each.</param>
    /// <param name="workers">Runs beside each other.</param>
    public static long MemoryOf(IReadOnlyList<PlannedRun> plan, int ranks, int workers) => workers * ranks * plan
        .DistinctBy(run => (RunSpeed.SizeOf(run.Options.Model.Shape), run.Options.Parallel))
        .Max(run => MemoryPlan.For(run.Options, ranks).Total);

    /// <summary>The largest experiment that a budget has time for.</summary>
    /// <param name="asked">What was asked for.</param>
    /// <param name="hours">The budget.</param>
    /// <exception cref="ConfigurationException">There is not time enough for the smallest.</exception>
    public TunnelExperiment Fit(TunnelExperiment asked, double hours)
    {
        var kind = TunnelKinds.All[asked.Kind];
        var least = TimeSpan.Zero;
        foreach (var (cuts, smaller) in TunnelBudget.Smaller(asked.Options(), kind.Smaller).Index())
        {
            least = TimeOf(kind.Plan(smaller, asked.Name));
            if (least.TotalHours <= hours)
                return asked with { Cuts = cuts };
        }
        throw new ConfigurationException([new Problem(
            "--hours",
            string.Create(CultureInfo.InvariantCulture, $"at least {least.TotalHours:G3}, for the least of it"),
            string.Create(CultureInfo.InvariantCulture, $"{hours:G3}"),
            "give it more time, or make its sizes smaller or its runs shorter")]);
    }

    /// <summary>What was left out of an experiment.</summary>
    public static IEnumerable<string> LeftOut(TunnelOptions asked, TunnelOptions left)
    {
        foreach (var size in asked.Sizes.Except(left.Sizes))
            yield return $"Size {size.Name} is left out: there is no time for it.";
        if (left.Ladder?.HoldOut is { } holdOut && holdOut != asked.Ladder?.HoldOut)
            yield return $"The size that the fit does not see is {holdOut}.";
        if (left.Schedules is { } schedules && schedules.Seeds < asked.Schedules!.Seeds)
            yield return $"{schedules.Seeds} of {asked.Schedules.Seeds} seeds are trained: there is no time for more.";
        if (left.Search is { } search && search.Trials < asked.Search!.Trials)
            yield return $"{search.Trials} of {asked.Search.Trials} trials are made: there is no time for more.";
    }

    /// <summary>The time, in words.</summary>
    public string Line(IReadOnlyList<PlannedRun> plan) =>
        $"About {ProgressText.Span(TimeOf(plan))} on this machine, {Workers} run(s) beside each other, at the speed "
        + "that a few steps of each size had just now.";
}
