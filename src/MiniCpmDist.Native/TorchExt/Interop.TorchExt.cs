using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>The functions of <c>mcd_torchext.h</c>.</summary>
internal static partial class Interop
{
    private const string Library = "mcd_torchext";

    // A resolver counts for the whole assembly, but only once somebody has run it.
    static Interop() => NativeLibraries.Register(typeof(Interop).Assembly);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_tensor_data_pointer(nint tensor, out nint address);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_tensor_bits(nint tensor, out nint bits);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_memory_keep_freed();

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_products_fix(out nint mode);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_threads_set(int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_threads_get(out int aten, out int blas);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_library_version(out nint version);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_library_cpu_capability(out nint capability);

    [LibraryImport(Library)]
    internal static partial Status mcd_torchext_library_blas(out nint blas);
}
