using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>What the devices of a cluster have to do for a step, measured on one of them.</summary>
/// <param name="MicroBatches">Of a step, over all devices.</param>
/// <param name="MicroBatchSeconds">Forward and backward of one of them on one device.</param>
/// <param name="StepTokens">Tokens of a step.</param>
/// <param name="Buckets">Elements of the flat buffer that become ready together, in the order of backward.</param>
public sealed record ClusterWork(
    int MicroBatches, double MicroBatchSeconds, long StepTokens, IReadOnlyList<long> Buckets)
{
    /// <summary>Bytes of an element of a gradient sum on its way between ranks.</summary>
    public int GradientBytes { get; init; } = ElementSizes.State;

    /// <summary>Bytes of a parameter on its way back.</summary>
    public required int ParameterBytes { get; init; }

    /// <summary>
    /// True where sums go to the other ranks while the last micro-batch still goes back; else they go when it is over.
    /// </summary>
    public bool Overlaps { get; init; } = true;

    /// <summary>The lanes of the run. A rank that has only one lane has nothing to add up by itself.</summary>
    public int Lanes { get; init; } = 1;

    /// <summary>
    /// True where the gradients of every micro-batch are added up before those of the next one are there.
    /// </summary>
    public bool ShardsGradients { get; init; }

    /// <param name="options">The run.</param>
    /// <param name="tokensPerSecond">Of one device.</param>
    public static ClusterWork Of(RunOptions options, double tokensPerSecond)
    {
        ArgumentNullException.ThrowIfNull(options);
        var tokens = (long)options.Parallel.MicroBatch * options.Data.SequenceLength;
        // Strands are equal parts of the work. The keys that their ranks exchange are not counted.
        var strands = options.Parallel.ContextRanks;
        return new ClusterWork(
            checked((int)(options.Schedule.TokenBatch / tokens * strands)), tokens / tokensPerSecond / strands,
            options.Schedule.TokenBatch, BucketsOf(options))
        {
            ParameterBytes = ElementSizes.Of(options).Model,
            Lanes = options.Parallel.Lanes * options.Parallel.ContextRanks,
            ShardsGradients = options.Parallel.ShardGradients,
        };
    }

    private static IReadOnlyList<long> BucketsOf(RunOptions options) =>
    [
        .. FlatLayout.For(options.TrainedParameters, options.Parallel.Lanes * options.Parallel.ContextRanks).Buckets
            .Reverse()
            .Select(bucket => bucket.Count),
    ];
}
