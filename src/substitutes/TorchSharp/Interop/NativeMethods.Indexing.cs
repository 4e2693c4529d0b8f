using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gather(TensorHandle self, long dim, TensorHandle index,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_select(TensorHandle self, long dim, TensorHandle index,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_take(TensorHandle self, TensorHandle index,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_masked_select(TensorHandle self, TensorHandle mask,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_add(TensorHandle self, long dim, TensorHandle index,
        TensorHandle source, NativeScalar alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_add_(TensorHandle self, long dim, TensorHandle index,
        TensorHandle source, NativeScalar alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_copy(TensorHandle self, long dim, TensorHandle index,
        TensorHandle source, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_copy_(TensorHandle self, long dim, TensorHandle index,
        TensorHandle source);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_fill(TensorHandle self, long dim, TensorHandle index,
        NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_index_fill_(TensorHandle self, long dim, TensorHandle index,
        NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_scatter(TensorHandle self, long dim, TensorHandle index,
        TensorHandle src, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_scatter_(TensorHandle self, long dim, TensorHandle index,
        TensorHandle src);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_scatter_add(TensorHandle self, long dim, TensorHandle index,
        TensorHandle src, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_scatter_add_(TensorHandle self, long dim, TensorHandle index,
        TensorHandle src);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_embedding(TensorHandle self, TensorHandle indices,
        long padding_idx, int scale_grad_by_freq, int sparse, out TensorHandle result);
}
