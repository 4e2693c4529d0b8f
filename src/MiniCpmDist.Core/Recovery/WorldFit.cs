namespace MiniCpmDist.Core.Recovery;

/// <summary>The ranks of a world, and where they go.</summary>
/// <param name="Ranks">World size.</param>
/// <param name="Hosts">The hosts, with the number of ranks on each; empty for this host.</param>
public sealed record WorldFit(int Ranks, IReadOnlyList<HostSlots> Hosts)
{
    /// <summary>The largest world of a run that fits on what there is.</summary>
    /// <param name="sizes">The numbers of ranks that the run can have, smallest first.</param>
    /// <param name="wanted">Ranks at most; null for as many as there is room for.</param>
    /// <param name="hosts">The hosts that answer; empty for this one, which takes any number of ranks.</param>
    /// <returns>Null where there is no room for a single rank.</returns>
    public static WorldFit? Of(IReadOnlyList<int> sizes, int? wanted, IReadOnlyList<HostSlots>? hosts)
    {
        var room = Math.Min(wanted ?? int.MaxValue, hosts?.Sum(host => host.Slots) ?? int.MaxValue);
        var ranks = sizes.LastOrDefault(size => size <= room);
        if (ranks == 0)
            return null;
        var left = ranks;
        return new WorldFit(ranks, hosts is null ? [] : [.. hosts.Select(Take).Where(host => host.Slots > 0)]);

        HostSlots Take(HostSlots host)
        {
            var taken = Math.Min(left, host.Slots);
            left -= taken;
            return host with { Slots = taken };
        }
    }
}
