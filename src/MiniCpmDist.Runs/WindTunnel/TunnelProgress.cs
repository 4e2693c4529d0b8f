using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Runs.WindTunnel;

/// <summary>How far an experiment is.</summary>
/// <param name="Finished">Runs that came to their end.</param>
/// <param name="Runs">All runs.</param>
/// <param name="DoneFlops">Operations that are done.</param>
/// <param name="Flops">Operations of all runs.</param>
/// <param name="SecondsOfSteps">What the steps that are done took, one after the other.</param>
public sealed record TunnelProgress(int Finished, int Runs, double DoneFlops, double Flops, double SecondsOfSteps)
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(10_000);

    /// <summary>The share of the operations that is done, from 0 to 1.</summary>
    public double Share => Flops > 0 ? DoneFlops / Flops : 0;

    /// <summary>What the rest takes at the speed so far, one run after the other; null where nothing is done.</summary>
    public TimeSpan? Left => DoneFlops > 0
        ? TimeSpan.FromSeconds(Math.Min(SecondsOfSteps * (Flops - DoneFlops) / DoneFlops, s_longest.TotalSeconds))
        : null;

    /// <param name="plan">All runs of the experiment.</param>
    /// <param name="measured">Those that have begun.</param>
    public static TunnelProgress Of(IReadOnlyList<PlannedRun> plan, IEnumerable<MeasuredRun> measured)
    {
        var byName = measured.ToDictionary(run => run.Name);
        var (finished, done, seconds) = (0, 0.0, 0.0);
        foreach (var planned in plan)
        {
            if (!byName.TryGetValue(planned.Name, out var run))
                continue;
            finished += run.IsFinished ? 1 : 0;
            // Of a search with halving, the best trials become longer than planned, and others stay short.
            done += Math.Max(0, (double)(run.Tokens - planned.At) / planned.Tokens) * planned.Flops;
            seconds += run.Steps.Sum(step => step.Seconds);
        }
        var all = plan.Sum(run => run.Flops);
        return new TunnelProgress(finished, plan.Count, Math.Min(done, all), all, seconds);
    }
}
