namespace MiniCpmDist.Native.Kernels;

/// <summary>
/// silu(gate) · up over float32 rows in native memory; a row of gate_up is <c>width</c> gates and as many ups. The
/// number of threads changes no bit.
/// </summary>
public static class SwiGluKernels
{
    /// <summary>Writes <paramref name="product"/> <c>[rows, width]</c>.</summary>
    public static void Forward(nint gateUp, nint product, long rows, long width, int threads) =>
        Interop.mcd_kernels_swiglu_forward(gateUp, product, rows, width, threads);

    /// <summary>
    /// In place: <paramref name="product"/> comes as the gradient of the product and leaves as the product itself, and
    /// <paramref name="gateUp"/> leaves as its gradient.
    /// </summary>
    public static void Backward(nint gateUp, nint product, long rows, long width, int threads) =>
        Interop.mcd_kernels_swiglu_backward(gateUp, product, rows, width, threads);
}
