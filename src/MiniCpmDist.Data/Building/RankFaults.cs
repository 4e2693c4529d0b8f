using System.Runtime.InteropServices;
using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;

namespace MiniCpmDist.Data.Building;

/// <summary>Gives every rank the faults of all of them, so that rank 0 can tell them at once.</summary>
internal static class RankFaults
{
    /// <summary>The faults of all ranks in rank order, the same on every rank.</summary>
    public static IReadOnlyList<Fault> GatherCollective(ICommunicator world, IReadOnlyList<Fault> own)
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
                JsonSerializer.Deserialize<List<Fault>>(all.AsSpan(rank * room, length))!),
        ];
    }
}
