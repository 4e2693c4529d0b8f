// Tensors out of nothing, out of the caller's memory, or out of other tensors.
#include "tensor.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/eye.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/full.h>
#include <ATen/ops/linspace.h>
#include <ATen/ops/randperm.h>
#include <ATen/ops/stack.h>

#include "generator.h"
#include "options.h"

using namespace mcd;

mcd_status mcd_torch_create_empty(const int64_t *values, int32_t count, mcd_tensor_options options, mcd_tensor **out) {
    return guard("empty", [&] { give(out, wanting(at::empty(extents(values, count), plain(options)), options)); });
}

mcd_status mcd_torch_create_full(const int64_t *values, int32_t count, mcd_scalar value, mcd_tensor_options options,
                                 mcd_tensor **out) {
    return guard("full", [&] {
        give(out, wanting(at::full(extents(values, count), number(value), plain(options)), options));
    });
}

mcd_status mcd_torch_create_range(mcd_scalar start, mcd_scalar stop, mcd_scalar step, mcd_tensor_options options,
                                  mcd_tensor **out) {
    return guard("arange", [&] {
        give(out, wanting(at::arange(number(start), number(stop), number(step), plain(options)), options));
    });
}

mcd_status mcd_torch_create_linspace(mcd_scalar start, mcd_scalar stop, int64_t steps, mcd_tensor_options options,
                                     mcd_tensor **out) {
    return guard("linspace", [&] {
        give(out, wanting(at::linspace(number(start), number(stop), steps, plain(options)), options));
    });
}

mcd_status mcd_torch_create_eye(int64_t rows, int64_t columns, mcd_tensor_options options, mcd_tensor **out) {
    return guard("eye", [&] { give(out, wanting(at::eye(rows, columns, plain(options)), options)); });
}

mcd_status mcd_torch_create_permutation(int64_t n, mcd_generator *generator, mcd_tensor_options options,
    mcd_tensor **out) {
    return guard("randperm", [&] {
        give(out, wanting(at::randperm(n, optional_generator(generator), plain(options)), options));
    });
}

mcd_status mcd_torch_create_copy(const void *data, int64_t bytes, int32_t dtype, const int64_t *values, int32_t count,
                                 mcd_tensor_options options, mcd_tensor **out) {
    return guard("tensor", [&] {
        const auto type = static_cast<at::ScalarType>(dtype);
        const auto shape = extents(values, count);
        const auto expected = c10::multiply_integers(shape) * static_cast<int64_t>(c10::elementSize(type));
        if (expected != bytes)
            throw std::invalid_argument("expected " + std::to_string(expected) +
                                        " bytes for this shape and type, found " + std::to_string(bytes));
        const auto source = bytes == 0
            ? at::empty(shape, at::TensorOptions(type))
            : at::from_blob(const_cast<void *>(data), shape, at::TensorOptions(type));
        const auto target = plain(options);
        // The copy flag matters: without it a tensor of the right type would keep pointing at the caller's memory.
        give(out, wanting(source.to(target.device(), c10::typeMetaToScalarType(target.dtype()), false, true), options));
    });
}

mcd_status mcd_torch_create_cat(mcd_tensor *const *list, int32_t count, int64_t dim, mcd_tensor **out) {
    return guard("cat", [&] { give(out, at::cat(tensors(list, count), dim)); });
}

mcd_status mcd_torch_create_stack(mcd_tensor *const *list, int32_t count, int64_t dim, mcd_tensor **out) {
    return guard("stack", [&] { give(out, at::stack(tensors(list, count), dim)); });
}
