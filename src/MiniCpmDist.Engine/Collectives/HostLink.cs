using System.Runtime.InteropServices;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Native.TorchExt;

namespace MiniCpmDist.Engine.Collectives;

/// <summary>
/// A link between host memories, over the exchanges of a communicator. Each call is done when it returns. Sums are in
/// rank order, so that the same ranks always give the same bits.
/// </summary>
public sealed class HostLink(ICommunicator communicator) : ITensorLink
{
    // What comes in from all other ranks before it is added.
    private const int PieceBytes = 1 << 22;
    private byte[] _received = [];

    public int Rank => communicator.Rank;

    public int WorldSize => communicator.WorldSize;

    public bool IsImmediate => true;

    public string Description => communicator.Description;

    public void Exchange(int peer, nint send, long sendCount, nint receive, long receiveCount, ElementType type) =>
        communicator.ExchangeCollective(
            peer, send, type.Bytes(sendCount), receive, type.Bytes(receiveCount));

    public void AllReduce(nint send, nint receive, long count, ElementType type)
    {
        // Each rank adds one part, then the parts are handed round; sizes differ by one where the count does not
        // divide.
        var begins = Enumerable.Range(0, WorldSize + 1).Select(rank => count * rank / WorldSize).ToArray();
        AddBlocks(send, receive + type.Bytes(begins[Rank]), begins, type);
        HandRound(receive, begins, type);
    }

    public void ReduceScatter(nint send, nint receive, long receiveCount, ElementType type) =>
        AddBlocks(send, receive, EqualBlocks(receiveCount), type);

    public void AllGather(nint send, nint receive, long sendCount, ElementType type)
    {
        var own = receive + type.Bytes(sendCount * Rank);
        if (own != send)
            Copy(send, own, type.Bytes(sendCount));
        HandRound(receive, EqualBlocks(sendCount), type);
    }

    public void Group(Action calls)
    {
        ArgumentNullException.ThrowIfNull(calls);
        calls();
    }

    public void Wait() { }

    public void LeaveCollective() { }

    public void Dispose() { }

    private long[] EqualBlocks(long count) => [.. Enumerable.Range(0, WorldSize + 1).Select(rank => count * rank)];

    /// <summary>
    /// Every rank gets the sum of all ranks' block of its own index: they send each other those blocks, a piece at a
    /// time, and each adds what it got in rank order.
    /// </summary>
    private void AddBlocks(nint send, nint sum, long[] begins, ElementType type)
    {
        var piece = Math.Max(1, PieceBytes / type.Size() / WorldSize);
        var largest = Enumerable.Range(0, WorldSize).Max(rank => begins[rank + 1] - begins[rank]);
        var room = Room(type.Bytes(Math.Min(piece, largest)) * WorldSize);
        for (var done = 0L; done < largest; done += piece)
        {
            var own = Left(begins, Rank, done, piece);
            var parts = new nint[WorldSize];
            foreach (var peer in MeetingOrder.PeersOf(Rank, WorldSize))
            {
                parts[peer] = room + (type.Bytes(own) * peer);
                Exchange(
                    peer, send + type.Bytes(begins[peer] + done), Left(begins, peer, done, piece), parts[peer], own,
                    type);
            }
            parts[Rank] = send + type.Bytes(begins[Rank] + done);
            HostSums.Add(parts, sum + type.Bytes(done), own, type);
        }
    }

    /// <summary>Every rank has its own block of <paramref name="all"/>; afterwards every rank has all.</summary>
    private void HandRound(nint all, long[] begins, ElementType type)
    {
        foreach (var peer in MeetingOrder.PeersOf(Rank, WorldSize))
        {
            Exchange(
                peer, all + type.Bytes(begins[Rank]), begins[Rank + 1] - begins[Rank], all + type.Bytes(begins[peer]),
                begins[peer + 1] - begins[peer], type);
        }
    }

    private static long Left(long[] begins, int rank, long done, long piece) =>
        Math.Clamp(begins[rank + 1] - begins[rank] - done, 0, piece);

    private nint Room(nint bytes)
    {
        if (_received.Length < bytes)
            _received = GC.AllocateUninitializedArray<byte>((int)bytes, pinned: true);
        return Marshal.UnsafeAddrOfPinnedArrayElement(_received, 0);
    }

    private static void Copy(nint from, nint to, nint bytes)
    {
        for (nint done = 0; done < bytes; done += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, bytes - done);
            NativeSpan.Of<byte>(from + done, length).CopyTo(NativeSpan.Of<byte>(to + done, length));
        }
    }
}
