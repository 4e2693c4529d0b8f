using MiniCpmDist.Core.Checkpoints;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Checkpoints.RetentionRule>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>checkpoint.keep</c>.</summary>
internal static class RetentionKeys
{
    public static KeyTable<RetentionRule> Table { get; } = new(
        Key.Whole(
            "last", o => o.Last, (o, v) => o with { Last = v }, 1, KeyRule.Watching, "how many of the newest stay"),
        Key.Every(
            "every", o => o.Every, (o, v) => o with { Every = v }, KeyRule.Watching,
            "the first one in each stretch of this length stays"),
        Key.Truth(
            "phase_ends", o => o.PhaseEnds, (o, v) => o with { PhaseEnds = v }, KeyRule.Watching,
            "those at which a phase of the schedule ends stay"));
}
