namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// RMSNorm over float32 rows <c>[rows, width]</c> in native memory: y = x · inverse · weight · scale, with inverse =
/// 1 / √(mean(x²) + epsilon) kept for each row. The number of threads changes no bit.
/// </summary>
public static class NormKernels
{
    /// <summary>Writes <paramref name="y"/> and <paramref name="inverse"/> <c>[rows]</c>.</summary>
    public static void Forward(
        nint x, nint weight, nint y, nint inverse, long rows, long width, float epsilon, float scale, int threads) =>
        Interop.mcd_kernels_norm_forward(x, weight, y, inverse, rows, width, epsilon, scale, threads);

    /// <summary>Writes <paramref name="y"/> once more, from what the forward pass has kept.</summary>
    public static void Again(
        nint x, nint weight, nint inverse, nint y, long rows, long width, float scale, int threads) =>
        Interop.mcd_kernels_norm_again(x, weight, inverse, y, rows, width, scale, threads);

    /// <summary>
    /// Writes the gradient of x, with <paramref name="residual"/> (0: none) added to it, to <paramref name="dx"/>,
    /// which may be <paramref name="dy"/> or the residual itself; adds the weight's to
    /// <paramref name="weightGradient"/>.
    /// </summary>
    public static void Backward(
        nint dy, nint x, nint weight, nint inverse, nint residual, nint dx, nint weightGradient, long rows, long width,
        float scale, int threads) =>
        Interop.mcd_kernels_norm_backward(
            dy, x, weight, inverse, residual, dx, weightGradient, rows, width, scale, threads);
}
