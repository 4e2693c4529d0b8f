using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Checkpoints;

/// <summary>
/// Which checkpoints stay: those that any of these properties names. The newest valid checkpoint and every checkpoint
/// that a branch begins at stay as well, whatever the rule says.
/// </summary>
public sealed record RetentionRule
{
    /// <summary>
    /// The value of <see cref="Last"/> where the file has none. If the newest checkpoint is damaged, two earlier ones
    /// are left.
    /// </summary>
    public const int StandardLast = 3;

    /// <summary>How many of the newest checkpoints stay; 1 or more.</summary>
    public int Last { get; init; } = StandardLast;

    /// <summary>
    /// In each stretch of this length but the first one, the first checkpoint stays; null for no stretches.
    /// </summary>
    public Interval? Every { get; init; }

    /// <summary>Whether the checkpoints stay at which a phase of the schedule ends.</summary>
    public bool PhaseEnds { get; init; } = true;
}
