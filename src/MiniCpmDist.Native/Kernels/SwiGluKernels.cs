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

    /// <summary>
    /// As <see cref="Backward"/>, of rows that are added up with weights: <paramref name="product"/> comes as the
    /// gradient of the weighted row divided by its weight, and leaves as the weighted product.
    /// </summary>
    /// <param name="gateUp">Leaves as its gradient.</param>
    /// <param name="product"><c>[rows, width]</c>.</param>
    /// <param name="weights"><c>[rows]</c>.</param>
    /// <param name="slopes"><c>[rows]</c>: takes the derivatives by the weights.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="width">Of a row's product.</param>
    /// <param name="threads">That share the rows.</param>
    public static void BackwardWeighted(
        nint gateUp, nint product, nint weights, nint slopes, long rows, long width, int threads) =>
        Interop.mcd_kernels_swiglu_backward_weighted(gateUp, product, weights, slopes, rows, width, threads);
}
