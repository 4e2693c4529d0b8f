using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Checkpoints;

/// <summary>When checkpoints are saved and which are kept. The last step is always saved.</summary>
public sealed record CheckpointOptions
{
    /// <summary>How far apart two checkpoints are; null where no interval saves any.</summary>
    public Interval? Every { get; init; }

    /// <summary>
    /// The longest wall time between two checkpoints, whatever caused the earlier one; null for no limit.
    /// </summary>
    public TimeSpan? EveryTime { get; init; }

    /// <summary>Save where a phase of the schedule ends, so that a decay can branch from there.</summary>
    public bool AtPhaseEnds { get; init; } = true;

    /// <summary>Which checkpoints are kept; null where nothing is ever deleted.</summary>
    public RetentionRule? Keep { get; init; }
}
