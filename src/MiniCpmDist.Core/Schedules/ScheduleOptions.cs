using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Schedules;

/// <summary>Learning rate and batch along the token axis; all lengths are in tokens.</summary>
public sealed record ScheduleOptions
{
    public ScheduleShape Shape { get; init; } = ScheduleShape.Wsd;

    /// <summary>
    /// η: the learning rate of the stable phase, for embedding and norms; matrices divide it by d_m / d_base.
    /// </summary>
    public double LearningRate { get; init; } = 0.01;

    /// <summary>Tokens over which the learning rate rises linearly.</summary>
    public long Warmup { get; init; }

    /// <summary>Tokens at the full learning rate; says nothing while <see cref="StableIsOpen"/>.</summary>
    public long Stable { get; init; }

    /// <summary>The stable phase lasts until a command ends it.</summary>
    public bool StableIsOpen { get; init; }

    /// <summary>Tokens over which the learning rate falls; 0 leaves it constant to the end.</summary>
    public long Decay { get; init; }

    /// <summary>
    /// The length of the decay that a command will begin; used only while <see cref="StableIsOpen"/>. A percentage is
    /// of the whole run, whose length nobody knows before.
    /// </summary>
    public Extent? OpenDecay { get; init; }

    public DecayShape DecayShape { get; init; } = DecayShape.Exponential;

    /// <summary>
    /// Exponential decay only: tokens that halve the learning rate. Null: such that the end has
    /// <see cref="FinalRatio"/>.
    /// </summary>
    public long? HalfLife { get; init; }

    /// <summary>What is left of the learning rate at the end, 0 .. 1.</summary>
    public double FinalRatio { get; init; } = 0.1;

    /// <summary>Tokens of one step over all ranks.</summary>
    public required long TokenBatch { get; init; }

    /// <summary>What changes <see cref="TokenBatch"/> by itself.</summary>
    public BatchPlan Batches { get; init; } = BatchPlan.None;

    /// <summary>
    /// The largest token batch. A step's sequences are listed in memory before it is taken, and a larger number is a
    /// typing error and not a batch.
    /// </summary>
    public const long LargestTokenBatch = 1L << 30;
}
