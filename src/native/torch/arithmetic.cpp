// Arithmetic of two tensors, or of a tensor and a number, with broadcasting.
#include "tensor.h"

#include <ATen/ops/floor_divide.h>

using namespace mcd;

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

mcd_status mcd_torch_tensor_maximum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("maximum", [&] { give(out, tensor(self).maximum(tensor(other))); });
}

mcd_status mcd_torch_tensor_minimum(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("minimum", [&] { give(out, tensor(self).minimum(tensor(other))); });
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
