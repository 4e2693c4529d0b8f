// What every file of this folder starts with: the tensor type, the guard, and the way handles go in and out.
#pragma once

#include "mcd_torch.h"

#include <ATen/core/Tensor.h>

#include "guard.h"

namespace mcd {

inline at::Tensor &tensor(mcd_tensor *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected a tensor, found a null handle");
    return *static_cast<at::Tensor *>(handle);
}

/// Hands a tensor to the caller and counts it.
inline void give(mcd_tensor **out, at::Tensor value) {
    *out = new at::Tensor(std::move(value));
    mcd_internal_count_object(+1);
}

}  // namespace mcd
