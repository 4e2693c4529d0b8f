using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Mpi;

namespace MiniCpmDist.CollectiveRanks;

/// <summary>Every call of MPI's world in pieces much smaller than what is sent.</summary>
internal static class PiecesCheck
{
    private const long UsualPiece = 1L << 30;
    private const int Length = 20_011;

    public static void Run(ICommunicator world)
    {
        foreach (var pieceBytes in (long[])[UsualPiece, Length, 1000, 77])
        {
            MpiWorld.SetPieceBytes(pieceBytes);
            Broadcast(world, pieceBytes);
            AllGather(world, pieceBytes);
            for (var distance = 1; distance < world.WorldSize; distance *= 2)
                Exchange(world, world.Rank ^ distance, pieceBytes);
        }
        MpiWorld.SetPieceBytes(UsualPiece);
    }

    private static void Broadcast(ICommunicator world, long pieceBytes)
    {
        var buffer = world.Rank == 0 ? Bytes(0) : new byte[Length];
        world.BroadcastCollective(buffer);
        Require("broadcast", pieceBytes, Bytes(0), buffer);
    }

    private static void AllGather(ICommunicator world, long pieceBytes)
    {
        var all = new byte[Length * world.WorldSize];
        world.AllGatherCollective(Bytes(world.Rank), all);
        Require("gather", pieceBytes, [.. Enumerable.Range(0, world.WorldSize).SelectMany(Bytes)], all);
    }

    /// <summary>The higher rank sends half as much, so that one side is done before the other.</summary>
    private static void Exchange(ICommunicator world, int peer, long pieceBytes)
    {
        using var send = new PinnedBytes(Parcel(world.Rank, peer));
        using var receive = new PinnedBytes(Parcel(peer, world.Rank).Length);
        world.ExchangeCollective(peer, send.Address, send.Bytes.Length, receive.Address, receive.Bytes.Length);
        Require($"exchange with rank {peer}", pieceBytes, Parcel(peer, world.Rank), receive.Bytes);
    }

    private static byte[] Parcel(int from, int to) => from < to ? Bytes(from) : Bytes(from)[..(Length / 2)];

    private static byte[] Bytes(int rank) => Elements.Of(rank, "pieces", Length, ElementType.Byte);

    private static void Require(string call, long pieceBytes, byte[] expected, byte[] found)
    {
        if (!expected.AsSpan().SequenceEqual(found))
            throw new InvalidOperationException($"The {call} in pieces of {pieceBytes} bytes: other bytes than sent.");
    }
}
