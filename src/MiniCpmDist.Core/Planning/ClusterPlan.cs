using System.Numerics;

namespace MiniCpmDist.Core.Planning;

/// <summary>
/// Steps of a run on a cluster that nobody has rented yet, from what one device was measured to do:
/// <code>
/// step     = ⌈M / R⌉ · t + exposed          M micro-batches of t seconds each, R ranks
/// exposed  = (end of the reduction - end of backward) + gather
/// </code>
/// The last micro-batch's backward, two thirds of t, makes buckets ready one after the other, in proportion to their
/// elements; each is reduced when it is ready and the one before it is done. Without overlap all of the reduction is
/// exposed. Gathering parameters always is: forward needs them. Nothing is said about hosts that differ, networks
/// that are shared, or memory.
/// </summary>
public static class ClusterPlan
{
    /// <summary>Backward has two products for each one of forward.</summary>
    private const double BackwardShare = 2.0 / 3;

    /// <summary>The sums in the order of the lanes, with the same bits on any number of ranks.</summary>
    public static ClusterStep Lanes(ClusterWork work, int ranks, ClusterLinks links)
    {
        var topFactor = ranks >> BitOperations.TrailingZeroCount(ranks);
        return Step(work, ranks, bytes => ExchangeTimes.Butterfly(bytes, ranks, topFactor, links));
    }

    /// <summary>Sums as a library adds them: <c>reduction: fast</c>.</summary>
    public static ClusterStep Rings(ClusterWork work, int ranks, ClusterLinks links) =>
        Step(work, ranks, bytes => ExchangeTimes.Ring(bytes, ranks, links));

    private static ClusterStep Step(ClusterWork work, int ranks, Func<double, double> exchange)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentOutOfRangeException.ThrowIfLessThan(ranks, 1);
        var elements = work.Buckets.Sum();
        var reduce = work.Overlaps
            ? work.Buckets.Sum(bucket => exchange(bucket * (double)work.GradientBytes))
            : exchange(elements * (double)work.GradientBytes);
        var gather = exchange(elements * (double)work.ParameterBytes);
        var count = (work.MicroBatches + ranks - 1) / ranks;
        var compute = count * work.MicroBatchSeconds;
        var exposed = gather + (work.Overlaps ? Exposed(work, elements, exchange) : reduce);
        var ideal = work.MicroBatches * work.MicroBatchSeconds / ranks;
        var seconds = compute + exposed;
        return new ClusterStep(
            ranks, count, compute, reduce, gather, exposed, ideal / seconds, work.StepTokens / seconds);
    }

    private static double Exposed(ClusterWork work, long elements, Func<double, double> exchange)
    {
        var backward = work.MicroBatchSeconds * BackwardShare;
        var (done, ready) = (0.0, 0.0);
        foreach (var bucket in work.Buckets)
        {
            ready += backward * bucket / elements;
            done = Math.Max(done, ready) + exchange(bucket * (double)work.GradientBytes);
        }
        return done - backward;
    }
}
