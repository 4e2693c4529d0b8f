using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Reductions over all elements or over dimensions, and the orderings.
    public partial class Tensor
    {
        public Tensor sum(ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_sum(Native, Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor sum(long[] dim, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_sum_dims(Native, dim, dim.Length, keepdim ? 1 : 0, Code(type),
                out var result);
            return new Tensor(result);
        }

        public Tensor sum(ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_sum_dims(Native, dim, dim.Length, keepdim ? 1 : 0, Code(type),
                out var result);
            return new Tensor(result);
        }

        public Tensor mean()
        {
            NativeMethods.mcd_torch_tensor_mean(Native, out var result);
            return new Tensor(result);
        }

        public Tensor mean(long[] dimensions, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_mean_dims(Native, dimensions, dimensions.Length, keepdim ? 1 : 0,
                Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor prod(ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_prod(Native, Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor prod(long dim, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_prod_dim(Native, dim, keepdim ? 1 : 0, Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor max()
        {
            NativeMethods.mcd_torch_tensor_max(Native, out var result);
            return new Tensor(result);
        }

        public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_max_dim(Native, dim, keepdim ? 1 : 0, out var first, out var second);
            return (new Tensor(first), new Tensor(second));
        }

        public Tensor min()
        {
            NativeMethods.mcd_torch_tensor_min(Native, out var result);
            return new Tensor(result);
        }

        public (Tensor values, Tensor indexes) min(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_min_dim(Native, dim, keepdim ? 1 : 0, out var first, out var second);
            return (new Tensor(first), new Tensor(second));
        }

        public Tensor argmax()
        {
            NativeMethods.mcd_torch_tensor_argmax(Native, out var result);
            return new Tensor(result);
        }

        public Tensor argmax(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_argmax_dim(Native, dim, keepdim ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor argmin()
        {
            NativeMethods.mcd_torch_tensor_argmin(Native, out var result);
            return new Tensor(result);
        }

        public Tensor argmin(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_argmin_dim(Native, dim, keepdim ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor all()
        {
            NativeMethods.mcd_torch_tensor_all(Native, out var result);
            return new Tensor(result);
        }

        public Tensor all(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_all_dim(Native, dim, keepdim ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor any()
        {
            NativeMethods.mcd_torch_tensor_any(Native, out var result);
            return new Tensor(result);
        }

        public Tensor any(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_any_dim(Native, dim, keepdim ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor logsumexp(long dim, bool keepdim = false)
        {
            NativeMethods.mcd_torch_tensor_logsumexp(Native, dim, keepdim ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor softmax(long dim, ScalarType? dtype = null)
        {
            NativeMethods.mcd_torch_tensor_softmax(Native, dim, Code(dtype), out var result);
            return new Tensor(result);
        }

        public Tensor log_softmax(long dim, ScalarType? dtype = null)
        {
            NativeMethods.mcd_torch_tensor_log_softmax(Native, dim, Code(dtype), out var result);
            return new Tensor(result);
        }

        public Tensor norm(float p = 2)
        {
            NativeMethods.mcd_torch_tensor_norm(Native, p, out var result);
            return new Tensor(result);
        }

        public Tensor norm(int dim, bool keepdim = false, float p = 2)
        {
            NativeMethods.mcd_torch_tensor_norm_dim(Native, dim, keepdim ? 1 : 0, p, out var result);
            return new Tensor(result);
        }

        public Tensor cumsum(long dim, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_cumsum(Native, dim, Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor var(bool unbiased = true)
        {
            NativeMethods.mcd_torch_tensor_var(Native, unbiased ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor var(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_var_dims(Native, dimensions, dimensions.Length, unbiased ? 1 : 0,
                keepdim ? 1 : 0, Code(type), out var result);
            return new Tensor(result);
        }

        public Tensor std(bool unbiased = true)
        {
            NativeMethods.mcd_torch_tensor_std(Native, unbiased ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public Tensor std(long[] dimensions, bool unbiased = true, bool keepdim = false, ScalarType? type = null)
        {
            NativeMethods.mcd_torch_tensor_std_dims(Native, dimensions, dimensions.Length, unbiased ? 1 : 0,
                keepdim ? 1 : 0, Code(type), out var result);
            return new Tensor(result);
        }

        public (Tensor Values, Tensor Indices) sort(long dim = -1, bool descending = false, bool stable = false)
        {
            NativeMethods.mcd_torch_tensor_sort(Native, dim, descending ? 1 : 0, stable ? 1 : 0, out var first,
                out var second);
            return (new Tensor(first), new Tensor(second));
        }

        public Tensor argsort(long dim = -1, bool descending = false)
        {
            NativeMethods.mcd_torch_tensor_argsort(Native, dim, descending ? 1 : 0, out var result);
            return new Tensor(result);
        }

        public (Tensor values, Tensor indexes) topk(int k, int dim = -1, bool largest = true, bool sorted = true)
        {
            NativeMethods.mcd_torch_tensor_topk(Native, k, dim, largest ? 1 : 0, sorted ? 1 : 0, out var first,
                out var second);
            return (new Tensor(first), new Tensor(second));
        }

        public bool allclose(Tensor target, double rtol = 1E-05, double atol = 1E-08, bool equal_nan = false)
        {
            NativeMethods.mcd_torch_tensor_allclose(Native, target.Native, rtol, atol, equal_nan ? 1 : 0,
                out var result);
            return result != 0;
        }

        public Tensor nonzero()
        {
            NativeMethods.mcd_torch_tensor_nonzero(Native, out var result);
            return new Tensor(result);
        }
    }
}
