namespace MiniCpmDist.Core.Configuration;

/// <summary>
/// What fixes the order of floating-point sums, whatever the number of ranks, and what a rank keeps in memory.
/// </summary>
public sealed record ParallelOptions
{
    /// <summary>Gradient lanes: the largest planned number of ranks; a power of two, or 3 or 5 times one.</summary>
    public int Lanes { get; init; } = 4;

    /// <summary>Sequences that go through the model at once.</summary>
    public int MicroBatch { get; init; } = 1;

    /// <summary>Threads of each rank's matrix products; part of the bits.</summary>
    public int ThreadsPerRank { get; init; } = 1;

    /// <summary>What blocks compute again in backward instead of keeping it; decides no bit.</summary>
    public ActivationCheckpointing ActivationCheckpointing { get; init; }
}
