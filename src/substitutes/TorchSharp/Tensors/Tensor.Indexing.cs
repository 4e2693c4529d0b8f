using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Reading and writing by index.
    public partial class Tensor
    {
        public Tensor gather(long dim, Tensor index)
        {
            NativeMethods.mcd_torch_tensor_gather(Native, dim, index.Native, out var result);
            return new Tensor(result);
        }

        public Tensor index_select(long dim, Tensor index)
        {
            NativeMethods.mcd_torch_tensor_index_select(Native, dim, index.Native, out var result);
            return new Tensor(result);
        }

        public Tensor take(Tensor index)
        {
            NativeMethods.mcd_torch_tensor_take(Native, index.Native, out var result);
            return new Tensor(result);
        }

        public Tensor masked_select(Tensor mask)
        {
            NativeMethods.mcd_torch_tensor_masked_select(Native, mask.Native, out var result);
            return new Tensor(result);
        }

        public Tensor index_add(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_index_add(Native, dim, index.Native, source.Native, alpha.Native,
                out var result);
            return new Tensor(result);
        }

        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_index_add_(Native, dim, index.Native, source.Native, alpha.Native);
            return this;
        }

        public Tensor index_copy(long dim, Tensor index, Tensor source)
        {
            NativeMethods.mcd_torch_tensor_index_copy(Native, dim, index.Native, source.Native, out var result);
            return new Tensor(result);
        }

        public Tensor index_copy_(long dim, Tensor index, Tensor source)
        {
            NativeMethods.mcd_torch_tensor_index_copy_(Native, dim, index.Native, source.Native);
            return this;
        }

        public Tensor index_fill(long dim, Tensor index, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_index_fill(Native, dim, index.Native, value.Native, out var result);
            return new Tensor(result);
        }

        public Tensor index_fill_(long dim, Tensor index, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_index_fill_(Native, dim, index.Native, value.Native);
            return this;
        }

        public Tensor scatter(long dim, Tensor index, Tensor src)
        {
            NativeMethods.mcd_torch_tensor_scatter(Native, dim, index.Native, src.Native, out var result);
            return new Tensor(result);
        }

        public Tensor scatter_(long dim, Tensor index, Tensor src)
        {
            NativeMethods.mcd_torch_tensor_scatter_(Native, dim, index.Native, src.Native);
            return this;
        }

        public Tensor scatter_add(long dim, Tensor index, Tensor src)
        {
            NativeMethods.mcd_torch_tensor_scatter_add(Native, dim, index.Native, src.Native, out var result);
            return new Tensor(result);
        }

        public Tensor scatter_add_(long dim, Tensor index, Tensor src)
        {
            NativeMethods.mcd_torch_tensor_scatter_add_(Native, dim, index.Native, src.Native);
            return this;
        }
    }
}
