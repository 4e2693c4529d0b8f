using System.Globalization;
using System.Numerics;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>What to change where a rank has too little memory.</summary>
public static class MemoryRemedies
{
    private const int ShortestPart = 4;

    /// <summary>
    /// The changes in the order of what they cost: first memory and time, then other bits, then other data. Each value
    /// of a key is an entry; the combinations take one of each.
    /// </summary>
    private static readonly Func<RunOptions, int, IEnumerable<Change>>[] s_keys =
        [Checkpointing, Ranks, Shards, Kernels, Narrow, MicroBatches, SequenceLengths];

    /// <summary>Every change of one key that saves something, largest saving first.</summary>
    public static IReadOnlyList<MemoryRemedy> For(RunOptions options, int worldSize)
    {
        var now = MemoryPlan.For(options, worldSize).Total;
        return
        [
            .. Combinations(new Changed([], options, worldSize, 0), firstKey: 0, count: 1)
                .Select(changed => Remedy(changed, now))
                .Where(remedy => remedy.Saves > 0)
                .OrderByDescending(remedy => remedy.Saves),
        ];
    }

    /// <summary>
    /// The combination that fits with the fewest keys changed, and of those the one that costs least; null where even
    /// all together are too much.
    /// </summary>
    /// <param name="options">The run.</param>
    /// <param name="worldSize">Its ranks.</param>
    /// <param name="bytes">What a rank has.</param>
    public static MemoryRemedy? FirstThatFits(RunOptions options, int worldSize, long bytes)
    {
        var now = MemoryPlan.For(options, worldSize).Total;
        var start = new Changed([], options, worldSize, 0);
        return Enumerable.Range(1, s_keys.Length)
            .SelectMany(count => Combinations(start, firstKey: 0, count).OrderBy(changed => changed.Cost))
            .Select(changed => Remedy(changed, now))
            .FirstOrDefault(remedy => remedy.Total <= bytes);
    }

    /// <summary>
    /// So many keys changed, one after the other: what a key offers depends on those before it, as sharded gradients
    /// want a rank for each lane.
    /// </summary>
    private static IEnumerable<Changed> Combinations(Changed run, int firstKey, int count)
    {
        if (count == 0)
            return [run];
        // A key further down costs more than any value of those above it.
        return
            from key in Enumerable.Range(firstKey, s_keys.Length - firstKey)
            from change in s_keys[key](run.Options, run.WorldSize).Index()
            let cost = Math.Pow(100, key) * (1 + change.Index / 100.0)
            from changed in Combinations(run.With(change.Item, cost), key + 1, count - 1)
            select changed;
    }

    private static MemoryRemedy Remedy(Changed changed, long now)
    {
        var total = MemoryPlan.For(changed.Options, changed.WorldSize).Total;
        return new MemoryRemedy(changed.Words, changed.Options, changed.WorldSize, now - total, total);
    }

    private static IEnumerable<Change> Checkpointing(RunOptions options, int worldSize) =>
        from entry in ActivationWords.All
        where entry.Value > options.Parallel.ActivationCheckpointing
        select new Change($"parallel.activation_checkpointing: {entry.Word}", run => run with
        {
            Parallel = run.Parallel with { ActivationCheckpointing = entry.Value },
        });

    /// <summary>
    /// The numbers of ranks to try. With <c>reduction: fast</c> every number is allowed, so only doublings and the
    /// largest are tried.
    /// </summary>
    private static IEnumerable<Change> Ranks(RunOptions options, int worldSize) =>
        from ranks in options.Parallel.WorldSizes
        where ranks > worldSize
        where options.Parallel.Reduction != ReductionOrder.Fast
            || ranks == options.Parallel.WorldSizes[^1]
            || (ranks % worldSize == 0 && BitOperations.IsPow2(ranks / worldSize))
        select new Change($"{ranks} ranks", run => run) { WorldSize = ranks };

    /// <summary>Sharded gradients, which are possible only with one rank for each lane.</summary>
    private static IEnumerable<Change> Shards(RunOptions options, int worldSize) =>
        options.Parallel.ShardGradients
        || !(options.Parallel with { ShardGradients = true }).WorldSizes.Contains(worldSize)
            ? []
            : [new Change("parallel.shard_gradients: true", run => run with
            {
                Parallel = run.Parallel with { ShardGradients = true },
            })];

    private static IEnumerable<Change> Narrow(RunOptions options, int worldSize) =>
        options.Precision == Precision.BFloat16 || options.Parallel.ContextRanks > 1
            ? []
            : [new Change("precision: bfloat16", run => run with
            {
                Precision = Precision.BFloat16, Kernels = KernelSet.Plain,
            })];

    private static IEnumerable<Change> Kernels(RunOptions options, int worldSize) =>
        options.Kernels == KernelSet.Fused
            || options.Precision != Precision.Float32
            || options.Device != ComputeDevice.Cpu
            ? []
            : [new Change("kernels: fused", run => run with { Kernels = KernelSet.Fused })];

    /// <summary>The divisors, so that token batches remain whole micro-batches.</summary>
    private static IEnumerable<Change> MicroBatches(RunOptions options, int worldSize) =>
        from size in Enumerable.Range(1, options.Parallel.MicroBatch - 1).Reverse()
        where options.Parallel.MicroBatch % size == 0
        select new Change(Text($"parallel.micro_batch: {size}"), run => run with
        {
            Parallel = run.Parallel with { MicroBatch = size },
        });

    private static IEnumerable<Change> SequenceLengths(RunOptions options, int worldSize)
    {
        var least = options.Parallel.ContextRanks == 1 ? 1 : 2 * options.Parallel.ContextRanks;
        for (var part = 2; part <= ShortestPart && options.Data.SequenceLength % (part * least) == 0; part *= 2)
        {
            var shorter = options.Data.SequenceLength / part;
            yield return new Change(Text($"data.sequence_length: {shorter} (with data built for it)"), run => run with
            {
                Data = run.Data with { SequenceLength = shorter },
            });
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A value of a key.</summary>
    private sealed record Change(string Words, Func<RunOptions, RunOptions> Apply)
    {
        public int? WorldSize { get; init; }
    }

    /// <summary>A run with some keys changed.</summary>
    private sealed record Changed(IReadOnlyList<string> Words, RunOptions Options, int WorldSize, double Cost)
    {
        public Changed With(Change change, double cost) => new(
            [.. Words, change.Words], change.Apply(Options), change.WorldSize ?? WorldSize, Cost + cost);
    }
}
