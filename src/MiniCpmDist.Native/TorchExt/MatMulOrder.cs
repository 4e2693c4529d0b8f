using System.Runtime.InteropServices;

namespace MiniCpmDist.Native.TorchExt;

/// <summary>
/// The order in which the terms of matrix products are added up. The BLAS reads its settings at its first product, so
/// this comes before any.
/// </summary>
public static class MatMulOrder
{
    /// <summary>
    /// Makes the order depend on the shape of a product alone, as far as the BLAS offers that on this processor without
    /// loss of speed. Safe to call more than once.
    /// </summary>
    /// <returns>The BLAS's own name of the setting, as in "AVX512,STRICT".</returns>
    public static string Fix()
    {
        Interop.mcd_torchext_products_fix(out var mode);
        return Marshal.PtrToStringUTF8(mode) ?? "unknown";
    }
}
