using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// Describes the libtorch that computes with the tensors. A run records it, because bits may differ where any of it
/// differs.
/// </summary>
public static class LibTorchInfo
{
    private delegate Status Read(out nint text);

    /// <summary>The version of the libtorch that is loaded, as in "2.10.0".</summary>
    public static string Version => Text(Interop.mcd_torchext_library_version);

    /// <summary>The instruction set of ATen's CPU kernels, as in "AVX2" or "AVX512".</summary>
    public static string CpuCapability => Text(Interop.mcd_torchext_library_cpu_capability);

    /// <summary>
    /// The library that multiplies matrices, and its mode of reproducibility, as in "oneMKL 2024.2 (AVX512,STRICT)".
    /// </summary>
    public static string Blas => Text(Interop.mcd_torchext_library_blas);

    private static string Text(Read read)
    {
        read(out var text);
        return Marshal.PtrToStringUTF8(text) ?? "unknown";
    }
}
