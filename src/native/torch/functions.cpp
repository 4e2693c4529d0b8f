// Functions of one tensor, element by element. Names with a trailing _ write in place.
#include "tensor.h"

#include <ATen/ops/gelu.h>
#include <ATen/ops/silu.h>

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

mcd_status mcd_torch_tensor_round(mcd_tensor *self, int64_t decimals, mcd_tensor **out) {
    return guard("round", [&] { give(out, tensor(self).round(decimals)); });
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

mcd_status mcd_torch_tensor_clamp(mcd_tensor *self, mcd_scalar min, mcd_scalar max, mcd_tensor **out) {
    return guard("clamp", [&] { give(out, tensor(self).clamp(optional_number(min), optional_number(max))); });
}

mcd_status mcd_torch_tensor_clamp_(mcd_tensor *self, mcd_scalar min, mcd_scalar max) {
    return guard("clamp_", [&] { tensor(self).clamp_(optional_number(min), optional_number(max)); });
}

mcd_status mcd_torch_tensor_zero_(mcd_tensor *self) {
    return guard("zero_", [&] { tensor(self).zero_(); });
}

mcd_status mcd_torch_tensor_fill_(mcd_tensor *self, mcd_scalar value) {
    return guard("fill_", [&] { tensor(self).fill_(number(value)); });
}
