using MiniCpmDist.Core.Sharding;

namespace MiniCpmDist.Core.Planning;

/// <summary>Seconds that every rank needs to add up, or to gather, so many bytes that each of them has.</summary>
public static class ExchangeTimes
{
    /// <summary>
    /// The lane butterfly: at each stage of the <see cref="ReductionPlan"/> a rank sends what it will not own and gets
    /// as much, so stage k moves 1/2^k of the bytes; nearest ranks first, so the network sees only what the hosts have
    /// left. The stages in reverse are the gather, which takes as long. Devices send and receive at once.
    /// </summary>
    public static double Butterfly(double bytes, int ranks, int topFactor, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(links);
        const long Unit = FlatLayout.ChunkSize;
        var plan = ReductionPlan.For(ranks * Unit, ranks, 0, topFactor);
        return plan.Stages.Sum(stage =>
        {
            var share = (double)stage.Count / (ranks * Unit) * (stage.Members.Count - 1) / stage.Members.Count;
            return links.LatencySeconds * (stage.Members.Count - 1)
                + bytes * share / links.BytesPerSecond(stage.Members);
        });
    }

    /// <summary>
    /// What <c>reduction: fast</c> gets from a library: rings over all ranks, one for each device of a host, so that
    /// every device's network link carries its part: (R - 1)/R of the bytes through the narrower of a device's link
    /// within its host and the host's links together. The gather takes as long.
    /// </summary>
    public static double Ring(double bytes, int ranks, ClusterLinks links)
    {
        ArgumentNullException.ThrowIfNull(links);
        if (ranks == 1)
            return 0;
        var perHost = Math.Min(ranks, links.PerHost);
        var narrowest = ranks <= links.PerHost
            ? links.HostBytesPerSecond
            : perHost == 1
                ? links.NetworkBytesPerSecond
                : Math.Min(links.HostBytesPerSecond, perHost * links.NetworkBytesPerSecond);
        return (ranks - 1) * (links.LatencySeconds + bytes / ranks / narrowest);
    }
}
