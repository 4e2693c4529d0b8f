namespace MiniCpmDist.Core.Planning;

/// <summary>What connects the devices of a cluster, for each of them and each direction.</summary>
/// <param name="PerHost">Devices of a host; ranks are counted host by host.</param>
/// <param name="HostBytesPerSecond">Between devices of one host.</param>
/// <param name="NetworkBytesPerSecond">Between hosts.</param>
/// <param name="LatencySeconds">Of every exchange, however short.</param>
public sealed record ClusterLinks(
    int PerHost, double HostBytesPerSecond, double NetworkBytesPerSecond, double LatencySeconds)
{
    /// <summary>The slowest link among ranks that exchange with each other.</summary>
    public double BytesPerSecond(IReadOnlyList<int> ranks) =>
        ranks.All(rank => rank / PerHost == ranks[0] / PerHost) ? HostBytesPerSecond : NetworkBytesPerSecond;
}
