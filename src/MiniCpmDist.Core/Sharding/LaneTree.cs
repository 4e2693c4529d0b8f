using System.Numerics;

namespace MiniCpmDist.Core.Sharding;

/// <summary>
/// The one order in which the sums of a run's lanes are added: neighbours first, then pairs of neighbours, and so on,
/// with one stage of 3 or 5 at the top, added left to right. It depends on the lanes only, never on the number of
/// ranks.
/// </summary>
public sealed class LaneTree
{
    private static readonly int[] s_topFactors = [1, 3, 5];

    /// <param name="lanes">Lanes of the run.</param>
    /// <exception cref="ArgumentException">The lanes are neither a power of two nor 3 or 5 times one.</exception>
    public LaneTree(int lanes)
    {
        if (!Accepts(lanes))
            throw new ArgumentException($"Expected {Expectation}, found {lanes}.", nameof(lanes));
        Lanes = lanes;
        TopFactor = lanes >> BitOperations.TrailingZeroCount(lanes);
        WorldSizes = [.. Enumerable.Range(1, lanes).Where(Fits)];
    }

    private LaneTree(int lanes, IReadOnlyList<int> worldSizes) =>
        (Lanes, TopFactor, WorldSizes) = (lanes, 1, worldSizes);

    /// <summary>What a problem about a number of lanes says was expected.</summary>
    public static string Expectation =>
        "a power of two, or 3 or 5 times one (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, ...)";

    public int Lanes { get; }

    /// <summary>Width of the stage at the top: 3 or 5; 1 where all stages are pairs.</summary>
    public int TopFactor { get; }

    /// <summary>The numbers of ranks that a run with these lanes can have, smallest first.</summary>
    public IReadOnlyList<int> WorldSizes { get; }

    /// <summary>
    /// A tree with one lane for each rank, for a world of any size. It serves sums that have no fixed order.
    /// </summary>
    public static LaneTree OneForEach(int worldSize) => new(worldSize, [worldSize]);

    /// <summary>True for a power of two, and for 3 or 5 times one.</summary>
    public static bool Accepts(int lanes) =>
        lanes > 0 && s_topFactors.Contains(lanes >> BitOperations.TrailingZeroCount(lanes));

    /// <summary>
    /// True where every rank would own whole subtrees: one rank, or a power of two of lanes a rank with the top stage
    /// across ranks. (12 lanes on 2 ranks would cut the middle one of three subtrees of 4.)
    /// </summary>
    public bool Fits(int worldSize) =>
        worldSize == 1
        || (worldSize > 0
            && Lanes % worldSize == 0
            && worldSize % TopFactor == 0
            && BitOperations.IsPow2(Lanes / worldSize));

    /// <summary>The neighbouring lanes that a rank computes.</summary>
    public (int First, int Count) LanesOf(int rank, int worldSize)
    {
        if (!Fits(worldSize) || rank < 0 || rank >= worldSize)
        {
            throw new ArgumentOutOfRangeException(
                nameof(rank),
                $"Expected a rank of a world of {string.Join(", ", WorldSizes)} ranks, "
                + $"found rank {rank} of {worldSize}.");
        }
        var count = Lanes / worldSize;
        return (rank * count, count);
    }
}
