using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Mpi;

/// <summary>
/// Functions of MPI that MPI.NET does not name, out of the library that it calls. Handles are MS-MPI's.
/// </summary>
internal static partial class Interop
{
    internal const int TypeShared = 1;
    internal const int InfoNull = MPI.Unsafe.MPI_INFO_NULL;
    private const string Library = NativeLibraries.MpiLibrary;

    static Interop() => NativeLibraries.Register(typeof(Interop).Assembly);

    [LibraryImport(Library)]
    internal static partial int MPI_Comm_split_type(int comm, int type, int key, int info, out int made);

    [LibraryImport(Library)]
    internal static partial int MPI_Type_create_resized(int type, nint lowerBound, nint extent, out int made);

    [LibraryImport(Library)]
    internal static partial int MPI_Get_library_version(Span<byte> text, out int length);
}
