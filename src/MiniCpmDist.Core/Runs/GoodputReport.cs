using MiniCpmDist.Core.Recovery;

namespace MiniCpmDist.Core.Runs;

/// <summary>What failures have cost a supervised run.</summary>
/// <param name="Elapsed">From the start of its first attempt to the end of its last.</param>
/// <param name="Productive">Time in steps that have moved the run on: those that no later attempt had to take
/// again.</param>
/// <param name="Losses">By cause, the dearest first.</param>
public sealed record GoodputReport(TimeSpan Elapsed, TimeSpan Productive, IReadOnlyList<CauseLoss> Losses)
{
    private const double LongestSeconds = 1e9;

    public int Failures => Losses.Sum(loss => loss.Failures);

    /// <summary>The share of the time that has moved the run on.</summary>
    public double Goodput => Elapsed > TimeSpan.Zero ? Math.Min(1, Productive / Elapsed) : 0;

    /// <summary>
    /// A failure costs the steps that are taken again, the time until it was noticed, the pause before the next
    /// attempt and that attempt's way to its first step.
    /// </summary>
    /// <param name="attempts">All attempts, in order.</param>
    /// <param name="steps">All lines of steps, in order; after a failure steps come again.</param>
    public static GoodputReport Of(IReadOnlyList<AttemptRecord> attempts, IEnumerable<StepReport> steps)
    {
        var last = new Dictionary<long, StepReport>();
        var repeated = new Dictionary<int, double>();
        foreach (var step in steps)
        {
            if (last.TryGetValue(step.Step, out var before))
                repeated[before.Attempt] = repeated.GetValueOrDefault(before.Attempt) + before.Seconds;
            last[step.Step] = step;
        }
        var losses = attempts
            .Select((attempt, i) => (attempt, next: i + 1 < attempts.Count ? attempts[i + 1] : null))
            .Where(pair => pair.attempt.Cause is not null)
            .GroupBy(pair => pair.attempt.Cause!.Value, pair => Lost(pair.attempt, pair.next, repeated))
            .Select(group => new CauseLoss(
                group.Key, group.Count(), group.Aggregate(TimeSpan.Zero, (sum, time) => sum + time)))
            .OrderByDescending(loss => loss.Lost);
        return new GoodputReport(
            attempts.Count > 0 ? attempts[^1].Ended - attempts[0].Started : TimeSpan.Zero,
            Span(last.Values.Sum(step => step.Seconds)),
            [.. losses]);
    }

    // A number in a file can be larger than a time can be.
    private static TimeSpan Span(double seconds) =>
        double.IsFinite(seconds) ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestSeconds)) : TimeSpan.Zero;

    private static TimeSpan Lost(AttemptRecord failed, AttemptRecord? next, Dictionary<int, double> repeated)
    {
        var again = next?.FirstStep ?? next?.Ended ?? failed.Ended;
        return again - failed.LastProgress + Span(repeated.GetValueOrDefault(failed.Attempt));
    }
}
