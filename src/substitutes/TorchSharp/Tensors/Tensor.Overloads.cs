using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Shorter spellings of the operations elsewhere.
    public partial class Tensor
    {
        public Tensor T => t();

        public Tensor add(Tensor target) => add(target, 1);

        public Tensor add(Scalar scalar) => add(scalar, 1);

        public Tensor add_(Tensor target) => add_(target, 1);

        public Tensor add_(Scalar scalar) => add_(scalar, 1);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => addcdiv(tensor1, tensor2, 1);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2) => addcdiv_(tensor1, tensor2, 1);

        /// <summary>Equality of each element, not of the tensors.</summary>
        public Tensor equal(Tensor target) => eq(target);

        public Tensor not_equal(Tensor target) => ne(target);

        public Tensor max(Tensor other) => maximum(other);

        public Tensor min(Tensor other) => minimum(other);

        public Tensor sum(long dim, bool keepdim = false, ScalarType? type = null) => sum([dim], keepdim, type);

        public Tensor sum(long dim0, long dim1, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1], keepdim, type);

        public Tensor sum(long dim0, long dim1, long dim2, bool keepdim = false, ScalarType? type = null) =>
            sum([dim0, dim1, dim2], keepdim, type);

        public Tensor var(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            var([dim], unbiased, keepdim, type);

        public Tensor std(long dim, bool unbiased = true, bool keepdim = false, ScalarType? type = null) =>
            std([dim], unbiased, keepdim, type);

        public Tensor amax(params long[] dims) => amax(dims, false);

        public Tensor amin(params long[] dims) => amin(dims, false);

        public Tensor amax(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            amax((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amin(long[] dims, bool keepdim = false, Tensor? @out = null) =>
            amin((ReadOnlySpan<long>)dims, keepdim, @out);

        public Tensor amax(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            NativeMethods.mcd_torch_tensor_amax(Native, dims, dims.Length, keepdim ? 1 : 0, out var result);
            return Into(@out, new Tensor(result));
        }

        public Tensor amin(ReadOnlySpan<long> dims, bool keepdim = false, Tensor? @out = null)
        {
            NativeMethods.mcd_torch_tensor_amin(Native, dims, dims.Length, keepdim ? 1 : 0, out var result);
            return Into(@out, new Tensor(result));
        }

        public Tensor expand(params long[] sizes) => expand(sizes, false);

        public Tensor permute(IEnumerable<long> permutation) => permute([.. permutation]);

        public Tensor squeeze(long? dim = null)
        {
            TensorHandle result;
            if (dim is { } one)
                NativeMethods.mcd_torch_tensor_squeeze_dim(Native, one, out result);
            else
                NativeMethods.mcd_torch_tensor_squeeze(Native, out result);
            return new Tensor(result);
        }

        public Tensor repeat_interleave(long repeats, long? dim = null, long? output_size = null)
        {
            using var flat = dim is null ? flatten() : alias();
            NativeMethods.mcd_torch_tensor_repeat_interleave(flat.Native, repeats, dim ?? 0, out var result);
            return new Tensor(result);
        }

        public Tensor[] split(params long[] sizes) => split(sizes, 0L);

        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.zeros_like(this, dtype, device, requires_grad);

        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.ones_like(this, dtype, device, requires_grad);

        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            torch.empty_like(this, dtype, device, requires_grad);

        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            torch.full_like(this, value, dtype, device, requires_grad);

        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null,
            bool requires_grad = false) =>
            empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad);

        private static Tensor Into(Tensor? target, Tensor result)
        {
            if (target is null)
                return result;
            using (result)
                return target.set_(result);
        }
    }
}
