// Element by element: arithmetic, powers, comparisons, activations. Names with a trailing _ write in place.
#include "tensor.h"

#include <ATen/ops/silu.h>
#include <ATen/ops/gelu.h>
#include <ATen/ops/where.h>
#include <ATen/ops/floor_divide.h>

using namespace mcd;

mcd_status mcd_torch_tensor_abs(mcd_tensor *self, mcd_tensor **out) {
    return guard("abs", [&] { give(out, tensor(self).abs()); });
}

mcd_status mcd_torch_tensor_ceil(mcd_tensor *self, mcd_tensor **out) {
    return guard("ceil", [&] { give(out, tensor(self).ceil()); });
}

mcd_status mcd_torch_tensor_cos(mcd_tensor *self, mcd_tensor **out) {
    return guard("cos", [&] { give(out, tensor(self).cos()); });
}

mcd_status mcd_torch_tensor_erf(mcd_tensor *self, mcd_tensor **out) {
    return guard("erf", [&] { give(out, tensor(self).erf()); });
}

mcd_status mcd_torch_tensor_exp(mcd_tensor *self, mcd_tensor **out) {
    return guard("exp", [&] { give(out, tensor(self).exp()); });
}

mcd_status mcd_torch_tensor_expm1(mcd_tensor *self, mcd_tensor **out) {
    return guard("expm1", [&] { give(out, tensor(self).expm1()); });
}

mcd_status mcd_torch_tensor_floor(mcd_tensor *self, mcd_tensor **out) {
    return guard("floor", [&] { give(out, tensor(self).floor()); });
}

mcd_status mcd_torch_tensor_log(mcd_tensor *self, mcd_tensor **out) {
    return guard("log", [&] { give(out, tensor(self).log()); });
}

mcd_status mcd_torch_tensor_log1p(mcd_tensor *self, mcd_tensor **out) {
    return guard("log1p", [&] { give(out, tensor(self).log1p()); });
}

mcd_status mcd_torch_tensor_log2(mcd_tensor *self, mcd_tensor **out) {
    return guard("log2", [&] { give(out, tensor(self).log2()); });
}

mcd_status mcd_torch_tensor_neg(mcd_tensor *self, mcd_tensor **out) {
    return guard("neg", [&] { give(out, tensor(self).neg()); });
}

mcd_status mcd_torch_tensor_reciprocal(mcd_tensor *self, mcd_tensor **out) {
    return guard("reciprocal", [&] { give(out, tensor(self).reciprocal()); });
}

mcd_status mcd_torch_tensor_relu(mcd_tensor *self, mcd_tensor **out) {
    return guard("relu", [&] { give(out, tensor(self).relu()); });
}

mcd_status mcd_torch_tensor_rsqrt(mcd_tensor *self, mcd_tensor **out) {
    return guard("rsqrt", [&] { give(out, tensor(self).rsqrt()); });
}

mcd_status mcd_torch_tensor_sigmoid(mcd_tensor *self, mcd_tensor **out) {
    return guard("sigmoid", [&] { give(out, tensor(self).sigmoid()); });
}

mcd_status mcd_torch_tensor_sign(mcd_tensor *self, mcd_tensor **out) {
    return guard("sign", [&] { give(out, tensor(self).sign()); });
}

mcd_status mcd_torch_tensor_sin(mcd_tensor *self, mcd_tensor **out) {
    return guard("sin", [&] { give(out, tensor(self).sin()); });
}

mcd_status mcd_torch_tensor_sqrt(mcd_tensor *self, mcd_tensor **out) {
    return guard("sqrt", [&] { give(out, tensor(self).sqrt()); });
}

mcd_status mcd_torch_tensor_square(mcd_tensor *self, mcd_tensor **out) {
    return guard("square", [&] { give(out, tensor(self).square()); });
}

mcd_status mcd_torch_tensor_tanh(mcd_tensor *self, mcd_tensor **out) {
    return guard("tanh", [&] { give(out, tensor(self).tanh()); });
}

mcd_status mcd_torch_tensor_trunc(mcd_tensor *self, mcd_tensor **out) {
    return guard("trunc", [&] { give(out, tensor(self).trunc()); });
}

mcd_status mcd_torch_tensor_abs_(mcd_tensor *self) {
    return guard("abs_", [&] { tensor(self).abs_(); });
}

mcd_status mcd_torch_tensor_exp_(mcd_tensor *self) {
    return guard("exp_", [&] { tensor(self).exp_(); });
}

