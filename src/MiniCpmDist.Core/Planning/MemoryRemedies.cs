using System.Globalization;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Core.Planning;

/// <summary>What to change where a rank has too little memory.</summary>
public static class MemoryRemedies
{
    private const int ShortestPart = 4;

    /// <summary>
    /// In the order of what they cost: memory and time; other bits; other data. Each value of a key is an entry; the
    /// combinations take one of each.
    /// </summary>
    private static readonly Func<RunOptions, int, IEnumerable<Change>>[] s_keys =
        [Checkpointing, Ranks, Shards, Kernels, Narrow, MicroBatches, SequenceLengths];

    /// <summary>Every change of one key that saves something, largest saving first.</summary>
    public static IReadOnlyList<MemoryRemedy> For(RunOptions options, int worldSize)
    {
        var now = MemoryPlan.For(options, worldSize).Total;
        return
        [
            .. s_keys.SelectMany(key => key(options, worldSize))
                .Select(change => Remedy([change], options, worldSize, now))
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
        return Combinations(options, worldSize)
            .OrderBy(changes => changes.Count)
            .ThenBy(changes => changes.Sum(change => change.Cost))
            .Select(changes => Remedy(changes, options, worldSize, now))
            .FirstOrDefault(remedy => remedy.Total <= bytes);
    }

    private static IEnumerable<IReadOnlyList<Change>> Combinations(RunOptions options, int worldSize)
    {
        IEnumerable<IReadOnlyList<Change>> all = [[]];
        foreach (var (i, key) in s_keys.Index())
        {
            // A key further down costs more than any value of those above it.
            var values = key(options, worldSize)
                .Select((change, order) => change with { Cost = Math.Pow(100, i) * (1 + order / 100.0) })
                .ToArray();
            all = [.. all.SelectMany(
                changes => values.Select(change => (IReadOnlyList<Change>)[.. changes, change]).Prepend(changes))];
        }
        return all.Where(changes => changes.Count > 0);
    }

    private static MemoryRemedy Remedy(IReadOnlyList<Change> changes, RunOptions options, int worldSize, long now)
    {
        foreach (var change in changes)
            (options, worldSize) = (change.Apply(options), change.WorldSize ?? worldSize);
        var total = MemoryPlan.For(options, worldSize).Total;
        return new MemoryRemedy([.. changes.Select(change => change.Words)], options, worldSize, now - total, total);
    }

    private static IEnumerable<Change> Checkpointing(RunOptions options, int worldSize) =>
        from entry in ActivationWords.All
        where entry.Value > options.Parallel.ActivationCheckpointing
        select new Change($"parallel.activation_checkpointing: {entry.Word}", run => run with
        {
            Parallel = run.Parallel with { ActivationCheckpointing = entry.Value },
        });

    private static IEnumerable<Change> Ranks(RunOptions options, int worldSize) =>
        from ranks in options.Parallel.WorldSizes
        where ranks > worldSize
        select new Change($"{ranks} ranks", run => run) { WorldSize = ranks };

    /// <summary>With a rank for each lane only.</summary>
    private static IEnumerable<Change> Shards(RunOptions options, int worldSize) =>
        options.Parallel.ShardGradients || (options.Parallel with { ShardGradients = true }).WorldSizes[^1] != worldSize
            ? []
            : [new Change("parallel.shard_gradients: true", run => run with
            {
                Parallel = run.Parallel with { ShardGradients = true },
            })];

    private static IEnumerable<Change> Narrow(RunOptions options, int worldSize) =>
        options.Precision == Precision.BFloat16
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
        for (var part = 2; part <= ShortestPart && options.Data.SequenceLength % part == 0; part *= 2)
        {
            var shorter = options.Data.SequenceLength / part;
            yield return new Change(Text($"data.sequence_length: {shorter} (with data built for it)"), run => run with
            {
                Data = run.Data with { SequenceLength = shorter },
            });
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Change(string Words, Func<RunOptions, RunOptions> Apply)
    {
        public int? WorldSize { get; init; }

        public double Cost { get; init; }
    }
}
