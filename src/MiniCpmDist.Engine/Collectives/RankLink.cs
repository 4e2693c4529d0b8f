using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>What a rank moves tensors with.</summary>
/// <param name="Link">Between the ranks.</param>
/// <param name="Side">Where it works.</param>
public sealed record RankLink(ITensorLink Link, ISideStream Side)
{
    /// <summary>A link over host memory.</summary>
    public static RankLink OnHost(ICommunicator communicator) => new(new HostLink(communicator), new NoSideStream());
}
