using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sum(TensorHandle self, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sum_dims(TensorHandle self, ReadOnlySpan<long> dim, int dimCount,
        int keepdim, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mean(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mean_dims(TensorHandle self, ReadOnlySpan<long> dimensions,
        int dimensionsCount, int keepdim, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_prod(TensorHandle self, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_prod_dim(TensorHandle self, long dim, int keepdim, int type,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_max(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_max_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle first, out TensorHandle second);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_min(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_min_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle first, out TensorHandle second);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_argmax(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_argmax_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_argmin(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_argmin_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_amax(TensorHandle self, ReadOnlySpan<long> dims, int dimsCount,
        int keepdim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_amin(TensorHandle self, ReadOnlySpan<long> dims, int dimsCount,
        int keepdim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_all(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_all_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_any(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_any_dim(TensorHandle self, long dim, int keepdim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logsumexp(TensorHandle self, long dim, int keepdim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_softmax(TensorHandle self, long dim, int dtype,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log_softmax(TensorHandle self, long dim, int dtype,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_norm(TensorHandle self, double p, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_norm_dim(TensorHandle self, long dim, int keepdim, double p,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_cumsum(TensorHandle self, long dim, int type,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_var(TensorHandle self, int unbiased, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_var_dims(TensorHandle self, ReadOnlySpan<long> dimensions,
        int dimensionsCount, int unbiased, int keepdim, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_std(TensorHandle self, int unbiased, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_std_dims(TensorHandle self, ReadOnlySpan<long> dimensions,
        int dimensionsCount, int unbiased, int keepdim, int type, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sort(TensorHandle self, long dim, int descending, int stable,
        out TensorHandle first, out TensorHandle second);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_argsort(TensorHandle self, long dim, int descending,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_topk(TensorHandle self, long k, long dim, int largest,
        int sorted, out TensorHandle first, out TensorHandle second);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_allclose(TensorHandle self, TensorHandle target, double rtol,
        double atol, int equal_nan, out int result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_nonzero(TensorHandle self, out TensorHandle result);
}
