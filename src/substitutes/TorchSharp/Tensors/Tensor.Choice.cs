using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Comparisons, what is made of their answers, and choices by mask.
    public partial class Tensor
    {
        public Tensor eq(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_eq(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor eq(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_eq_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor ne(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_ne(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor ne(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_ne_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor lt(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_lt(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor lt(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_lt_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor le(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_le(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor le(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_le_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor gt(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_gt(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor gt(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_gt_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor ge(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_ge(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor ge(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_ge_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor bitwise_and(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_bitwise_and(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor bitwise_or(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_bitwise_or(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor bitwise_xor(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_bitwise_xor(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor bitwise_not()
        {
            NativeMethods.mcd_torch_tensor_bitwise_not(Native, out var result);
            return new Tensor(result);
        }

        public Tensor logical_not()
        {
            NativeMethods.mcd_torch_tensor_logical_not(Native, out var result);
            return new Tensor(result);
        }

        public Tensor logical_and(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_logical_and(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor logical_or(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_logical_or(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor where(Tensor condition, Tensor y)
        {
            NativeMethods.mcd_torch_tensor_where(Native, condition.Native, y.Native, out var result);
            return new Tensor(result);
        }

        public Tensor masked_fill(Tensor mask, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_masked_fill(Native, mask.Native, value.Native, out var result);
            return new Tensor(result);
        }

        public Tensor masked_fill_(Tensor mask, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_masked_fill_(Native, mask.Native, value.Native);
            return this;
        }
    }
}
