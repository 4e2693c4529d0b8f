using System.Runtime.InteropServices;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Data.Building;

/// <summary>Gives every rank the problems of all of them, so that rank 0 can tell them at once.</summary>
internal static class RankProblems
{
    /// <summary>The problems of all ranks in rank order, the same on every rank.</summary>
    public static IReadOnlyList<Problem> GatherCollective(ICommunicator world, IReadOnlyList<Problem> own)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(own);
        var lengths = new int[world.WorldSize];
        world.AllGatherCollective(MemoryMarshal.AsBytes<int>([text.Length]), MemoryMarshal.AsBytes(lengths.AsSpan()));
        var room = lengths.Max();
        var all = new byte[room * world.WorldSize];
        world.AllGatherCollective([.. text, .. new byte[room - text.Length]], all);
        return
        [
            .. lengths.SelectMany((length, rank) =>
                JsonSerializer.Deserialize<List<Problem>>(all.AsSpan(rank * room, length))!),
        ];
    }

    /// <summary>Ends the work on all ranks where one of them has a problem.</summary>
    /// <exception cref="ConfigurationException">The problems of all ranks, the same on each.</exception>
    public static void ThrowCollective(ICommunicator world, IEnumerable<Problem?> own)
    {
        var problems = GatherCollective(world, [.. own.OfType<Problem>()]);
        if (problems.Count > 0)
            throw new ConfigurationException([.. problems.Distinct()]);
    }
}
