namespace MiniCpmDist.Native.Kernels;

/// <summary>MatMul of a few float32 rows in native memory.</summary>
public static class RowKernels
{
    /// <summary>
    /// y = x · Wᵀ, <c>[rows, in]</c> and <c>[out, in]</c> to <c>[rows, out]</c>. Each sum is a chain of fused
    /// multiply-adds over <paramref name="block"/> inner indices, and the chains' sums are added in turn. A row's bits
    /// depend on neither the other rows nor the number of threads.
    /// </summary>
    public static void Product(
        nint x, nint weight, nint y, long rows, long inSize, long outSize, long block, int threads) =>
        Interop.mcd_kernels_row_product(x, weight, y, rows, inSize, outSize, block, threads);
}
