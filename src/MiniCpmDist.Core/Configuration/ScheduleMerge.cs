using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// Decides what schedule a resumed run follows. The live schedule of its checkpoint goes on. But where somebody has
/// changed a key of the configuration since then, the changed key wins.
/// </summary>
public static class ScheduleMerge
{
    /// <param name="saved">What the checkpoint says; its sources may be others than the run's.</param>
    /// <param name="configured">What the configuration says now.</param>
    public static (LiveSchedule Live, IReadOnlyList<ConfigurationChange> Changes) Of(
        ScheduleState saved, LiveSchedule configured)
    {
        var live = saved.Live with
        {
            BatchUnit = configured.BatchUnit,
            Options = saved.Live.Options with
            {
                // Both are checked against the checkpoint elsewhere.
                Shape = configured.Options.Shape,
                Warmup = configured.Options.Warmup,
            },
        };
        var changes = new List<ConfigurationChange>();
        foreach (var key in ScheduleKey.All.Where(key => key.Text(saved.Configured) != key.Text(configured)))
        {
            // A key may now say what commands have made of it already. That changes nothing, but it is journaled,
            // because it settles the key.
            changes.Add(new ConfigurationChange(key.Name, key.Text(live), key.Text(configured)));
            live = key.Take(live, configured);
        }
        return (
            live with
            {
                Stable = InOrder(live.Stable, configured.Stable),
                Decay = InOrder(live.Decay, configured.Decay),
            },
            changes);
    }

    /// <summary>
    /// True for a key of the run file whose changes are reported here, as changes of schedule or mixture.
    /// </summary>
    public static bool Settles(string key) =>
        key.StartsWith("schedule.", StringComparison.Ordinal)
        || (key.StartsWith("data.sources.", StringComparison.Ordinal)
            && (key.EndsWith(".stable", StringComparison.Ordinal) || key.EndsWith(".decay", StringComparison.Ordinal)));

    /// <summary>The keys whose values differ between two configurations.</summary>
    public static IReadOnlyList<ConfigurationChange> Difference(LiveSchedule before, LiveSchedule after) =>
    [
        .. ScheduleKey.All
            .Select(key => new ConfigurationChange(key.Name, key.Text(before), key.Text(after)))
            .Where(change => change.Before != change.After),
    ];

    /// <summary>Shares of a mixture for the sources of another, in their order.</summary>
    private static IReadOnlyList<SourceShare> InOrder(
        IReadOnlyList<SourceShare> shares, IReadOnlyList<SourceShare> sources)
    {
        SourceShare[] ordered =
        [
            .. sources.Select(source => shares.FirstOrDefault(share => share.Source == source.Source)
                ?? new SourceShare(source.Source, 0)),
        ];
        // A command's mixture is dropped where all of its sources have left the run.
        return ordered.Any(share => share.Weight > 0) ? ordered : sources;
    }
}
