using MiniCpmDist.Core.Checkpoints;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Core.Values;
using YamlDotNet.RepresentationModel;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Checkpoints.CheckpointOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>checkpoint</c>.</summary>
internal static class CheckpointKeys
{
    private const string EveryTime = "every_time";
    private const string Keep = "keep";

    // The value of `keep` with which nothing is ever deleted.
    private const string All = "all";

    public static KeyTable<CheckpointOptions> Table { get; } = new(
        Key.Every(
            "every", o => o.Every, (o, v) => o with { Every = v }, KeyRule.Watching, "between two checkpoints",
            isShare: true),
        Key.Special(
            EveryTime, KeyRule.Watching, $"{WallTime.Expectation}, or `{TokenAxis.Never}`",
            "the longest time between two checkpoints",
            (o, text) => text.Line(EveryTime, o.EveryTime is { } time ? WallTime.Write(time) : TokenAxis.Never),
            (o, section, _) => o with { EveryTime = ReadTime(section) }),
        Key.Truth(
            "at_phase_ends", o => o.AtPhaseEnds, (o, v) => o with { AtPhaseEnds = v }, KeyRule.Watching,
            "save where a phase of the schedule ends"),
        new(Keep)
        {
            Read = (o, section, axis) => o with { Keep = ReadKeep(section, axis) },
            Write = WriteKeep,
            Entries =
            [
                new(Keep, KeyRule.Watching, $"`{All}`, or a section", "which checkpoints stay"),
                .. RetentionKeys.Table.Entries.Select(
                    entry => entry.In<CheckpointOptions>(Keep, options => options.Keep)),
            ],
        });

    private static TimeSpan? ReadTime(YamlSection section)
    {
        if (section.Text(EveryTime) is not { } text || text == TokenAxis.Never)
            return null;
        if (WallTime.TryParse(text, out var time))
            return time;
        section.Problem(
            EveryTime, $"{WallTime.Expectation}, or `{TokenAxis.Never}`", $"`{text}`",
            $"write `{EveryTime}: {TokenAxis.Never}`, or such as `{EveryTime}: 30m`");
        return null;
    }

    private static RetentionRule? ReadKeep(YamlSection section, TokenAxis axis)
    {
        if (section.Node(Keep) is YamlMappingNode)
            return RetentionKeys.Table.Read(RetentionKeys.Table.Open(section, Keep), new RetentionRule(), axis);
        if (section.Text(Keep) is { } text and not All)
        {
            section.Problem(
                Keep, $"`{All}`, or a section of `last`, `every` and `phase_ends`", $"`{text}`",
                $"write `{Keep}: {All}`, or such as `{Keep}: {{ last: 3, every: 1000 steps }}`");
        }
        return null;
    }

    private static void WriteKeep(CheckpointOptions options, RunFileText text)
    {
        if (options.Keep is { } rule)
            text.Section(Keep, () => RetentionKeys.Table.Write(rule, text));
        else
            text.Line(Keep, All);
    }
}
