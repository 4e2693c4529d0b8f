// What every file of this folder starts with: the tensor type, the guard, and the way values go in and out.
#pragma once

#include "mcd_torch.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Scalar.h>
#include <c10/util/Optional.h>
#include <torch/csrc/api/include/torch/version.h>

#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "guard.h"

namespace mcd {

// libtorch's own types up to 2.x, where they became aliases of the standard's, and then went. The versions are ones
// that have the standard's for certain.
#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
template <class T>
using optional = std::optional<T>;
#else
template <class T>
using optional = c10::optional<T>;
#endif

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 8)
using string_view = std::string_view;
#else
using string_view = c10::string_view;
#endif

inline at::Tensor &tensor(mcd_tensor *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected a tensor, found a null handle");
    return *static_cast<at::Tensor *>(handle);
}

inline optional<at::Tensor> optional_tensor(mcd_tensor *handle) {
    return handle == nullptr ? optional<at::Tensor>() : optional<at::Tensor>(*static_cast<at::Tensor *>(handle));
}

/// NULLs become undefined tensors.
inline std::vector<at::Tensor> tensors(mcd_tensor *const *handles, int32_t count) {
    std::vector<at::Tensor> list;
    list.reserve(count);
    for (int32_t i = 0; i < count; ++i)
        list.push_back(handles[i] == nullptr ? at::Tensor() : *static_cast<at::Tensor *>(handles[i]));
    return list;
}

inline at::Scalar number(const mcd_scalar &value) {
    switch (value.kind) {
        case MCD_SCALAR_INTEGER: return at::Scalar(value.integer);
        case MCD_SCALAR_REAL: return at::Scalar(value.real);
        case MCD_SCALAR_BOOL: return at::Scalar(value.integer != 0);
        default: throw std::invalid_argument("expected a number, found none");
    }
}

inline optional<at::Scalar> optional_number(const mcd_scalar &value) {
    return value.kind == MCD_SCALAR_NONE ? optional<at::Scalar>() : optional<at::Scalar>(number(value));
}

inline optional<at::ScalarType> optional_type(int32_t dtype) {
    return dtype < 0 ? optional<at::ScalarType>() : optional<at::ScalarType>(static_cast<at::ScalarType>(dtype));
}

inline at::Tensor in_type(const at::Tensor &value, int32_t dtype) {
    return dtype < 0 ? value : value.to(static_cast<at::ScalarType>(dtype));
}

inline at::IntArrayRef extents(const int64_t *values, int32_t count) {
    return at::IntArrayRef(values, static_cast<std::size_t>(count));
}

inline optional<string_view> rounding(int32_t mode) {
    switch (mode) {
        case 0: return {};
        case 1: return string_view("trunc");
        case 2: return string_view("floor");
        default: throw std::invalid_argument("expected a rounding mode of 0 (none), 1 (trunc) or 2 (floor)");
    }
}

/// Hands a tensor to the caller and counts it.
inline void give(mcd_tensor **out, at::Tensor value) {
    *out = new at::Tensor(std::move(value));
    mcd_internal_count_object(+1);
}

inline void give_or_null(mcd_tensor **out, at::Tensor value) {
    *out = nullptr;
    if (value.defined())
        give(out, std::move(value));
}

inline void give(mcd_tensor **first, mcd_tensor **second, std::tuple<at::Tensor, at::Tensor> values) {
    give(first, std::move(std::get<0>(values)));
    give(second, std::move(std::get<1>(values)));
}

inline void give(mcd_tensor **out, int32_t capacity, int32_t *count, std::vector<at::Tensor> values) {
    if (values.size() > static_cast<std::size_t>(capacity))
        throw std::invalid_argument("more parts than the caller has room for");
    *count = static_cast<int32_t>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
        give(out + i, std::move(values[i]));
}

}  // namespace mcd
