using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Configuration.Keys;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Schedules;

namespace MiniCpmDist.Core.Configuration;

/// <summary>A key of the configuration that a command can change too, with what it decides of a schedule.</summary>
/// <param name="Name">As in <c>run.yaml</c>; the unit in which changes are journaled and settled.</param>
/// <param name="Text">Its value, for people.</param>
/// <param name="Take">The first schedule with this key's value of the second.</param>
internal sealed record ScheduleKey(
    string Name, Func<LiveSchedule, string> Text, Func<LiveSchedule, LiveSchedule, LiveSchedule> Take)
{
    public static IReadOnlyList<ScheduleKey> All { get; } =
    [
        .. ScheduleKeys.Table.Rows.SelectMany(Of),
        new(CommandKeys.StableMixture, now => Mixture(now.Stable), (to, from) => to with { Stable = from.Stable }),
        new(CommandKeys.DecayMixture, now => Mixture(now.Decay), (to, from) => to with { Decay = from.Decay }),
    ];

    /// <summary>The schedule keys of a row; empty for a key that may not change or is not written.</summary>
    private static IEnumerable<ScheduleKey> Of(KeyRow<ScheduleOptions> row) => row.Entries
        .Where(entry => !entry.Rule.IsFixed)
        .Select(entry => (entry.Name, Key: row.Live ?? throw new InvalidOperationException(
            $"{entry.Name} may change, and its row does not say how a resumed run takes it.")))
        .Select(pair => new ScheduleKey(
            Full(pair.Name), now => pair.Key.Text(now.Options),
            (to, from) => to with { Options = pair.Key.Take(to.Options, from.Options) }));

    private static string Full(string key) => $"{ScheduleKeys.Section}.{key}";

    // Sources without a share do not count: a source may be added to the file before anything reads it.
    private static string Mixture(IReadOnlyList<SourceShare> shares) => string.Join(
        ", ",
        shares.Where(share => share.Weight > 0).OrderBy(share => share.Source, StringComparer.Ordinal)
            .Select(share => $"{share.Source} {SourceWeight.Write(share.Weight)}"));
}
