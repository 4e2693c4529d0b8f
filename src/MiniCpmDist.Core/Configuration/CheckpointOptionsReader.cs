using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using YamlDotNet.RepresentationModel;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>checkpoint</c> section.</summary>
internal static class CheckpointOptionsReader
{
    /// <summary>The value of <c>keep</c> with which nothing is ever deleted.</summary>
    public const string KeepAll = "all";

    public static CheckpointOptions Read(YamlSection section, TokenAxis axis)
    {
        var options = new CheckpointOptions
        {
            Every = axis.Interval(section, "every"),
            EveryTime = Time(section, "every_time"),
            AtPhaseEnds = section.Truth("at_phase_ends", standard: true),
            Keep = Keep(section, axis),
        };
        section.Finish();
        return options;
    }

    private static TimeSpan? Time(YamlSection section, string key)
    {
        if (section.Text(key) is not { } text || text == TokenAxis.Never)
            return null;
        if (WallTime.TryParse(text, out var time))
            return time;
        section.Fault(
            key, $"{WallTime.Expectation}, or `{TokenAxis.Never}`", $"`{text}`",
            $"write `{key}: {TokenAxis.Never}`, or such as `{key}: 30m`");
        return null;
    }

    private static RetentionRule? Keep(YamlSection section, TokenAxis axis)
    {
        const string Key = "keep";
        if (section.Node(Key) is YamlMappingNode)
            return Rule(section.Section(Key), axis);
        if (section.Text(Key) is { } text and not KeepAll)
        {
            section.Fault(
                Key, $"`{KeepAll}`, or a section of `last`, `every` and `phase_ends`", $"`{text}`",
                $"write `{Key}: {KeepAll}`, or such as `{Key}: {{ last: 3, every: 1000 steps }}`");
        }
        return null;
    }

    private static RetentionRule Rule(YamlSection section, TokenAxis axis)
    {
        // Asking makes it a known key, with or without a value.
        var everyIsGiven = section.Node("every") is not null;
        var rule = new RetentionRule
        {
            Last = section.Whole("last", RetentionRule.StandardLast, 1),
            Every = everyIsGiven ? axis.Interval(section, "every") : null,
            PhaseEnds = section.Truth("phase_ends", standard: true),
        };
        section.Finish();
        return rule;
    }
}
