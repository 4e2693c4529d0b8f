using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// MPI_COMM_WORLD: the ranks that a launcher has started together, or a world of one when none did. MPI can be started
/// once a process; all calls come from the thread that started it (MPI_THREAD_FUNNELED). A failing call throws a
/// <see cref="NativeException"/> with the call's name, this rank, the peer and MPI's own words.
/// </summary>
public sealed class MpiWorld : IDisposable
{
    private static int s_started;
    private bool _disposed;

    private MpiWorld(int rank, int worldSize, int localRank, int localSize)
    {
        Rank = rank;
        WorldSize = worldSize;
        LocalRank = localRank;
        LocalSize = localSize;
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
    public static string LibraryVersion
    {
        get
        {
            Interop.mcd_mpi_library_version(out var version);
            return Marshal.PtrToStringUTF8(version) ?? "unknown";
        }
    }

    /// <summary>Starts MPI. Throws <see cref="InvalidOperationException"/> at the second call in a process.</summary>
    public static MpiWorld Initialize()
    {
        if (Interlocked.Exchange(ref s_started, 1) != 0)
            throw new InvalidOperationException(
                "Expected the first MPI world of this process; MPI can be started only once.");
        Interop.mcd_mpi_world_init(out var rank, out var worldSize, out var localRank, out var localSize);
        return new MpiWorld(rank, worldSize, localRank, localSize);
    }

    /// <summary>
    /// Copies <paramref name="buffer"/> of rank <paramref name="root"/> into that of every other rank; equal lengths.
    /// </summary>
    public void BroadcastCollective(Span<byte> buffer, int root)
    {
        RequireOpen();
        Interop.mcd_mpi_world_broadcast(buffer, buffer.Length, root);
    }

    /// <summary>
    /// Fills <paramref name="receive"/> with every rank's <paramref name="send"/>, in rank order. All ranks send the
    /// same number of bytes; nothing at all is allowed.
    /// </summary>
    public void AllGatherCollective(ReadOnlySpan<byte> send, Span<byte> receive)
    {
        RequireOpen();
        if (receive.Length != (long)send.Length * WorldSize)
        {
            throw new ArgumentException(
                $"Expected room for {WorldSize} x {send.Length} bytes, found {receive.Length}.", nameof(receive));
        }
        Interop.mcd_mpi_world_all_gather(send, send.Length, receive);
    }

    /// <summary>
    /// Sends <paramref name="sendBytes"/> to rank <paramref name="peer"/> and receives <paramref name="receiveBytes"/>
    /// from it at once; the peer makes the mirrored call. The two memory ranges do not overlap. Any length: MPI sees
    /// pieces of 1 GiB.
    /// </summary>
    public void ExchangeCollective(int peer, nint send, long sendBytes, nint receive, long receiveBytes)
    {
        RequireOpen();
        Interop.mcd_mpi_world_exchange(peer, send, sendBytes, receive, receiveBytes);
    }

    /// <summary>
    /// Adds <paramref name="count"/> float32 numbers of all ranks in place, in MPI's own order: the last bits may
    /// depend on the world size. Any length: MPI sees pieces of 1 GiB.
    /// </summary>
    public void AllReduceCollective(nint values, long count)
    {
        RequireOpen();
        Interop.mcd_mpi_world_all_reduce_sum(values, count);
    }

    /// <summary>Returns when every rank has come here.</summary>
    public void BarrierCollective()
    {
        RequireOpen();
        Interop.mcd_mpi_world_barrier();
    }

    /// <summary>Ends every rank of the world with <paramref name="exitCode"/>; this process too.</summary>
    public void Abort(int exitCode)
    {
        RequireOpen();
        Interop.mcd_mpi_world_abort(exitCode);
    }

    /// <summary>Ends MPI for this process. Collective: it may wait for the other ranks to do the same.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Interop.mcd_mpi_world_finalize();
    }

    /// <summary>
    /// The largest message MPI sees, the same on all ranks. Tests lower it: pieces then need no gigabytes.
    /// </summary>
    public static void SetPieceBytes(long bytes) => Interop.mcd_mpi_pieces_set(bytes);

    private void RequireOpen() => ObjectDisposedException.ThrowIf(_disposed, this);
}