mcd_status mcd_torch_tensor_log_(mcd_tensor *self) {
    return guard("log_", [&] { tensor(self).log_(); });
}

mcd_status mcd_torch_tensor_neg_(mcd_tensor *self) {
    return guard("neg_", [&] { tensor(self).neg_(); });
}

mcd_status mcd_torch_tensor_relu_(mcd_tensor *self) {
    return guard("relu_", [&] { tensor(self).relu_(); });
}

mcd_status mcd_torch_tensor_rsqrt_(mcd_tensor *self) {
    return guard("rsqrt_", [&] { tensor(self).rsqrt_(); });
}

mcd_status mcd_torch_tensor_sigmoid_(mcd_tensor *self) {
    return guard("sigmoid_", [&] { tensor(self).sigmoid_(); });
}

mcd_status mcd_torch_tensor_sqrt_(mcd_tensor *self) {
    return guard("sqrt_", [&] { tensor(self).sqrt_(); });
}

mcd_status mcd_torch_tensor_tanh_(mcd_tensor *self) {
    return guard("tanh_", [&] { tensor(self).tanh_(); });
}

mcd_status mcd_torch_tensor_silu(mcd_tensor *self, mcd_tensor **out) {
    return guard("silu", [&] { give(out, at::silu(tensor(self))); });
}

mcd_status mcd_torch_tensor_silu_(mcd_tensor *self) {
    return guard("silu_", [&] { at::silu_(tensor(self)); });
}

mcd_status mcd_torch_tensor_gelu(mcd_tensor *self, mcd_tensor **out) {
    return guard("gelu", [&] { give(out, at::gelu(tensor(self))); });
}

mcd_status mcd_torch_tensor_isfinite(mcd_tensor *self, mcd_tensor **out) {
    return guard("isfinite", [&] { give(out, tensor(self).isfinite()); });
}

mcd_status mcd_torch_tensor_isnan(mcd_tensor *self, mcd_tensor **out) {
    return guard("isnan", [&] { give(out, tensor(self).isnan()); });
}

mcd_status mcd_torch_tensor_isinf(mcd_tensor *self, mcd_tensor **out) {
    return guard("isinf", [&] { give(out, tensor(self).isinf()); });
}

mcd_status mcd_torch_tensor_logical_not(mcd_tensor *self, mcd_tensor **out) {
    return guard("logical_not", [&] { give(out, tensor(self).logical_not()); });
}

mcd_status mcd_torch_tensor_round(mcd_tensor *self, int64_t decimals, mcd_tensor **out) {
    return guard("round", [&] { give(out, tensor(self).round(decimals)); });
}

mcd_status mcd_torch_tensor_add(mcd_tensor *self, mcd_tensor *target, mcd_scalar alpha, mcd_tensor **out) {
    return guard("add", [&] { give(out, tensor(self).add(tensor(target), number(alpha))); });
}

mcd_status mcd_torch_tensor_add_scalar(mcd_tensor *self, mcd_scalar scalar, mcd_scalar alpha, mcd_tensor **out) {
    return guard("add", [&] { give(out, tensor(self).add(number(scalar), number(alpha))); });
}

mcd_status mcd_torch_tensor_add_(mcd_tensor *self, mcd_tensor *target, mcd_scalar alpha) {
    return guard("add_", [&] { tensor(self).add_(tensor(target), number(alpha)); });
}

mcd_status mcd_torch_tensor_add_scalar_(mcd_tensor *self, mcd_scalar scalar, mcd_scalar alpha) {
    return guard("add_", [&] { tensor(self).add_(number(scalar), number(alpha)); });
}

mcd_status mcd_torch_tensor_sub(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("sub", [&] { give(out, tensor(self).sub(tensor(target))); });
}

mcd_status mcd_torch_tensor_sub_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("sub", [&] { give(out, tensor(self).sub(number(target))); });
}

mcd_status mcd_torch_tensor_sub_(mcd_tensor *self, mcd_tensor *target) {
    return guard("sub_", [&] { tensor(self).sub_(tensor(target)); });
}

mcd_status mcd_torch_tensor_sub_scalar_(mcd_tensor *self, mcd_scalar target) {
    return guard("sub_", [&] { tensor(self).sub_(number(target)); });
}

mcd_status mcd_torch_tensor_mul(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("mul", [&] { give(out, tensor(self).mul(tensor(target))); });
}

mcd_status mcd_torch_tensor_mul_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("mul", [&] { give(out, tensor(self).mul(number(target))); });
}

