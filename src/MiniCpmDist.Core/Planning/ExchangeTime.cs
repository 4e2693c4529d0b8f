using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>What it takes all ranks to add up, or to gather, bytes that each of them has.</summary>
/// <param name="LatencySeconds">Of one exchange, however short.</param>
/// <param name="SecondsPerByte">Of each rank's bytes.</param>
public readonly record struct ExchangeTime(double LatencySeconds, double SecondsPerByte)
{
    /// <summary>
    /// The lane butterfly: at each stage of the <see cref="ReductionPlan"/> a rank sends what it will not own and gets
    /// as much, so stage k moves 1/2^k of the bytes; nearest ranks first, so the network sees only what the hosts have
    /// left. A stage is over when its slowest group is. The stages in reverse are the gather, which takes as long.
    /// Devices send and receive at once.
    /// </summary>
    public static ExchangeTime OfButterfly(int ranks, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(links);
        var length = (long)ranks * FlatLayout.ChunkSize;
        var tree = new LaneTree(ranks);
        var plans = Enumerable.Range(0, ranks).Select(rank => ReductionPlan.For(length, tree, ranks, rank)).ToArray();
        var (latency, perByte) = (0.0, 0.0);
        foreach (var (i, stage) in plans[0].Stages.Index())
        {
            var others = stage.Members.Count - 1;
            var share = (double)stage.Count / length * others / stage.Members.Count;
            latency += links.LatencySeconds * others;
            perByte += share / plans.Min(plan => links.BytesPerSecond(plan.Stages[i].Members));
        }
        return new ExchangeTime(latency, perByte);
    }

    /// <summary>
    /// What <c>reduction: fast</c> gets from a library: rings over all ranks, one for each device of a host, so that
    /// every device's network link carries its part: (R - 1)/R of the bytes through the narrower of a device's link
    /// within its host and the host's links together. The gather takes as long.
    /// </summary>
    public static ExchangeTime OfRing(int ranks, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(links);
        if (ranks == 1)
            return default;
        var perHost = Math.Min(ranks, links.PerHost);
        var narrowest = ranks <= links.PerHost
            ? links.HostBytesPerSecond
            : perHost == 1
                ? links.NetworkBytesPerSecond
                : Math.Min(links.HostBytesPerSecond, perHost * links.NetworkBytesPerSecond);
        return new ExchangeTime((ranks - 1) * links.LatencySeconds, (ranks - 1.0) / ranks / narrowest);
    }

    /// <summary>Seconds of so many exchanges, one after the other.</summary>
    /// <param name="bytes">Of all of them together.</param>
    /// <param name="exchanges">Each waits for itself.</param>
    public double Seconds(double bytes, int exchanges = 1) => exchanges * LatencySeconds + bytes * SecondsPerByte;
}
