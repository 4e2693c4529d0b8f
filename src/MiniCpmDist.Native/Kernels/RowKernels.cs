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

    /// <summary>
    /// y = x · Wᵀ of weights in four bits: words <c>[in/8, out]</c> as GPTQ's files have them, and float32 scales
    /// <c>[in/group, out]</c>; a weight is its scale times its code less 8. The outputs are a multiple of 32. A row's
    /// bits depend on neither the other rows nor the number of threads.
    /// </summary>
    public static void PackedProduct(
        nint x, nint words, nint scales, nint y, long rows, long inSize, long outSize, long group, int threads) =>
        Interop.mcd_kernels_packed_product(x, words, scales, y, rows, inSize, outSize, group, threads);
}
