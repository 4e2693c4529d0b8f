using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Kernels;

/// <summary>The functions of <c>mcd_kernels.h</c>.</summary>
internal static partial class Interop
{
    private const string Library = "mcd_kernels";

    static Interop() => NativeLibraries.Register(typeof(Interop).Assembly);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_vector_add(nint destination, nint source, long count);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_vector_chunk_square_sums(nint values, long count, Span<double> sums);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_vector_hash(nint values, long count, out ulong hash);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_vector_adamw(
        nint parameters, nint gradients, nint firstMoments, nint secondMoments, long count, in AdamWStep step);
}
