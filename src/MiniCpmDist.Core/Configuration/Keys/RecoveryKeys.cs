using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Recovery.RecoveryOptions>;
using Row = MiniCpmDist.Core.Configuration.Keys.KeyRow<MiniCpmDist.Core.Recovery.RecoveryOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>recovery</c>.</summary>
internal static class RecoveryKeys
{
    /// <summary>Ranks are compared after each step where the file does not say how often.</summary>
    public static RecoveryOptions Standard { get; } = new() { CompareEvery = Interval.OfSteps(1) };

    public static KeyTable<RecoveryOptions> Table { get; } = new(
        Key.Whole(
            "skipped_steps", o => o.SkippedSteps, (o, v) => o with { SkippedSteps = v }, 1, KeyRule.Recovery,
            "steps in a row that are skipped because a number is not finite, before the run is rolled back"),
        Spike(),
        Key.Whole(
            "spike_window", o => o.SpikeWindow, (o, v) => o with { SpikeWindow = v },
            RecoveryOptions.SmallestSpikeWindow, KeyRule.Recovery, "how many of the last losses say what is usual"),
        Key.Whole(
            "rollbacks", o => o.Rollbacks, (o, v) => o with { Rollbacks = v }, 0, KeyRule.Recovery,
            "rollbacks to the same checkpoint before the run ends as diverged"),
        Key.Every(
            "compare_every", o => o.CompareEvery, (o, v) => o with { CompareEvery = v }, KeyRule.Recovery,
            "between two comparisons of the ranks' parameters"),
        Time(
            "hang_after", o => o.HangAfter, (o, v) => o with { HangAfter = v },
            "how long a rank may give no sign before it counts as hanging", orNever: true),
        Key.Whole(
            "retries", o => o.Retries, (o, v) => o with { Retries = v }, 0, KeyRule.Recovery,
            "starts of the world in a row that may fail without a step in between"),
        Time(
            "retry_after", o => o.RetryAfter, (o, v) => o with { RetryAfter = v!.Value },
            "the pause before the first of them; each next one is twice as long", orNever: false));

    private static Row Spike()
    {
        const string Name = "spike";
        const string Expected = $"standard deviations above zero, or `{TokenAxis.Never}`";
        return Key.Special(
            Name, KeyRule.Recovery, Expected,
            "how far above the mean of the last losses a loss is a spike; the run is rolled back then",
            (o, text) => text.Line(Name, o.Spike is { } spike ? YamlScalar.Of(spike) : TokenAxis.Never),
            (o, section, _) => o with
            {
                Spike = section.Text(Name) == TokenAxis.Never
                    ? null
                    : section.Number(Name, o.Spike!.Value, Expected, value => value > 0),
            });
    }

    private static Row Time(
        string name, Func<RecoveryOptions, TimeSpan?> get, Func<RecoveryOptions, TimeSpan?, RecoveryOptions> set,
        string help, bool orNever) => Key.Special(
            name, KeyRule.Recovery, WallTime.Expectation + (orNever ? $", or `{TokenAxis.Never}`" : ""), help,
            (o, text) => text.Line(name, get(o) is { } time ? WallTime.Write(time) : TokenAxis.Never),
            (o, section, _) => set(
                o, orNever && section.Text(name) == TokenAxis.Never ? null : ReadTime(section, name, get(o)!.Value)));

    private static TimeSpan ReadTime(YamlSection section, string name, TimeSpan standard)
    {
        if (section.Text(name) is not { } text)
            return standard;
        if (WallTime.TryParse(text, out var time))
            return time;
        section.Problem(name, WallTime.Expectation, $"`{text}`", $"write such as `{name}: {WallTime.Write(standard)}`");
        return standard;
    }
}
