using System.Globalization;

namespace MiniCpmDist.Engine.Training.Steps;

/// <summary>
/// The parameters are not the same on all ranks: memory, a processor or the network of one has changed bits.
/// </summary>
public sealed class RanksDifferException(
    long step, IReadOnlyList<int> ranks, IReadOnlyList<ulong> hashes, IReadOnlyList<string> hosts) : Exception(
        $"After step {step}: expected the same parameters on all ranks, found others on "
        + $"{Name(ranks, hosts)}. Test the memory and the processor of that machine, or leave it out, and resume.")
{
    /// <summary>Updates done.</summary>
    public long Step { get; } = step;

    /// <summary>The ranks that more than half of all ranks disagree with; all ranks where no majority agrees.</summary>
    public IReadOnlyList<int> Ranks { get; } = ranks;

    /// <summary>Rank and host of those, such as <c>rank 2 on node-7</c>.</summary>
    public string Named { get; } = Name(ranks, hosts);

    /// <summary>All ranks' hashes, in their order.</summary>
    public string Hashes { get; } =
        string.Join(' ', hashes.Select(hash => hash.ToString("x16", CultureInfo.InvariantCulture)));

    /// <summary>All ranks' hosts, in their order.</summary>
    public string Hosts { get; } = string.Join(' ', hosts);

    private static string Name(IEnumerable<int> ranks, IReadOnlyList<string> hosts) =>
        string.Join(", ", ranks.Select(rank => $"rank {rank} on {hosts[rank]}"));
}
