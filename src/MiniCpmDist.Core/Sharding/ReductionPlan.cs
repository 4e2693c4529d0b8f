using System.Numerics;

namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// How a rank takes part in adding the ranks' gradients of a bucket along the lane tree: exchange with rank XOR 1, then
/// XOR 2, XOR 4, halving the slice each time, nearest first, because that is the order of the tree; the wider stage
/// comes last. Gathering takes the stages in reverse. Where all stages are pairs, rank r ends up with the slice whose
/// index is r with its bits reversed.
/// </summary>
public sealed class ReductionPlan
{
    /// <summary>
    /// Elements of a part that are exchanged at once in host memory: what has arrived is still in the cache when it is
    /// added (docs/decisions/order-of-sums.md has the figures).
    /// </summary>
    private const long HostPiece = 1 << 18;

    private readonly long _length;
    private readonly int _worldSize;
    private readonly int _topFactor;

    private ReductionPlan(long length, int worldSize, int rank, int topFactor)
    {
        (_length, _worldSize, _topFactor) = (length, worldSize, topFactor);
        Stages = StagesOf(rank);
        Owned = OwnedBy(rank);
    }

    /// <summary>The exchanges in order; none for a world of one rank.</summary>
    public IReadOnlyList<ReductionStage> Stages { get; }

    /// <summary>The slice whose sum this rank holds at the end.</summary>
    public (long Offset, long Count) Owned { get; }

    /// <summary>Elements of a part that are exchanged at once: devices take parts as a whole.</summary>
    public static long PieceOn(bool host) => host ? HostPiece : long.MaxValue;

    /// <param name="length">Elements of the bucket; offsets count from its beginning.</param>
    /// <param name="tree">The run's lanes. A single rank has no stages: the top of the tree is its own.</param>
    /// <param name="worldSize">Ranks that share out the lanes.</param>
    /// <param name="rank">This rank.</param>
    /// <exception cref="ArgumentException">The world does not fit the tree,
    /// or slices would not be whole chunks.</exception>
    public static ReductionPlan For(long length, LaneTree tree, int worldSize, int rank)
    {
        ArgumentNullException.ThrowIfNull(tree);
        var topFactor = worldSize == 1 ? 1 : tree.TopFactor;
        if (worldSize < 1
            || worldSize % topFactor != 0
            || !BitOperations.IsPow2(worldSize / topFactor))
            throw new ArgumentException(
                $"Expected {topFactor} times a power of two ranks, found {worldSize}.", nameof(worldSize));
        if (length % ((long)worldSize * FlatLayout.ChunkSize) != 0)
        {
            throw new ArgumentException(
                $"Expected a multiple of {worldSize} x {FlatLayout.ChunkSize} elements, found {length}.",
                nameof(length));
        }
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, worldSize);
        return new ReductionPlan(length, worldSize, rank, topFactor);
    }

    /// <summary>The slice whose sum another rank holds at the end.</summary>
    public (long Offset, long Count) OwnedBy(int rank) =>
        StagesOf(rank) is [.., var last] ? last.OwnPart : (0, _length);

    /// <summary>Elements that come in from other ranks at once, where parts are exchanged in pieces.</summary>
    /// <param name="piece">Elements of a piece at most.</param>
    public long Incoming(long piece) => Stages
        .Select(stage => Math.Min(piece, stage.Count / stage.Members.Count) * (stage.Members.Count - 1))
        .DefaultIfEmpty()
        .Max();

    private List<ReductionStage> StagesOf(int rank)
    {
        var stages = new List<ReductionStage>();
        var slice = (Offset: 0L, Count: _length);
        var subtree = _worldSize / _topFactor;
        for (var bit = 1; bit < subtree; bit <<= 1)
            Add([rank & ~bit, rank | bit], own: (rank & bit) == 0 ? 0 : 1);
        if (_topFactor > 1)
            Add([.. Enumerable.Range(0, _topFactor).Select(part => part * subtree + rank % subtree)], rank / subtree);
        return stages;

        void Add(int[] members, int own)
        {
            var stage = new ReductionStage(members, own, slice.Offset, slice.Count);
            stages.Add(stage);
            slice = stage.OwnPart;
        }
    }
}
