using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace MiniCpmDist.Native.Kernels;

internal static partial class Interop
{
    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_norm_forward(
        nint x, nint weight, nint y, nint inverse, long rows, long width, float epsilon, float scale, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_norm_again(
        nint x, nint weight, nint inverse, nint y, long rows, long width, float scale, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_norm_backward(
        nint dy, nint x, nint weight, nint inverse, nint residual, nint dx, nint weightGradient, long rows, long width,
        float scale, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_swiglu_forward(
        nint gateUp, nint product, long rows, long width, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_swiglu_backward(
        nint gateUp, nint product, long rows, long width, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_swiglu_backward_weighted(
        nint gateUp, nint product, nint weights, nint slopes, long rows, long width, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_experts_combine(
        nint rows, nint places, nint weights, nint residual, nint to, long tokens, long perToken, long width,
        float scale, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_cross_entropy(
        nint logits, nint targets, nint losses, long rows, long vocabulary, ReadOnlySpan<float> gradientFactor,
        int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_embedding_forward(
        nint table, nint ids, nint rows, long count, long vocabulary, long width, float factor, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_embedding_backward(
        nint tableGradient, nint ids, nint gradient, long count, long vocabulary, long width, float factor,
        int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_row_product(
        nint x, nint weight, nint y, long rows, long inSize, long outSize, long block, int threads);

    [LibraryImport(Library)]
    internal static partial Status mcd_kernels_packed_product(
        nint x, nint words, nint scales, nint y, long rows, long inSize, long outSize, long group, int threads);
}
