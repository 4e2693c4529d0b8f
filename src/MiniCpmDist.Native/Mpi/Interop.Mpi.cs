using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Mpi;

/// <summary>The functions of <c>mcd_mpi.h</c>.</summary>
internal static partial class Interop
{
    private const string Library = "mcd_mpi";

    static Interop() => NativeLibraries.Register(typeof(Interop).Assembly);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_init(out int rank, out int size, out int localRank, out int localSize);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_finalize();

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_abort(int exitCode);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_barrier();

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_broadcast(Span<byte> buffer, long bytes, int root);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_all_gather(
        ReadOnlySpan<byte> send, long bytesPerRank, Span<byte> receive);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_exchange(
        int peer, nint send, long sendBytes, nint receive, long receiveBytes);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_world_all_reduce_sum(nint values, long count);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_pieces_set(long bytes);

    [LibraryImport(Library)]
    internal static partial Status mcd_mpi_library_version(out nint version);
}
