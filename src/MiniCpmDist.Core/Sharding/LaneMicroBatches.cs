namespace MiniCpmDist.Core.Sharding;

/// <summary>Deals the micro-batches of a step out to lanes.</summary>
public static class LaneMicroBatches
{
    /// <summary>
    /// The micro-batches from ⌊iM/L⌋ up to ⌊(i+1)M/L⌋ for lane i. M need not divide by L; a lane may get none.
    /// </summary>
    /// <param name="lane">i, from 0.</param>
    /// <param name="lanes">L.</param>
    /// <param name="microBatches">M, of the whole step.</param>
    public static (int First, int Count) Of(int lane, int lanes, int microBatches)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(microBatches);
        ArgumentOutOfRangeException.ThrowIfNegative(lane);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(lane, lanes);
        var first = (int)((long)lane * microBatches / lanes);
        var end = (int)((lane + 1L) * microBatches / lanes);
        return (first, end - first);
    }

    /// <summary>The micro-batches of all lanes of a rank, which are neighbours.</summary>
    public static (int First, int Count) OfRank(LaneTree tree, int rank, int worldSize, int microBatches)
    {
        var (firstLane, lanes) = tree.LanesOf(rank, worldSize);
        var first = Of(firstLane, tree.Lanes, microBatches).First;
        var (last, count) = Of(firstLane + lanes - 1, tree.Lanes, microBatches);
        return (first, last + count - first);
    }
}
