namespace MiniCpmDist.Core.WindTunnel;

/// <summary>How long an experiment takes.</summary>
public static class TunnelTime
{
    /// <summary>
    /// Seconds from the first run's beginning to the last one's end, with runs in the order of <see cref="RunOrder"/>:
    /// a worker that is free takes the first run whose trunk is finished.
    /// </summary>
    /// <param name="plan">All runs.</param>
    /// <param name="workers">Runs beside each other, at least one.</param>
    /// <param name="secondsOf">What a run takes by itself.</param>
    public static double Of(IReadOnlyList<PlannedRun> plan, int workers, Func<PlannedRun, double> secondsOf)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        var left = RunOrder.Of(plan).ToList();
        var under = new PriorityQueue<PlannedRun, double>();
        var unfinished = plan.Select(run => run.Name).ToHashSet();
        var now = 0.0;
        while (true)
        {
            while (under.Count < workers
                && left.Find(run => run.Trunk is null || !unfinished.Contains(run.Trunk)) is { } next)
            {
                left.Remove(next);
                under.Enqueue(next, now + secondsOf(next));
            }
            if (!under.TryDequeue(out var ended, out var at))
                return now;
            now = at;
            unfinished.Remove(ended.Name);
        }
    }
}
