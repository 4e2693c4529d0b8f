using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>recovery</c> section.</summary>
internal static class RecoveryReader
{
    public static RecoveryOptions Read(YamlSection section, TokenAxis axis)
    {
        var standard = new RecoveryOptions();
        var options = new RecoveryOptions
        {
            SkippedSteps = section.Whole("skipped_steps", standard.SkippedSteps, 1),
            Spike = Never(section, "spike")
                ? null
                : section.Number(
                    "spike", standard.Spike!.Value, $"standard deviations above zero, or `{TokenAxis.Never}`",
                    value => value > 0),
            SpikeWindow = section.Whole("spike_window", standard.SpikeWindow, RecoveryOptions.SmallestSpikeWindow),
            Rollbacks = section.Whole("rollbacks", standard.Rollbacks, 0),
            CompareEvery = section.Has("compare_every") ? axis.Interval(section, "compare_every") : Interval.OfSteps(1),
            HangAfter = Never(section, "hang_after") ? null : Time(section, "hang_after", standard.HangAfter!.Value),
            Retries = section.Whole("retries", standard.Retries, 0),
            RetryAfter = Time(section, "retry_after", standard.RetryAfter),
        };
        // Asking makes it a known key, also where it is absent.
        section.Node("compare_every");
        section.Finish();
        return options;
    }

    private static bool Never(YamlSection section, string key) => section.Text(key) == TokenAxis.Never;

    private static TimeSpan Time(YamlSection section, string key, TimeSpan standard)
    {
        if (section.Text(key) is not { } text)
            return standard;
        if (WallTime.TryParse(text, out var time))
            return time;
        section.Fault(key, WallTime.Expectation, $"`{text}`", $"write such as `{key}: {WallTime.Write(standard)}`");
        return standard;
    }
}
