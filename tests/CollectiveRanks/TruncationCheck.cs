using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>
/// A message that is longer than its room, between two ranks: to itself Open MPI 4.1 cuts it without a word.
/// </summary>
internal static class TruncationCheck
{
    public static void Run(ICommunicator world)
    {
        var peer = world.Rank ^ 1;
        using var send = new PinnedBytes(new byte[32]);
        using var receive = new PinnedBytes(new byte[32]);
        var words = "no error";
        try
        {
            world.ExchangeCollective(peer, send.Address, 32, receive.Address, 16);
        }
        catch (NativeException exception)
        {
            words = exception.Message;
        }
        var call = $"exchange: MPI_Sendrecv with rank {peer} on rank {world.Rank} of {world.WorldSize}: ";
        if (!words.StartsWith(call, StringComparison.Ordinal)
            || !words.Contains("truncated", StringComparison.OrdinalIgnoreCase))
            throw new InvalidOperationException($"Expected '{call}' and that something was truncated, found: {words}");
        // The world goes on.
        world.ExchangeCollective(peer, send.Address, 32, receive.Address, 32);
    }
}
