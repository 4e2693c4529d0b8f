using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Arithmetic with broadcasting. A trailing underscore writes in place and returns this tensor.
    public partial class Tensor
    {
        public Tensor add(Tensor target, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_add(Native, target.Native, alpha.Native, out var result);
            return new Tensor(result);
        }

        public Tensor add(Scalar scalar, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_add_scalar(Native, scalar.Native, alpha.Native, out var result);
            return new Tensor(result);
        }

        public Tensor add_(Tensor target, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_add_(Native, target.Native, alpha.Native);
            return this;
        }

        public Tensor add_(Scalar scalar, Scalar alpha)
        {
            NativeMethods.mcd_torch_tensor_add_scalar_(Native, scalar.Native, alpha.Native);
            return this;
        }

        public Tensor sub(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_sub(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor sub(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_sub_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor sub_(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_sub_(Native, target.Native);
            return this;
        }

        public Tensor sub_(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_sub_scalar_(Native, target.Native);
            return this;
        }

        public Tensor mul(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_mul(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor mul(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_mul_scalar(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor mul_(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_mul_(Native, target.Native);
            return this;
        }

        public Tensor mul_(Scalar target)
        {
            NativeMethods.mcd_torch_tensor_mul_scalar_(Native, target.Native);
            return this;
        }

        public Tensor div(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            NativeMethods.mcd_torch_tensor_div(Native, target.Native, (int)rounding_mode, out var result);
            return new Tensor(result);
        }

        public Tensor div(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            NativeMethods.mcd_torch_tensor_div_scalar(Native, target.Native, (int)rounding_mode, out var result);
            return new Tensor(result);
        }

        public Tensor div_(Tensor target, RoundingMode rounding_mode = RoundingMode.None)
        {
            NativeMethods.mcd_torch_tensor_div_(Native, target.Native, (int)rounding_mode);
            return this;
        }

        public Tensor div_(Scalar target, RoundingMode rounding_mode = RoundingMode.None)
        {
            NativeMethods.mcd_torch_tensor_div_scalar_(Native, target.Native, (int)rounding_mode);
            return this;
        }

        public Tensor floor_divide(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_floor_divide(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor remainder(Tensor target)
        {
            NativeMethods.mcd_torch_tensor_remainder(Native, target.Native, out var result);
            return new Tensor(result);
        }

        public Tensor remainder(Scalar scalar)
        {
            NativeMethods.mcd_torch_tensor_remainder_scalar(Native, scalar.Native, out var result);
            return new Tensor(result);
        }

        public Tensor pow(Tensor exponent)
        {
            NativeMethods.mcd_torch_tensor_pow(Native, exponent.Native, out var result);
            return new Tensor(result);
        }

        public Tensor pow(Scalar exponent)
        {
            NativeMethods.mcd_torch_tensor_pow_scalar(Native, exponent.Native, out var result);
            return new Tensor(result);
        }

        public Tensor pow_(Tensor exponent)
        {
            NativeMethods.mcd_torch_tensor_pow_(Native, exponent.Native);
            return this;
        }

        public Tensor pow_(Scalar exponent)
        {
            NativeMethods.mcd_torch_tensor_pow_scalar_(Native, exponent.Native);
            return this;
        }

        public Tensor maximum(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_maximum(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor minimum(Tensor other)
        {
            NativeMethods.mcd_torch_tensor_minimum(Native, other.Native, out var result);
            return new Tensor(result);
        }

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_addcmul(Native, tensor1.Native, tensor2.Native, value.Native,
                out var result);
            return new Tensor(result);
        }

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_addcmul_(Native, tensor1.Native, tensor2.Native, value.Native);
            return this;
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_addcdiv(Native, tensor1.Native, tensor2.Native, value.Native,
                out var result);
            return new Tensor(result);
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            NativeMethods.mcd_torch_tensor_addcdiv_(Native, tensor1.Native, tensor2.Native, value.Native);
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight)
        {
            NativeMethods.mcd_torch_tensor_lerp(Native, end.Native, weight.Native, out var result);
            return new Tensor(result);
        }

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            NativeMethods.mcd_torch_tensor_lerp_(Native, end.Native, weight.Native);
            return this;
        }
    }
}
