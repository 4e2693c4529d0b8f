using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// What stands behind the tensors. A run records it, because bits may differ where any of it differs.
/// </summary>
public static class LibTorchInfo
{
    private delegate Status Read(out nint text);

    /// <summary>The version of libtorch that the bridge was compiled against, as in "1.13.1".</summary>
    public static string Version => Text(Interop.mcd_torchext_library_version);

    /// <summary>The instruction set of ATen's CPU kernels, as in "AVX2" or "AVX512".</summary>
    public static string CpuCapability => Text(Interop.mcd_torchext_library_cpu_capability);

    /// <summary>
    /// The kernels that OpenBLAS picked for this processor, as in "Haswell"; "none" when OpenBLAS is not loaded.
    /// </summary>
    public static string BlasCore => Text(Interop.mcd_torchext_library_blas_core);

    private static string Text(Read read)
    {
        read(out var text);
        return Marshal.PtrToStringUTF8(text) ?? "unknown";
    }
}
