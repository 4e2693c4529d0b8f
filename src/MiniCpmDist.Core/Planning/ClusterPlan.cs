namespace MiniCpmDist.Core.Planning;

/// <summary>
/// Steps of a run on a cluster that nobody has rented yet, from what one device was measured to do:
/// <code>
/// step     = ⌈M / R⌉ · t + exposed          M micro-batches of t seconds each, R ranks
/// exposed  = (end of the reduction - end of backward) + gather
/// </code>
/// The last micro-batch's backward, two thirds of t, makes buckets ready one after the other, in proportion to their
/// elements; each is reduced when it is ready and the one before it is done. Where nothing overlaps, all of the
/// reduction is exposed; where gradients are sharded, that of every micro-batch. Each bucket's reduction waits for
/// itself; the gather of all of them waits once, and is always exposed: forward needs the parameters. Nothing is said
/// about hosts that differ, networks that are shared, or memory.
/// </summary>
public static class ClusterPlan
{
    /// <summary>Backward has two products for each one of forward.</summary>
    private const double BackwardShare = 2.0 / 3;

    /// <summary>
    /// The sums in the order of the lanes, with the same bits on any number of ranks. A rank with several lanes adds
    /// them up first, so that nothing can go to the others early.
    /// </summary>
    public static ClusterStep Lanes(ClusterWork work, int ranks, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Step(work, ranks, ExchangeTime.OfButterfly(ranks, links), work.Overlaps && ranks >= work.Lanes);
    }

    /// <summary>Sums as a library adds them: <c>reduction: fast</c>.</summary>
    public static ClusterStep Rings(ClusterWork work, int ranks, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Step(work, ranks, ExchangeTime.OfRing(ranks, links), work.Overlaps);
    }

    private static ClusterStep Step(ClusterWork work, int ranks, ExchangeTime exchange, bool overlaps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        var elements = work.Buckets.Sum();
        var count = (work.MicroBatches + ranks - 1) / ranks;
        var reduce = exchange.Seconds(elements * (double)work.GradientBytes, work.Buckets.Count)
            * (work.ShardsGradients ? count : 1);
        var gather = exchange.Seconds(elements * (double)work.ParameterBytes);
        var compute = count * work.MicroBatchSeconds;
        var exposed = gather + (overlaps && !work.ShardsGradients ? Exposed(work, elements, exchange) : reduce);
        var ideal = work.MicroBatches * work.MicroBatchSeconds / ranks;
        var seconds = compute + exposed;
        return new ClusterStep(
            ranks, count, compute, reduce, gather, exposed, ideal / seconds, work.StepTokens / seconds);
    }

    private static double Exposed(ClusterWork work, long elements, ExchangeTime exchange)
    {
        var backward = work.MicroBatchSeconds * BackwardShare;
        var (done, ready) = (0.0, 0.0);
        foreach (var bucket in work.Buckets)
        {
            ready += backward * bucket / elements;
            done = Math.Max(done, ready) + exchange.Seconds(bucket * (double)work.GradientBytes);
        }
        return done - backward;
    }
}
