using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Checkpoints;

/// <summary>
/// Which checkpoints stay: a checkpoint stays that one of these wants. Beside them, whatever the rule says, the newest
/// valid
/// one stays and every one that a branch begins at.
/// </summary>
public sealed record RetentionRule
{
    /// <summary>Of <see cref="Last"/> where it is not said: a damaged newest one still has two before it.</summary>
    public const int StandardLast = 3;

    /// <summary>So many of the newest, 1 or more.</summary>
    public int Last { get; init; } = StandardLast;

    /// <summary>
    /// The first checkpoint in each stretch of this length, but for the first stretch; null for none.
    /// </summary>
    public Interval? Every { get; init; }

    /// <summary>Those at which a phase of the schedule ends.</summary>
    public bool PhaseEnds { get; init; } = true;
}
