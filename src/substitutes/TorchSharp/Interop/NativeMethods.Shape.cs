using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_view(TensorHandle self, ReadOnlySpan<long> shape, int shapeCount,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_reshape(TensorHandle self, ReadOnlySpan<long> shape,
        int shapeCount, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_permute(TensorHandle self, ReadOnlySpan<long> permutation,
        int permutationCount, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_flatten(TensorHandle self, long start_dim, long end_dim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_transpose(TensorHandle self, long dim0, long dim1,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_transpose_(TensorHandle self, long dim0, long dim1);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_t(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_contiguous(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_narrow(TensorHandle self, long dim, long start, long length,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_slice(TensorHandle self, long dim, long start, long finish,
        long step, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_select(TensorHandle self, long dim, long index,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_expand(TensorHandle self, ReadOnlySpan<long> sizes,
        int sizesCount, int isImplicit, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_expand_as(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_broadcast_to(TensorHandle self, ReadOnlySpan<long> shape,
        int shapeCount, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_unsqueeze(TensorHandle self, long dim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_unsqueeze_(TensorHandle self, long dim);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_squeeze_dim(TensorHandle self, long dim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_squeeze(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_repeat(TensorHandle self, ReadOnlySpan<long> sizes,
        int sizesCount, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_repeat_interleave(TensorHandle self, long repeats, long dim,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_flip(TensorHandle self, ReadOnlySpan<long> dims, int dimsCount,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_unfold(TensorHandle self, long dimension, long size, long step,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_split(TensorHandle self, long size, long dim,
        Span<IntPtr> result, int capacity, out int count);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_split_sizes(TensorHandle self, ReadOnlySpan<long> sizes,
        int sizesCount, long dim, Span<IntPtr> result, int capacity, out int count);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_chunk(TensorHandle self, long chunks, long dim,
        Span<IntPtr> result, int capacity, out int count);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_unbind(TensorHandle self, long dimension, Span<IntPtr> result,
        int capacity, out int count);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_alias(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_view_as(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_as_strided(TensorHandle self, ReadOnlySpan<long> size,
        int sizeCount, ReadOnlySpan<long> strides, int stridesCount, long storageOffset, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_diagonal(TensorHandle self, long offset, long dim1, long dim2,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tril(TensorHandle self, long diagonal, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_triu(TensorHandle self, long diagonal, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tril_(TensorHandle self, long diagonal);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_triu_(TensorHandle self, long diagonal);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_is_contiguous(TensorHandle self, out int result);
}