mcd_status mcd_torch_tensor_mul_(mcd_tensor *self, mcd_tensor *target) {
    return guard("mul_", [&] { tensor(self).mul_(tensor(target)); });
}

mcd_status mcd_torch_tensor_mul_scalar_(mcd_tensor *self, mcd_scalar target) {
    return guard("mul_", [&] { tensor(self).mul_(number(target)); });
}

mcd_status mcd_torch_tensor_div(mcd_tensor *self, mcd_tensor *target, int32_t rounding_mode, mcd_tensor **out) {
    return guard("div", [&] { give(out, tensor(self).div(tensor(target), rounding(rounding_mode))); });
}

mcd_status mcd_torch_tensor_div_scalar(mcd_tensor *self, mcd_scalar target, int32_t rounding_mode, mcd_tensor **out) {
    return guard("div", [&] { give(out, tensor(self).div(number(target), rounding(rounding_mode))); });
}

mcd_status mcd_torch_tensor_div_(mcd_tensor *self, mcd_tensor *target, int32_t rounding_mode) {
    return guard("div_", [&] { tensor(self).div_(tensor(target), rounding(rounding_mode)); });
}

mcd_status mcd_torch_tensor_div_scalar_(mcd_tensor *self, mcd_scalar target, int32_t rounding_mode) {
    return guard("div_", [&] { tensor(self).div_(number(target), rounding(rounding_mode)); });
}

mcd_status mcd_torch_tensor_floor_divide(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("floor_divide", [&] { give(out, at::floor_divide(tensor(self), tensor(other))); });
}

mcd_status mcd_torch_tensor_remainder(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("remainder", [&] { give(out, tensor(self).remainder(tensor(target))); });
}

mcd_status mcd_torch_tensor_remainder_scalar(mcd_tensor *self, mcd_scalar scalar, mcd_tensor **out) {
    return guard("remainder", [&] { give(out, tensor(self).remainder(number(scalar))); });
}

mcd_status mcd_torch_tensor_pow(mcd_tensor *self, mcd_tensor *exponent, mcd_tensor **out) {
    return guard("pow", [&] { give(out, tensor(self).pow(tensor(exponent))); });
}

mcd_status mcd_torch_tensor_pow_scalar(mcd_tensor *self, mcd_scalar exponent, mcd_tensor **out) {
    return guard("pow", [&] { give(out, tensor(self).pow(number(exponent))); });
}

mcd_status mcd_torch_tensor_pow_(mcd_tensor *self, mcd_tensor *exponent) {
    return guard("pow_", [&] { tensor(self).pow_(tensor(exponent)); });
}

mcd_status mcd_torch_tensor_pow_scalar_(mcd_tensor *self, mcd_scalar exponent) {
    return guard("pow_", [&] { tensor(self).pow_(number(exponent)); });
}

mcd_status mcd_torch_tensor_eq(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("eq", [&] { give(out, tensor(self).eq(tensor(target))); });
}

mcd_status mcd_torch_tensor_eq_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("eq", [&] { give(out, tensor(self).eq(number(target))); });
}

mcd_status mcd_torch_tensor_ne(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("ne", [&] { give(out, tensor(self).ne(tensor(target))); });
}

mcd_status mcd_torch_tensor_ne_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("ne", [&] { give(out, tensor(self).ne(number(target))); });
}

mcd_status mcd_torch_tensor_lt(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("lt", [&] { give(out, tensor(self).lt(tensor(target))); });
}

mcd_status mcd_torch_tensor_lt_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("lt", [&] { give(out, tensor(self).lt(number(target))); });
}

mcd_status mcd_torch_tensor_le(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("le", [&] { give(out, tensor(self).le(tensor(target))); });
}

mcd_status mcd_torch_tensor_le_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("le", [&] { give(out, tensor(self).le(number(target))); });
}

mcd_status mcd_torch_tensor_gt(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("gt", [&] { give(out, tensor(self).gt(tensor(target))); });
}

mcd_status mcd_torch_tensor_gt_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("gt", [&] { give(out, tensor(self).gt(number(target))); });
}

mcd_status mcd_torch_tensor_ge(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("ge", [&] { give(out, tensor(self).ge(tensor(target))); });
}

mcd_status mcd_torch_tensor_ge_scalar(mcd_tensor *self, mcd_scalar target, mcd_tensor **out) {
    return guard("ge", [&] { give(out, tensor(self).ge(number(target))); });
}

