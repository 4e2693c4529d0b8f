using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>
/// What a micro-batch holds while it goes forward and back, in elements: a count of the vectors that the model's code
/// keeps (<c>Engine/Model</c>), held to measured peaks by <c>tests/bench/memory</c>.
/// </summary>
/// <param name="BlockInputs">What enters each block.</param>
/// <param name="Attention">What attention halves keep beside it.</param>
/// <param name="FeedForward">What feed-forward halves keep, what enters them included.</param>
/// <param name="Working">What a block needs on its way back: gradients, and what it computes again.</param>
/// <param name="Loss">One chunk of logits, and gradients that wait for the way back.</param>
public sealed record ActivationMemory(long BlockInputs, long Attention, long FeedForward, long Working, long Loss)
{
    /// <param name="worldSize">Ranks: where a sequence lies over several, each holds its part.</param>
    /// <param name="options">The run; documents that are packed need no more than whole rows,
    /// which are counted.</param>
    public static ActivationMemory Of(RunOptions options, int worldSize)
    {
        ArgumentNullException.ThrowIfNull(options);
        var shape = options.Model.Shape;
        var grid = options.Parallel.GridFor(worldSize);
        var whole = (long)options.Parallel.MicroBatch * options.Data.SequenceLength;
        var tokens = whole / grid.ContextRanks;
        var rows = Math.Min(tokens, LogitChunk.Rows(options.Kernels, shape.VocabularySize));
        var logits = rows * shape.VocabularySize;
        var fused = options.Kernels == KernelSet.Fused;
        var (attention, mlp, back) = fused ? FusedBlock(shape) : PlainBlock(shape, options.Data.SequenceLength);
        var loss = fused
            ? 2L * shape.HiddenSize * tokens + logits
            : 3L * shape.HiddenSize * tokens + logits + (long)shape.VocabularySize * shape.HiddenSize;
        var entered = (long)shape.HiddenSize;
        var (keptAttention, keptMlp, working) = options.Parallel.ActivationCheckpointing switch
        {
            ActivationCheckpointing.None => (attention, entered + mlp, back),
            ActivationCheckpointing.Selective => (attention, entered, back + mlp),
            _ => (0, 0, back + attention + entered + mlp),
        };
        var all = tokens * shape.Layers;
        return new ActivationMemory(
            entered * all, keptAttention * all, keptMlp * all, working * tokens + GatheredKeys(shape, grid, whole),
            loss);
    }

    /// <summary>
    /// Where a sequence has strands: keys and values of all positions, gradients of them for each strand whose sum
    /// waits for its neighbour's, and what comes in from the other ranks; and the halves that are put together again.
    /// </summary>
    private static long GatheredKeys(ModelShape shape, RankGrid grid, long tokens)
    {
        if (grid.Strands == 1)
            return 0;
        var keyValues = 2L * shape.KeyValueHeads * shape.HeadDim;
        var joined = grid.OwnStrands > 1 ? 2L * shape.HiddenSize * tokens : 0;
        return keyValues * tokens * (3 + long.Log2(grid.OwnStrands)) + joined;
    }

    /// <summary>
    /// Elements for each token: kept by the attention half, kept by the feed-forward half, needed on the way back.
    /// </summary>
    private static (long Attention, long FeedForward, long Back) FusedBlock(ModelShape shape)
    {
        var (queries, keyValues) = ((long)shape.Heads * shape.HeadDim, (long)shape.KeyValueHeads * shape.HeadDim);
        var feedForward = shape.FeedForward.Memory(KernelSet.Fused, shape.HiddenSize);
        return (
            // The norm's one number; q, k and v; what attention made of them, and its normalizer.
            1 + queries + 2 * keyValues + queries + shape.Heads,
            // The norm's one number.
            1 + feedForward.Kept,
            3L * shape.HiddenSize + Math.Max(feedForward.Back, queries));
    }

    private static (long Attention, long FeedForward, long Back) PlainBlock(ModelShape shape, int length)
    {
        var (hidden, queries) = ((long)shape.HiddenSize, (long)shape.Heads * shape.HeadDim);
        // Of a row's scores the half below the diagonal, and half of each block of queries above it.
        var scores = QueryBlock.ScoresPerQuery(length);
        var feedForward = shape.FeedForward.Memory(KernelSet.Plain, shape.HiddenSize);
        return (
            // Two results inside the norm; q, k, v and what attention made of them; probabilities. Keys and values that
            // queries share are repeated for each of them.
            2 * hidden + 4 * queries + shape.Heads * scores,
            // Two results inside the norm.
            2 * hidden + feedForward.Kept,
            // Gradients of these, and what operations need to make them. Fitted to measured peaks, unlike the rest.
            8 * hidden + feedForward.Back);
    }
}
