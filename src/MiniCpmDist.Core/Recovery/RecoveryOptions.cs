using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Recovery;

/// <summary>
/// What a run does about faults by itself, and when it gives up. None of this changes a bit of a healthy run.
/// </summary>
public sealed record RecoveryOptions
{
    /// <summary>The smallest window: fewer losses say too little about what is usual.</summary>
    public const int SmallestSpikeWindow = 32;

    /// <summary>
    /// Steps in a row whose loss or gradient norm is not finite. Each of them is skipped, and after the last of them
    /// the run is rolled back.
    /// </summary>
    public int SkippedSteps { get; init; } = 3;

    /// <summary>
    /// Standard deviations above the mean of the last losses at which a loss is a spike, for which the run is rolled
    /// back; null for never.
    /// </summary>
    public double? Spike { get; init; } = 10;

    /// <summary>How many of the last steps' losses say what is usual.</summary>
    public int SpikeWindow { get; init; } = 128;

    /// <summary>Rollbacks to one and the same checkpoint; at the next fault the run ends as diverged.</summary>
    public int Rollbacks { get; init; } = 3;

    /// <summary>How far apart two comparisons of the ranks' parameters are; null for never.</summary>
    public Interval? CompareEvery { get; init; }

    /// <summary>How long a rank may give no sign before it counts as hanging; null for as long as it likes.</summary>
    public TimeSpan? HangAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How many starts of the world in a row may fail without a step in between.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>The pause before the first of these starts; each next pause is twice as long.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(5);
}
