using TorchSharp.Interop;

namespace TorchSharp;

public static partial class torch
{
    // Element by element. A trailing underscore writes in place and returns this tensor.
    public partial class Tensor
    {
        public Tensor abs()
        {
            NativeMethods.mcd_torch_tensor_abs(Native, out var result);
            return new Tensor(result);
        }

        public Tensor ceil()
        {
            NativeMethods.mcd_torch_tensor_ceil(Native, out var result);
            return new Tensor(result);
        }

        public Tensor cos()
        {
            NativeMethods.mcd_torch_tensor_cos(Native, out var result);
            return new Tensor(result);
        }

        public Tensor erf()
        {
            NativeMethods.mcd_torch_tensor_erf(Native, out var result);
            return new Tensor(result);
        }

        public Tensor exp()
        {
            NativeMethods.mcd_torch_tensor_exp(Native, out var result);
            return new Tensor(result);
        }

        public Tensor expm1()
        {
            NativeMethods.mcd_torch_tensor_expm1(Native, out var result);
            return new Tensor(result);
        }

        public Tensor floor()
        {
            NativeMethods.mcd_torch_tensor_floor(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log()
        {
            NativeMethods.mcd_torch_tensor_log(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log1p()
        {
            NativeMethods.mcd_torch_tensor_log1p(Native, out var result);
            return new Tensor(result);
        }

        public Tensor log2()
        {
            NativeMethods.mcd_torch_tensor_log2(Native, out var result);
            return new Tensor(result);
        }

        public Tensor neg()
        {
            NativeMethods.mcd_torch_tensor_neg(Native, out var result);
            return new Tensor(result);
        }

        public Tensor reciprocal()
        {
            NativeMethods.mcd_torch_tensor_reciprocal(Native, out var result);
            return new Tensor(result);
        }

        public Tensor relu()
        {
            NativeMethods.mcd_torch_tensor_relu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor rsqrt()
        {
            NativeMethods.mcd_torch_tensor_rsqrt(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sigmoid()
        {
            NativeMethods.mcd_torch_tensor_sigmoid(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sign()
        {
            NativeMethods.mcd_torch_tensor_sign(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sin()
        {
            NativeMethods.mcd_torch_tensor_sin(Native, out var result);
            return new Tensor(result);
        }

        public Tensor sqrt()
        {
            NativeMethods.mcd_torch_tensor_sqrt(Native, out var result);
            return new Tensor(result);
        }

        public Tensor square()
        {
            NativeMethods.mcd_torch_tensor_square(Native, out var result);
            return new Tensor(result);
        }

        public Tensor tanh()
        {
            NativeMethods.mcd_torch_tensor_tanh(Native, out var result);
            return new Tensor(result);
        }

        public Tensor trunc()
        {
            NativeMethods.mcd_torch_tensor_trunc(Native, out var result);
            return new Tensor(result);
        }

        public Tensor abs_()
        {
            NativeMethods.mcd_torch_tensor_abs_(Native);
            return this;
        }

        public Tensor exp_()
        {
            NativeMethods.mcd_torch_tensor_exp_(Native);
            return this;
        }

        public Tensor log_()
        {
            NativeMethods.mcd_torch_tensor_log_(Native);
            return this;
        }

        public Tensor neg_()
        {
            NativeMethods.mcd_torch_tensor_neg_(Native);
            return this;
        }

        public Tensor relu_()
        {
            NativeMethods.mcd_torch_tensor_relu_(Native);
            return this;
        }

        public Tensor rsqrt_()
        {
            NativeMethods.mcd_torch_tensor_rsqrt_(Native);
            return this;
        }

        public Tensor sigmoid_()
        {
            NativeMethods.mcd_torch_tensor_sigmoid_(Native);
            return this;
        }

        public Tensor sqrt_()
        {
            NativeMethods.mcd_torch_tensor_sqrt_(Native);
            return this;
        }

        public Tensor tanh_()
        {
            NativeMethods.mcd_torch_tensor_tanh_(Native);
            return this;
        }

        public Tensor silu()
        {
            NativeMethods.mcd_torch_tensor_silu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor silu_()
        {
            NativeMethods.mcd_torch_tensor_silu_(Native);
            return this;
        }

        public Tensor gelu()
        {
            NativeMethods.mcd_torch_tensor_gelu(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isfinite()
        {
            NativeMethods.mcd_torch_tensor_isfinite(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isnan()
        {
            NativeMethods.mcd_torch_tensor_isnan(Native, out var result);
            return new Tensor(result);
        }

        public Tensor isinf()
        {
            NativeMethods.mcd_torch_tensor_isinf(Native, out var result);
            return new Tensor(result);
        }

        public Tensor logical_not()
        {
            NativeMethods.mcd_torch_tensor_logical_not(Native, out var result);
            return new Tensor(result);
        }

        public Tensor round(long decimals = 0)
        {
            NativeMethods.mcd_torch_tensor_round(Native, decimals, out var result);
            return new Tensor(result);
        }

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

        public Tensor clamp(Scalar? min = null, Scalar? max = null)
        {
            NativeMethods.mcd_torch_tensor_clamp(Native, Scalar.Optional(min), Scalar.Optional(max), out var result);
            return new Tensor(result);
        }

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            NativeMethods.mcd_torch_tensor_clamp_(Native, Scalar.Optional(min), Scalar.Optional(max));
            return this;
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

        public Tensor zero_()
        {
            NativeMethods.mcd_torch_tensor_zero_(Native);
            return this;
        }

        public Tensor fill_(Scalar value)
        {
            NativeMethods.mcd_torch_tensor_fill_(Native, value.Native);
            return this;
        }
    }
}
