using System.Runtime.InteropServices;
using MiniCpmDist.Native.Loading;

namespace TorchSharp.Interop;

internal static partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_abs(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ceil(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_cos(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_erf(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_exp(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_expm1(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_floor(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log1p(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log2(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_neg(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_reciprocal(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_relu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_rsqrt(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sigmoid(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sign(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sin(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sqrt(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_square(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tanh(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_trunc(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_abs_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_exp_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_log_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_neg_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_relu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_rsqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sigmoid_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sqrt_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_tanh_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_silu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_silu_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gelu(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isfinite(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isnan(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_isinf(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_not(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_round(TensorHandle self, long decimals, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add(TensorHandle self, TensorHandle target, NativeScalar alpha,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_scalar(TensorHandle self, NativeScalar scalar,
        NativeScalar alpha, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_(TensorHandle self, TensorHandle target, NativeScalar alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_add_scalar_(TensorHandle self, NativeScalar scalar,
        NativeScalar alpha);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_(TensorHandle self, TensorHandle target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_sub_scalar_(TensorHandle self, NativeScalar target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_(TensorHandle self, TensorHandle target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_mul_scalar_(TensorHandle self, NativeScalar target);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div(TensorHandle self, TensorHandle target, int rounding_mode,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_scalar(TensorHandle self, NativeScalar target,
        int rounding_mode, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_(TensorHandle self, TensorHandle target, int rounding_mode);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_div_scalar_(TensorHandle self, NativeScalar target,
        int rounding_mode);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_floor_divide(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_remainder(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_remainder_scalar(TensorHandle self, NativeScalar scalar,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow(TensorHandle self, TensorHandle exponent,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_scalar(TensorHandle self, NativeScalar exponent,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_(TensorHandle self, TensorHandle exponent);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_pow_scalar_(TensorHandle self, NativeScalar exponent);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_eq(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_eq_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ne(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ne_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lt(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lt_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_le(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_le_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gt(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_gt_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ge(TensorHandle self, TensorHandle target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_ge_scalar(TensorHandle self, NativeScalar target,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_maximum(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_minimum(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_clamp(TensorHandle self, NativeScalar min, NativeScalar max,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_clamp_(TensorHandle self, NativeScalar min, NativeScalar max);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcmul(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcmul_(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcdiv(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_addcdiv_(TensorHandle self, TensorHandle tensor1,
        TensorHandle tensor2, NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lerp(TensorHandle self, TensorHandle end, TensorHandle weight,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_lerp_(TensorHandle self, TensorHandle end, TensorHandle weight);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_and(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_or(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_xor(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_bitwise_not(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_and(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_logical_or(TensorHandle self, TensorHandle other,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_where(TensorHandle self, TensorHandle condition, TensorHandle y,
        out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_masked_fill(TensorHandle self, TensorHandle mask,
        NativeScalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_masked_fill_(TensorHandle self, TensorHandle mask,
        NativeScalar value);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_zero_(TensorHandle self);

    [LibraryImport(Library)]
    internal static partial Status mcd_torch_tensor_fill_(TensorHandle self, NativeScalar value);
}
