using System.Numerics;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Sharding;
using Key = MiniCpmDist.Core.Configuration.Keys.Key<MiniCpmDist.Core.Sharding.ParallelismOptions>;

namespace MiniCpmDist.Core.Configuration.Keys;

/// <summary>The section <c>parallel</c>.</summary>
internal static class ParallelKeys
{
    /// <summary>
    /// The key of the micro-batch. Other sections need it, because steps consist of whole micro-batches.
    /// </summary>
    public const string MicroBatch = "micro_batch";

    /// <summary>The key of the ranks that a sequence lies over.</summary>
    public const string ContextRanks = "context_ranks";

    private const int MaximumContextRanks = 1 << 8;
    private const int MaximumThreads = 1024;
    private const int MaximumLanes = 1 << 16;
    private const int MaximumMicroBatch = 1 << 20;

    public static KeyTable<ParallelismOptions> Table { get; } = new(
        Key.Whole(
            "lanes", o => o.Lanes, (o, v) => o with { Lanes = v }, 1, KeyRule.Sums,
            "gradient lanes: the largest planned number of ranks", MaximumLanes),
        Key.Whole(
            ContextRanks, o => o.ContextRanks, (o, v) => o with { ContextRanks = v }, 1, KeyRule.Sums,
            "the most ranks that one sequence lies over (context parallelism)", MaximumContextRanks)
            .HeldAs(o => YamlScalar.Of(o.ContextRanks)).Before("1"),
        Key.Whole(
            MicroBatch, o => o.MicroBatch, (o, v) => o with { MicroBatch = v }, 1, KeyRule.Sums,
            "sequences that go through the model at once", MaximumMicroBatch),
        Key.Whole(
            "threads_per_rank", o => o.ThreadsPerRank, (o, v) => o with { ThreadsPerRank = v }, 1, KeyRule.Sums,
            "threads of each rank's matrix products"),
        Key.Choice(
            "reduction", o => o.Reduction, (o, v) => o with { Reduction = v }, ParallelWords.Orders, KeyRule.Sums,
            "the order in which gradients are added: along the lanes, or as is fastest")
            .HeldAs(o => ParallelWords.Of(o.Reduction)).Before(ParallelWords.Of(ReductionOrder.Lanes)),
        Key.Truth(
            "shard_gradients", o => o.ShardGradients, (o, v) => o with { ShardGradients = v }, KeyRule.Sums,
            "each rank keeps the gradients of its own part only")
            .HeldAs(o => YamlScalar.Of(o.ShardGradients)).Before(YamlScalar.Of(false)),
        Key.Choice(
            "activation_checkpointing", o => o.ActivationCheckpointing,
            (o, v) => o with { ActivationCheckpointing = v }, ActivationWords.All, KeyRule.Memory,
            "what is computed again in the backward pass instead of being kept"))
    {
        Complete = Check,
    };

    private static ParallelismOptions Check(ParallelismOptions options, YamlSection section)
    {
        var fitting = Enumerable.Range(0, options.Lanes).Select(less => options.Lanes - less).First(LaneTree.Accepts);
        _ = section.HasProblem("lanes") || section.Require(
            fitting == options.Lanes, "lanes", LaneTree.Expectation, options.Lanes, $"write `lanes: {fitting}`");
        _ = section.HasProblem("threads_per_rank") || section.Require(
            options.ThreadsPerRank <= MaximumThreads, "threads_per_rank", $"1 to {MaximumThreads}",
            options.ThreadsPerRank, "write such as `threads_per_rank: 1`");
        if (options.ContextRanks > 1 && !section.HasProblem(ContextRanks))
            CheckContext(options, section);
        return options;
    }

    /// <summary>Strands and lanes are added along one tree, in pairs; other orders have no strands.</summary>
    private static void CheckContext(ParallelismOptions options, YamlSection section)
    {
        var fitting = 1 << BitOperations.Log2((uint)options.ContextRanks);
        section.Require(
            fitting == options.ContextRanks, ContextRanks, "a power of two (1, 2, 4, 8, ...)",
            $"{options.ContextRanks}", $"write `{ContextRanks}: {fitting}`");
        var lanes = 1 << BitOperations.Log2((uint)options.Lanes);
        _ = section.HasProblem("lanes") || section.Require(
            lanes == options.Lanes, "lanes", $"a power of two beside `{ContextRanks}`", $"{options.Lanes}",
            $"write `lanes: {lanes}`");
        section.Require(
            options.Reduction == ReductionOrder.Lanes, "reduction", $"`lanes` beside `{ContextRanks}`",
            $"`{ParallelWords.Of(options.Reduction)}`", $"remove it, or remove `{ContextRanks}`");
    }
}
