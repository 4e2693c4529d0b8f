using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.ModelShape;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Fused;

namespace MiniCpmDist.Engine.Training;

/// <summary>
/// Bytes of tensors that a rank holds while it trains, by kind. The flat buffers are exact; activations are an
/// estimate. The program and its libraries come on top.
/// </summary>
/// <param name="Parameters">All of them, with the layout's padding.</param>
/// <param name="Gradients">As many.</param>
/// <param name="Moments">Two numbers for each parameter of the slice that the rank owns.</param>
/// <param name="Staging">The copy of the rank's slice that a checkpoint is written from.</param>
/// <param name="Reduction">Sums of lanes that wait for their neighbours, and what comes in from other ranks.</param>
/// <param name="Activations">What one micro-batch keeps for its backward, and the loss with it.</param>
public sealed record MemoryEstimate(
    long Parameters, long Gradients, long Moments, long Staging, long Reduction, long Activations)
{
    // Vectors of a token that a block keeps for its backward, counted in the model's code: around norms and residuals,
    // around heads, and inside the feed-forward half. Fused kernels keep what enters a half, q, k, v and what attention
    // made of them, and gates and ups; besides, one half at a time works with as much again as its widest vector.
    private const int HiddenVectors = 8;
    private const int HeadVectors = 6;
    private const int FeedForwardVectors = 4;

    public long Total => Parameters + Gradients + Moments + Staging + Reduction + Activations;

    /// <param name="options">The run.</param>
    /// <param name="worldSize">A number of ranks that fits its lanes.</param>
    public static MemoryEstimate For(RunOptions options, int worldSize)
    {
        var tree = new LaneTree(options.Parallel.Lanes);
        var length = FlatLayout.For(options.Model.Shape.ParameterSpecs, tree.Lanes).Length;
        var plan = ReductionPlan.For(length, worldSize, 0, worldSize == 1 ? 1 : tree.TopFactor);
        var incoming = plan.Stages
            .Select(stage => stage.Count / stage.Members.Count * (stage.Members.Count - 1))
            .DefaultIfEmpty()
            .Max();
        return new MemoryEstimate(
            Bytes(length),
            Bytes(length),
            Bytes(2 * plan.Owned.Count),
            Bytes(3 * plan.Owned.Count),
            Bytes(PendingSums(tree, worldSize) * length + incoming),
            Bytes(ActivationElements(options)));
    }

    /// <summary>
    /// Sums that wait at most at once: merging equal neighbours is like carrying in binary, where the worst case is all
    /// digits set, and the trees under a wider top leave one finished sum beside them.
    /// </summary>
    private static long PendingSums(LaneTree tree, int worldSize)
    {
        var own = tree.Lanes / worldSize;
        var subtree = Math.Min(own, tree.Lanes / tree.TopFactor);
        return long.Log2(subtree) + (own > subtree ? 1 : 0);
    }

    private static long ActivationElements(RunOptions options)
    {
        var shape = options.Model.Shape;
        var tokens = (long)options.Parallel.MicroBatch * options.Data.SequenceLength;
        if (options.Kernels == KernelSet.Fused)
            return FusedElements(shape, tokens);
        long width = shape.Heads * shape.HeadDim;
        var block = HiddenVectors * (long)shape.HiddenSize + HeadVectors * width
            + FeedForwardVectors * (long)shape.IntermediateSize + (long)shape.Heads * options.Data.SequenceLength;
        // The loss computes the head's gradient beside the flat one, a chunk of logits and its copy at a time.
        var rows = Math.Min(tokens, ChunkedCrossEntropy.ChunkRows(shape.VocabularySize));
        var loss = (long)shape.VocabularySize * shape.HiddenSize + 2 * rows * shape.VocabularySize
            + 2 * tokens * shape.HiddenSize;
        return tokens * block * shape.Layers + loss;
    }

    private static long FusedElements(ModelShape shape, long tokens)
    {
        var heads = (2L * shape.Heads + 2 * shape.KeyValueHeads) * shape.HeadDim + shape.Heads;
        var block = 2L * shape.HiddenSize + heads + 2L * shape.IntermediateSize;
        var working = 3L * shape.HiddenSize + Math.Max(heads, shape.IntermediateSize);
        var rows = Math.Min(tokens, FusedCrossEntropy.ChunkRows(shape.VocabularySize));
        return tokens * (block * shape.Layers + working) + rows * shape.VocabularySize;
    }

    private static long Bytes(long elements) => elements * sizeof(float);
}
