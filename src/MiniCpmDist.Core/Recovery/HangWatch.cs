namespace MiniCpmDist.Core.Recovery;

/// <summary>
/// Finds out from the ranks' heartbeats that a world gets nowhere, and who is to blame. Times are the watcher's own, so
/// that no two clocks are compared.
/// </summary>
/// <param name="limit">How long nothing may move, anywhere; null for as long as it likes.</param>
/// <param name="start">When the world was started.</param>
public sealed class HangWatch(TimeSpan? limit, TimeSpan start)
{
    /// <summary>
    /// The shortest limit until the first rank says something: programs and data come from a disk that many read at
    /// once.
    /// </summary>
    private static readonly TimeSpan s_shortestStart = TimeSpan.FromMinutes(5);

    private readonly TimeSpan _limit = limit ?? TimeSpan.MaxValue;
    private readonly SortedDictionary<int, Seen> _ranks = [];

    /// <summary>When some rank was last seen to make progress.</summary>
    public TimeSpan LastProgress { get; private set; } = start;

    /// <summary>When the first step of this world was seen; null before.</summary>
    public TimeSpan? FirstStep { get; private set; }

    /// <summary>
    /// How often a rank must write its heartbeat for a limit: often enough that silence means something.
    /// </summary>
    public static TimeSpan BeatOf(TimeSpan? limit) =>
        TimeSpan.FromSeconds(Math.Clamp((limit ?? TimeSpan.MaxValue).TotalSeconds / 10, 0.2, 2));

    /// <summary>Takes the heartbeats of the ranks as they are now.</summary>
    public void Observe(TimeSpan now, IEnumerable<RankHeartbeat> heartbeats)
    {
        foreach (var heartbeat in heartbeats)
        {
            var before = _ranks.GetValueOrDefault(heartbeat.Rank);
            if (before is null || before.Heartbeat.Marks != heartbeat.Marks)
                LastProgress = now;
            if (heartbeat.Step > 0)
                FirstStep ??= now;
            _ranks[heartbeat.Rank] = new Seen(
                heartbeat, before?.Heartbeat.Beat == heartbeat.Beat ? before.BeatAt : now);
        }
    }

    /// <returns>Who keeps the world waiting; null while something moves.</returns>
    public HangReport? Find(TimeSpan now)
    {
        var still = now - LastProgress;
        if (_ranks.Count == 0)
        {
            return still < s_shortestStart || still < _limit
                ? null
                : new HangReport([], $"no rank has said anything for {Text(still)}");
        }
        if (still < _limit)
            return null;
        // Half the limit is the time of five heartbeats.
        var silent = _ranks.Values.Where(seen => now - seen.BeatAt > _limit / 2).ToArray();
        if (silent.Length > 0)
        {
            var quiet = Text(now - silent[0].BeatAt);
            return silent.Length < _ranks.Count
                ? Report(silent, $"said nothing for {quiet}: stopped, or cut off", tellOthers: true)
                : Report(silent, $"said nothing for {quiet}: all are stopped, or the disk does not answer");
        }
        var computing = _ranks.Values.Where(seen => seen.Heartbeat.Call is null).ToArray();
        return computing.Length switch
        {
            0 => Report([.. _ranks.Values], $"stuck in collectives for {Text(still)}"),
            var count when count < _ranks.Count =>
                Report(computing, $"in no collective for {Text(still)}", tellOthers: true),
            _ => Report(computing, $"got nowhere for {Text(still)}, outside any collective"),
        };
    }

    /// <param name="ranks">Who is to blame.</param>
    /// <param name="what">What they are to blame for.</param>
    /// <param name="tellOthers">
    /// Whether to add the step of a waiting rank. The last heartbeat of a stopped process may be one beat old, but a
    /// waiting rank knows the step.
    /// </param>
    private HangReport Report(IReadOnlyList<Seen> ranks, string what, bool tellOthers = false)
    {
        var text = string.Join("; ", ranks.Select(seen => Place(seen.Heartbeat) + ",")) + " " + what;
        var waiting = _ranks.Values.Except(ranks).MaxBy(seen => seen.Heartbeat.Step);
        return new HangReport(
            [.. ranks.Select(seen => seen.Heartbeat)],
            tellOthers && waiting is not null ? $"{text}; meanwhile {Place(waiting.Heartbeat)}" : text);
    }

    private static string Place(RankHeartbeat heartbeat) =>
        $"rank {heartbeat.Rank} ({heartbeat.Host}, process {heartbeat.ProcessId}) in step {heartbeat.Step}, "
        + (heartbeat.Call ?? "computing");

    private static string Text(TimeSpan time) => $"{Math.Round(time.TotalSeconds)} s";

    private sealed record Seen(RankHeartbeat Heartbeat, TimeSpan BeatAt);
}
