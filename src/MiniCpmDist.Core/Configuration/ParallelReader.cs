using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Configuration;

/// <summary>The <c>parallel</c> section.</summary>
internal static class ParallelReader
{
    private const int MaximumThreads = 1024;
    private const int MaximumLanes = 1 << 16;
    private const int MaximumMicroBatch = 1 << 20;

    public static ParallelismOptions Read(YamlSection section)
    {
        var standard = new ParallelismOptions();
        var options = new ParallelismOptions
        {
            Lanes = section.Whole("lanes", standard.Lanes, 1, MaximumLanes),
            MicroBatch = section.Whole("micro_batch", standard.MicroBatch, 1, MaximumMicroBatch),
            ThreadsPerRank = section.Whole("threads_per_rank", standard.ThreadsPerRank, 1),
            Reduction = section.Choice("reduction", standard.Reduction, ParallelWords.Orders),
            ShardGradients = section.Truth("shard_gradients", standard.ShardGradients),
            ActivationCheckpointing = section.Choice(
                "activation_checkpointing", standard.ActivationCheckpointing, ActivationWords.All),
        };
        var fitting = Enumerable.Range(0, options.Lanes).Select(less => options.Lanes - less).First(LaneTree.Accepts);
        _ = section.IsFaulty("lanes") || section.Require(
            fitting == options.Lanes, "lanes", LaneTree.Expectation, options.Lanes, $"write `lanes: {fitting}`");
        _ = section.IsFaulty("threads_per_rank") || section.Require(
            options.ThreadsPerRank <= MaximumThreads, "threads_per_rank", $"1 to {MaximumThreads}",
            options.ThreadsPerRank, "write such as `threads_per_rank: 1`");
        section.Finish();
        return options;
    }
}
