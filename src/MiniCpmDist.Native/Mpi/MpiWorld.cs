using MiniCpmDist.Native.Loading;
using static MPI.Unsafe;

namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// MPI_COMM_WORLD: the ranks that a launcher has started together, or a world of one when none did. MPI can be started
/// once a process; all calls come from the thread that started it (MPI_THREAD_FUNNELED). A failing call throws a
/// <see cref="NativeException"/> with the call's name, this rank, the peer and MPI's own words.
/// </summary>
public sealed partial class MpiWorld : IDisposable
{
    private static readonly Lazy<string> s_libraryVersion = new(MpiStart.LibraryVersion);
    private static int s_started;
    private bool _disposed;

    private MpiWorld(MPI.Intracommunicator world, (int Rank, int Size) placeOnHost)
    {
        (Rank, WorldSize) = (world.Rank, world.Size);
        (LocalRank, LocalSize) = placeOnHost;
    }

    /// <summary>0-based index of this process in the world.</summary>
    public int Rank { get; }

    /// <summary>Number of processes in the world.</summary>
    public int WorldSize { get; }

    /// <summary>0-based index among the ranks that share memory with this one, which means: on the same host.</summary>
    public int LocalRank { get; }

    /// <summary>Number of ranks on this host.</summary>
    public int LocalSize { get; }

    /// <summary>The first line of what the MPI library says about itself. Needs no world.</summary>
    public static string LibraryVersion => s_libraryVersion.Value;

    /// <summary>Starts MPI. Throws <see cref="InvalidOperationException"/> at the second call in a process.</summary>
    public static MpiWorld Initialize()
    {
        if (Interlocked.Exchange(ref s_started, 1) != 0)
            throw new InvalidOperationException(
                "Expected the first MPI world of this process; MPI can be started only once.");
        return new MpiWorld(MpiStart.World(), MpiStart.PlaceOnHost());
    }

    /// <summary>
    /// Copies <paramref name="buffer"/> of rank <paramref name="root"/> into that of every other rank; equal lengths.
    /// </summary>
    public unsafe void BroadcastCollective(Span<byte> buffer, int root)
    {
        const string doing = "broadcast";
        RequireOpen();
        RequireRank(root, doing, "root");
        fixed (byte* start = buffer)
        {
            for (long at = 0; at < buffer.Length; at += s_pieceBytes)
            {
                var code = MPI_Bcast(
                    (nint)(start + at), PieceBytes(buffer.Length - at), MPI_BYTE, root, MPI_COMM_WORLD);
                if (code != 0)
                    throw Problem(code, doing, $"MPI_Bcast from rank {root}");
            }
        }
    }

    /// <summary>
    /// Fills <paramref name="receive"/> with every rank's <paramref name="send"/>, in rank order. All ranks send the
    /// same number of bytes; nothing at all is allowed.
    /// </summary>
    public unsafe void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        RequireOpen();
        if (receive.Length != (long)send.Length * WorldSize)
        {
            throw new ArgumentException(
                $"Expected room for {WorldSize} x {send.Length} bytes, found {receive.Length}.", nameof(receive));
        }
        fixed (byte* from = send, to = receive)
        {
            for (long at = 0; at < send.Length; at += s_pieceBytes)
                GatherPiece((nint)(from + at), PieceBytes(send.Length - at), (nint)(to + at), send.Length);
        }
    }

    /// <summary>
    /// Sends <paramref name="sendBytes"/> to rank <paramref name="peer"/> and receives <paramref name="receiveBytes"/>
    /// from it at once; the peer makes the mirrored call. The two memory ranges do not overlap. Any length: MPI sees
    /// pieces of 1 GiB.
    /// </summary>
    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        RequireOpen();
        RequireRank(peer, Exchanging, "peer");
        // Both sides count the same pieces, because each one's send is the other's receive.
        for (long at = 0; at < Math.Max(sendBytes, receiveBytes); at += s_pieceBytes)
        {
            ExchangePiece(
                peer, send + (nint)at, PieceBytes(sendBytes - at), receive + (nint)at, PieceBytes(receiveBytes - at));
        }
    }

    /// <summary>
    /// Adds <paramref name="count"/> float32 numbers of all ranks in place, in MPI's own order: the last bits may
    /// depend on the world size. Any length: MPI sees pieces of 1 GiB.
    /// </summary>
    public void AllReduceCollective(nint values, long count)
    {
        RequireOpen();
        var piece = Math.Max(s_pieceBytes / sizeof(float), 1);
        for (long at = 0; at < count; at += piece)
        {
            var code = MPI_Allreduce(
                s_inPlace, values + (nint)(at * sizeof(float)), (int)Math.Min(piece, count - at), MPI_FLOAT, MPI_SUM,
                MPI_COMM_WORLD);
            if (code != 0)
                throw Problem(code, "add on all ranks", "MPI_Allreduce");
        }
    }

    /// <summary>Returns when every rank has come here.</summary>
    public void BarrierCollective()
    {
        RequireOpen();
        var code = MPI_Barrier(MPI_COMM_WORLD);
        if (code != 0)
            throw Problem(code, "wait for all ranks", "MPI_Barrier");
    }

    /// <summary>Ends every rank of the world with <paramref name="exitCode"/>; this process too.</summary>
    public void Abort(int exitCode)
    {
        RequireOpen();
        var code = MPI_Abort(MPI_COMM_WORLD, exitCode);
        if (code != 0)
            throw Problem(code, "abort the MPI world", "MPI_Abort");
    }

    /// <summary>Ends MPI for this process. Collective: it may wait for the other ranks to do the same.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        var code = MPI_Finalize();
        if (code != 0)
            throw Problem(code, "end MPI", "MPI_Finalize");
    }

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_disposed, this);

    private void RequireRank(int rank, string doing, string role)
    {
        if (rank < 0 || rank >= WorldSize)
        {
            throw new NativeException(
                $"{doing}: expected a {role} from 0 to {WorldSize - 1}, found {rank}",
                NativeException.BadArgumentStatus);
        }
    }

    private NativeException Problem(int code, string doing, string call) =>
        new($"{doing}: {call} on rank {Rank} of {WorldSize}: {MpiStart.Words(code)}");
}