mcd_status mcd_torch_tensor_maximum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("maximum", [&] { give(out, tensor(self).maximum(tensor(other))); });
}

mcd_status mcd_torch_tensor_minimum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("minimum", [&] { give(out, tensor(self).minimum(tensor(other))); });
}

mcd_status mcd_torch_tensor_clamp(mcd_tensor *self, mcd_scalar min, mcd_scalar max, mcd_tensor **out) {
    return guard("clamp", [&] { give(out, tensor(self).clamp(optional_number(min), optional_number(max))); });
}

mcd_status mcd_torch_tensor_clamp_(mcd_tensor *self, mcd_scalar min, mcd_scalar max) {
    return guard("clamp_", [&] { tensor(self).clamp_(optional_number(min), optional_number(max)); });
}

mcd_status mcd_torch_tensor_addcmul(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2, mcd_scalar value,
    mcd_tensor **out) {
    return guard("addcmul", [&] {
        give(out, tensor(self).addcmul(tensor(tensor1), tensor(tensor2), number(value)));
    });
}

mcd_status mcd_torch_tensor_addcmul_(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2, mcd_scalar value) {
    return guard("addcmul_", [&] { tensor(self).addcmul_(tensor(tensor1), tensor(tensor2), number(value)); });
}

mcd_status mcd_torch_tensor_addcdiv(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2, mcd_scalar value,
    mcd_tensor **out) {
    return guard("addcdiv", [&] {
        give(out, tensor(self).addcdiv(tensor(tensor1), tensor(tensor2), number(value)));
    });
}

mcd_status mcd_torch_tensor_addcdiv_(mcd_tensor *self, mcd_tensor *tensor1, mcd_tensor *tensor2, mcd_scalar value) {
    return guard("addcdiv_", [&] { tensor(self).addcdiv_(tensor(tensor1), tensor(tensor2), number(value)); });
}

mcd_status mcd_torch_tensor_lerp(mcd_tensor *self, mcd_tensor *end, mcd_tensor *weight, mcd_tensor **out) {
    return guard("lerp", [&] { give(out, tensor(self).lerp(tensor(end), tensor(weight))); });
}

mcd_status mcd_torch_tensor_lerp_(mcd_tensor *self, mcd_tensor *end, mcd_tensor *weight) {
    return guard("lerp_", [&] { tensor(self).lerp_(tensor(end), tensor(weight)); });
}

mcd_status mcd_torch_tensor_bitwise_and(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("bitwise_and", [&] { give(out, tensor(self).bitwise_and(tensor(other))); });
}

mcd_status mcd_torch_tensor_bitwise_or(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("bitwise_or", [&] { give(out, tensor(self).bitwise_or(tensor(other))); });
}

mcd_status mcd_torch_tensor_bitwise_xor(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("bitwise_xor", [&] { give(out, tensor(self).bitwise_xor(tensor(other))); });
}

mcd_status mcd_torch_tensor_bitwise_not(mcd_tensor *self, mcd_tensor **out) {
    return guard("bitwise_not", [&] { give(out, tensor(self).bitwise_not()); });
}

mcd_status mcd_torch_tensor_logical_and(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("logical_and", [&] { give(out, tensor(self).logical_and(tensor(other))); });
}

mcd_status mcd_torch_tensor_logical_or(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("logical_or", [&] { give(out, tensor(self).logical_or(tensor(other))); });
}

mcd_status mcd_torch_tensor_where(mcd_tensor *self, mcd_tensor *condition, mcd_tensor *y, mcd_tensor **out) {
    return guard("where", [&] { give(out, at::where(tensor(condition), tensor(self), tensor(y))); });
}

mcd_status mcd_torch_tensor_masked_fill(mcd_tensor *self, mcd_tensor *mask, mcd_scalar value, mcd_tensor **out) {
    return guard("masked_fill", [&] { give(out, tensor(self).masked_fill(tensor(mask), number(value))); });
}

mcd_status mcd_torch_tensor_masked_fill_(mcd_tensor *self, mcd_tensor *mask, mcd_scalar value) {
    return guard("masked_fill_", [&] { tensor(self).masked_fill_(tensor(mask), number(value)); });
}

mcd_status mcd_torch_tensor_zero_(mcd_tensor *self) {
    return guard("zero_", [&] { tensor(self).zero_(); });
}

mcd_status mcd_torch_tensor_fill_(mcd_tensor *self, mcd_scalar value) {
    return guard("fill_", [&] { tensor(self).fill_(number(value)); });
}
