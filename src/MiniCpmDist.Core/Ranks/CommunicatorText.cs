using System.Runtime.InteropServices;
using System.Text;

namespace MiniCpmDist.Core.Ranks;

/// <summary>Text over a communicator.</summary>
public static class CommunicatorText
{
    private const int None = -1;

    /// <summary>Gives all ranks rank 0's text, which may be null.</summary>
    public static string? BroadcastTextCollective(this ICommunicator communicator, string? text)
    {
        var bytes = communicator.Rank == 0 && text is not null ? Encoding.UTF8.GetBytes(text) : [];
        Span<int> length = [text is null ? None : bytes.Length];
        communicator.BroadcastCollective(MemoryMarshal.AsBytes(length));
        if (length[0] == None)
            return null;
        if (communicator.Rank != 0)
            bytes = new byte[length[0]];
        communicator.BroadcastCollective(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    /// <summary>Gives all ranks the texts of all, in rank order.</summary>
    public static IReadOnlyList<string> GatherTextCollective(this ICommunicator communicator, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var lengths = new int[communicator.WorldSize];
        communicator.AllGatherCollective(
            MemoryMarshal.AsBytes([bytes.Length]), MemoryMarshal.AsBytes(lengths.AsSpan()));
        var most = lengths.Max();
        Array.Resize(ref bytes, most);
        var all = new byte[(long)most * communicator.WorldSize];
        communicator.AllGatherCollective(bytes, all);
        return [.. lengths.Select((length, rank) => Encoding.UTF8.GetString(all, rank * most, length))];
    }
}
