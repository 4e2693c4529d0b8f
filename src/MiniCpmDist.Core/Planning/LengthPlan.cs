using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Core.Planning;

/// <summary>What a run would need with sequences of another length.</summary>
/// <param name="Length">Tokens in a sequence.</param>
/// <param name="MicroBatch">Sequences that go through the model at once: as many tokens as before, or one sequence.
/// </param>
/// <param name="Memory">Bytes of a rank that trains.</param>
/// <param name="FlopsPerToken">Operations of forward and backward.</param>
/// <param name="CacheBytes">Keys and values of one sequence while text is generated, in float32.</param>
public sealed record LengthPlan(int Length, int MicroBatch, long Memory, double FlopsPerToken, long CacheBytes)
{
    /// <param name="options">The run.</param>
    /// <param name="worldSize">Its ranks.</param>
    /// <param name="length">Tokens in a sequence.</param>
    public static LengthPlan For(RunOptions options, int worldSize, int length)
    {
        ArgumentNullException.ThrowIfNull(options);
        var micro = BranchOptions.MicroBatchOf(options, length);
        var longer = options with
        {
            Data = options.Data with { SequenceLength = length },
            Parallel = options.Parallel with { MicroBatch = micro },
        };
        var shape = options.Model.Shape;
        return new LengthPlan(
            length, micro, MemoryPlan.For(longer, worldSize).Total, shape.FlopsPerToken(length),
            2L * shape.Layers * shape.KeyValueHeads * shape.HeadDim * length * sizeof(float));
    }
}
