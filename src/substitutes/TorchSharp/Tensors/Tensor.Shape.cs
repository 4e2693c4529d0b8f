using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Shapes and views: most results share memory with this tensor.
    public partial class Tensor
    {
        public Tensor view(params long[] shape)
        {
            NativeMethods.mcd_torch_tensor_view(Native, shape, shape.Length, out var result);
            return new Tensor(result);
        }

        public Tensor reshape(params long[] shape)
        {
            NativeMethods.mcd_torch_tensor_reshape(Native, shape, shape.Length, out var result);
            return new Tensor(result);
        }

        public Tensor permute(params long[] permutation)
        {
            NativeMethods.mcd_torch_tensor_permute(Native, permutation, permutation.Length, out var result);
            return new Tensor(result);
        }

        public Tensor flatten(long start_dim = 0, long end_dim = -1)
        {
            NativeMethods.mcd_torch_tensor_flatten(Native, start_dim, end_dim, out var result);
            return new Tensor(result);
        }

        public Tensor transpose(long dim0, long dim1)
        {
            NativeMethods.mcd_torch_tensor_transpose(Native, dim0, dim1, out var result);
            return new Tensor(result);
        }

        public Tensor transpose_(long dim0, long dim1)
        {
            NativeMethods.mcd_torch_tensor_transpose_(Native, dim0, dim1);
            return this;
        }

        public Tensor t()
        {
            NativeMethods.mcd_torch_tensor_t(Native, out var result);
            return new Tensor(result);
        }

        public Tensor contiguous()
        {
            NativeMethods.mcd_torch_tensor_contiguous(Native, out var result);
            return new Tensor(result);
        }

        public Tensor narrow(long dim, long start, long length)
        {
            NativeMethods.mcd_torch_tensor_narrow(Native, dim, start, length, out var result);
            return new Tensor(result);
        }

        public Tensor slice(long dim, long start, long finish, long step)
        {
            NativeMethods.mcd_torch_tensor_slice(Native, dim, start, finish, step, out var result);
            return new Tensor(result);
        }

        public Tensor select(long dim, long index)
        {
            NativeMethods.mcd_torch_tensor_select(Native, dim, index, out var result);
            return new Tensor(result);
        }

        public Tensor expand(ReadOnlySpan<long> sizes, bool isImplicit = false)
        {
            NativeMethods.mcd_torch_tensor_expand(Native, sizes, sizes.Length, isImplicit ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor expand(long[] sizes, bool isImplicit = false)
        {
            NativeMethods.mcd_torch_tensor_expand(Native, sizes, sizes.Length, isImplicit ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor expand_as(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_expand_as(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor broadcast_to(params long[] shape)
        {
            NativeMethods.mcd_torch_tensor_broadcast_to(Native, shape, shape.Length, out var result);
            return new Tensor(result);
        }

        public Tensor unsqueeze(long dim)
        {
            NativeMethods.mcd_torch_tensor_unsqueeze(Native, dim, out var result);
            return new Tensor(result);
        }

        public Tensor unsqueeze_(long dim)
        {
            NativeMethods.mcd_torch_tensor_unsqueeze_(Native, dim);
            return this;
        }

        public Tensor repeat(params long[] sizes)
        {
            NativeMethods.mcd_torch_tensor_repeat(Native, sizes, sizes.Length, out var result);
            return new Tensor(result);
        }

        public Tensor flip(params long[] dims)
        {
            NativeMethods.mcd_torch_tensor_flip(Native, dims, dims.Length, out var result);
            return new Tensor(result);
        }

        public Tensor unfold(long dimension, long size, long step)
        {
            NativeMethods.mcd_torch_tensor_unfold(Native, dimension, size, step, out var result);
            return new Tensor(result);
        }

        public Tensor[] split(long size, int dim = 0)
        {
            var parts = new IntPtr[PartsAtMost(dim)];
            NativeMethods.mcd_torch_tensor_split(Native, size, dim, parts, parts.Length, out var count);
            return Own(parts, count);
        }

        public Tensor[] split(long[] sizes, long dim = 0)
        {
            var parts = new IntPtr[PartsAtMost(dim)];
            NativeMethods.mcd_torch_tensor_split_sizes(Native, sizes, sizes.Length, dim, parts, parts.Length,
                out var count);
            return Own(parts, count);
        }

        public Tensor[] chunk(long chunks, long dim = 0)
        {
            var parts = new IntPtr[PartsAtMost(dim)];
            NativeMethods.mcd_torch_tensor_chunk(Native, chunks, dim, parts, parts.Length, out var count);
            return Own(parts, count);
        }

        public Tensor[] unbind(long dimension = 0)
        {
            var parts = new IntPtr[PartsAtMost(dimension)];
            NativeMethods.mcd_torch_tensor_unbind(Native, dimension, parts, parts.Length, out var count);
            return Own(parts, count);
        }

        public Tensor alias()
        {
            NativeMethods.mcd_torch_tensor_alias(Native, out var result);
            return new Tensor(result);
        }

        public Tensor view_as(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_view_as(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor as_strided(long[] size, long[] strides, long storageOffset = 0)
        {
            NativeMethods.mcd_torch_tensor_as_strided(Native, size, size.Length, strides, strides.Length,
                storageOffset, out var result);
            return new Tensor(result);
        }

        public Tensor diagonal(long offset = 0, long dim1 = 0, long dim2 = 1)
        {
            NativeMethods.mcd_torch_tensor_diagonal(Native, offset, dim1, dim2, out var result);
            return new Tensor(result);
        }

        public Tensor tril(long diagonal = 0)
        {
            NativeMethods.mcd_torch_tensor_tril(Native, diagonal, out var result);
            return new Tensor(result);
        }

        public Tensor triu(long diagonal = 0)
        {
            NativeMethods.mcd_torch_tensor_triu(Native, diagonal, out var result);
            return new Tensor(result);
        }

        public Tensor tril_(long diagonal = 0)
        {
            NativeMethods.mcd_torch_tensor_tril_(Native, diagonal);
            return this;
        }

        public Tensor triu_(long diagonal = 0)
        {
            NativeMethods.mcd_torch_tensor_triu_(Native, diagonal);
            return this;
        }

        public bool is_contiguous()
        {
            NativeMethods.mcd_torch_tensor_is_contiguous(Native, out var result);
            return result != 0;
        }
    }
}
