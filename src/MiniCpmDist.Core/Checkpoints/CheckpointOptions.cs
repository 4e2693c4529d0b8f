using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Checkpoints;

/// <summary>When checkpoints are saved and which are kept. The last step is always saved.</summary>
public sealed record CheckpointOptions
{
    /// <summary>Between two checkpoints; null for never.</summary>
    public Interval? Every { get; init; }

    /// <summary>Wall time between two checkpoints, whatever caused the one before; null for never.</summary>
    public TimeSpan? EveryTime { get; init; }

    /// <summary>Save where a phase of the schedule ends, so that a decay can branch from there.</summary>
    public bool AtPhaseEnds { get; init; } = true;

    /// <summary>Null: nothing is ever deleted.</summary>
    public RetentionRule? Keep { get; init; }
}
