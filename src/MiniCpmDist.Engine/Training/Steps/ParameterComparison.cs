using System.Runtime.InteropServices;
using System.Text;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Engine.Optimization;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>Compares the ranks' copies of the parameters, which must be the same to the last bit.</summary>
internal sealed class ParameterComparison(ICommunicator communicator, FlatParameters parameters)
{
    private const int HostBytes = 64;

    /// <summary>The hash of this rank's copy.</summary>
    public ulong Hash() => FlatMath.Hash(parameters.Values);

    /// <summary>Compares them now.</summary>
    /// <exception cref="RanksDifferException">They differ; thrown on all ranks alike.</exception>
    public void RequireSameCollective(long step)
    {
        if (communicator.WorldSize == 1)
            return;
        var all = new ulong[communicator.WorldSize];
        Span<ulong> own = [Hash()];
        communicator.AllGatherCollective(MemoryMarshal.AsBytes(own), MemoryMarshal.AsBytes(all.AsSpan()));
        RequireSameCollective(step, all);
    }

    /// <summary>Looks at hashes that all ranks have; asks for names only where they differ.</summary>
    /// <exception cref="RanksDifferException">They differ; thrown on all ranks alike.</exception>
    public void RequireSameCollective(long step, IReadOnlyList<ulong> hashes)
    {
        if (DifferingRanks.Of(hashes) is { Count: > 0 } differing)
            throw new RanksDifferException(step, differing, hashes, HostsCollective());
    }

    private string[] HostsCollective()
    {
        var own = new byte[HostBytes];
        var name = Encoding.UTF8.GetBytes(Environment.MachineName);
        name.AsSpan(0, Math.Min(name.Length, HostBytes)).CopyTo(own);
        var all = new byte[HostBytes * communicator.WorldSize];
        communicator.AllGatherCollective(own, all);
        return [.. all.Chunk(HostBytes).Select(host => Encoding.UTF8.GetString(host).TrimEnd('\0'))];
    }
}
