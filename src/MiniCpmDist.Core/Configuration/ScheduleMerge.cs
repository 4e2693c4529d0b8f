using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Control;

namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// What a resumed run follows. The live schedule of its checkpoint goes on; a key of the configuration that has been
/// changed since then was changed by somebody who wants it so, and wins.
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
                // Both are held to the checkpoint elsewhere.
                Shape = configured.Options.Shape,
                Warmup = configured.Options.Warmup,
            },
        };
        var changes = new List<ConfigurationChange>();
        foreach (var key in ScheduleKey.All.Where(key => key.Text(saved.Configured) != key.Text(configured)))
        {
            // A change to what commands have made of it already changes nothing, but is journaled: it settles the key.
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

    /// <summary>A key of the run file whose changes are told here, in the words of schedule and mixture.</summary>
    public static bool Settles(string key) =>
        key.StartsWith("schedule.", StringComparison.Ordinal)
        || (key.StartsWith("data.sources.", StringComparison.Ordinal)
            && (key.EndsWith(".stable", StringComparison.Ordinal) || key.EndsWith(".decay", StringComparison.Ordinal)));

    /// <summary>The keys that two configurations say otherwise.</summary>
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
        // A command's mixture of sources that have all left the run is none.
        return ordered.Any(share => share.Weight > 0) ? ordered : sources;
    }
}
