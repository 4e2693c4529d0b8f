using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>
/// Bytes that a rank holds while it trains, by kind, in host memory or on its device. Flat buffers are exact,
/// activations are counted (<see cref="ActivationMemory"/>), the program is a measured constant. What CUDA and its
/// libraries take of a device for themselves is not counted.
/// </summary>
public sealed record MemoryPlan
{
    /// <summary>
    /// The runtime, libtorch, MPI and the rest of the process, without a tensor of the model: 5 MB above the mean of
    /// what <c>tests/bench/memory</c> measured beyond everything else, for the heap's holes (2026-11-29; .NET 10.0,
    /// libtorch 2.10.0, Open MPI 4.1.4; on a CPU).
    /// </summary>
    public const long ProgramBytes = 236_000_000;

    /// <summary>All parameters, with the layout's padding.</summary>
    public required long Parameters { get; init; }

    /// <summary>The owned slice a second time in float32, where parameters are narrower.</summary>
    public required long MasterWeights { get; init; }

    /// <summary>
    /// Gradients of all parameters. Where parameters are narrow, this counts those of a micro-batch and their sum.
    /// </summary>
    public required long Gradients { get; init; }

    /// <summary>The two moments of each parameter in the slice that the rank owns.</summary>
    public required long Moments { get; init; }

    /// <summary>The copy of the rank's slice that a checkpoint is written from.</summary>
    public required long Staging { get; init; }

    /// <summary>Sums of lanes that wait for their neighbours, and what comes in from other ranks.</summary>
    public required long Reduction { get; init; }

    /// <summary>What enters each block.</summary>
    public required long BlockInputs { get; init; }

    /// <summary>What attention keeps for backward.</summary>
    public required long Attention { get; init; }

    /// <summary>What feed-forward keeps for backward.</summary>
    public required long FeedForward { get; init; }

    /// <summary>What one block needs on its way back.</summary>
    public required long Working { get; init; }

    /// <summary>A chunk of logits, and gradients that wait for the way back.</summary>
    public required long Loss { get; init; }

    /// <summary>The process without a tensor of the model.</summary>
    public long Program { get; init; } = ProgramBytes;

    /// <summary>All that a micro-batch holds.</summary>
    public long Activations => BlockInputs + Attention + FeedForward + Working + Loss;

    /// <summary>True where tensors are on a device of the rank.</summary>
    public bool IsOnDevice { get; init; }

    /// <summary>What stays in host memory, wherever the tensors are.</summary>
    public long OnHost => Staging + Program;

    /// <summary>Bytes of the memory that tensors are in: all of the device's, or all of the host's.</summary>
    public long Total =>
        Parameters + MasterWeights + Gradients + Moments + Reduction + Activations + (IsOnDevice ? 0 : OnHost);

    /// <param name="options">The run.</param>
    /// <param name="worldSize">A number of ranks that fits its lanes.</param>
    /// <param name="sizes">Null for those of the run.</param>
    public static MemoryPlan For(RunOptions options, int worldSize, ElementSizes? sizes = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        sizes ??= ElementSizes.Of(options);
        var grid = options.Parallel.GridFor(worldSize);
        var tree = grid.Sums;
        var layout = FlatLayout.For(options.TrainedParameters, tree.Lanes);
        var (length, owned) = (layout.Length, layout.Length / worldSize);
        var isOnDevice = options.Device != ComputeDevice.Cpu;
        var piece = ReductionPlan.PieceOn(host: !isOnDevice);
        var incoming = options.Parallel.Reduction == ReductionOrder.Fast
            ? 0
            : layout.Buckets.Max(bucket => ReductionPlan.For(bucket.Count, tree, worldSize, 0).Incoming(piece));
        var activations = ActivationMemory.Of(options, worldSize);
        return new MemoryPlan
        {
            IsOnDevice = isOnDevice,
            Parameters = sizes.Model * (length + FrozenElements(options)),
            MasterWeights = sizes.IsNarrow ? ElementSizes.State * owned : 0,
            Gradients = GradientBytes(options, layout, owned, sizes)
                + ElementSizes.State * (grid.OwnStrands - 1) * length,
            Moments = ElementSizes.State * 2 * owned,
            Staging = ElementSizes.State * 3 * owned,
            Reduction = ElementSizes.State * (grid.OwnStrands * PendingSums(grid) * length + incoming),
            BlockInputs = sizes.Model * activations.BlockInputs,
            Attention = sizes.Model * activations.Attention,
            FeedForward = sizes.Model * activations.FeedForward,
            Working = sizes.Model * activations.Working,
            Loss = ElementSizes.State * activations.Loss,
        };
    }

    /// <summary>Weights that are not trained, whole on every rank.</summary>
    private static long FrozenElements(RunOptions options) => options.Alignment.Lora is null
        ? 0
        : FlatLayout.For(options.Model.Shape.ParameterSpecs, slices: 1).Length;

    /// <summary>
    /// Sums, of all or of the owned parts; and, where backward does not write there itself, what the buckets share,
    /// narrow and, to be added to others', wide.
    /// </summary>
    private static long GradientBytes(RunOptions options, FlatLayout layout, long owned, ElementSizes sizes)
    {
        var isSharded = options.Parallel.ShardGradients;
        var sums = ElementSizes.State * (isSharded ? owned : layout.Length);
        if (!isSharded && !sizes.IsNarrow)
            return sums;
        var wide = isSharded && sizes.IsNarrow ? Math.Max(layout.EmbeddingElements, layout.LargestOther) : 0;
        return sums + sizes.Model * (layout.EmbeddingElements + layout.LargestOther) + ElementSizes.State * wide;
    }

    /// <summary>
    /// Sums that wait at most at once: merging equal neighbours is like carrying in binary, where the worst case is all
    /// digits set, and the trees under a wider top leave one finished sum beside them.
    /// </summary>
    private static long PendingSums(RankGrid grid)
    {
        var own = grid.Lanes.Lanes / grid.LaneRanks;
        var subtree = Math.Min(own, grid.Lanes.Lanes / grid.Lanes.TopFactor);
        return long.Log2(subtree) + (own > subtree ? 1 : 0);
    }
}
