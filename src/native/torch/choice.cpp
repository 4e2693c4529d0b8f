// Comparisons, what is made of their answers, and choices by mask.
#include "tensor.h"

#include <ATen/ops/where.h>

using namespace mcd;

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

mcd_status mcd_torch_tensor_logical_not(mcd_tensor *self, mcd_tensor **out) {
    return guard("logical_not", [&] { give(out, tensor(self).logical_not()); });
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
