// Generators as handles: a heap at::Generator *.
#pragma once

#include "tensor.h"

#include <ATen/core/Generator.h>

namespace mcd {

inline at::Generator &generator(mcd_generator *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected a generator, found a null handle");
    return *static_cast<at::Generator *>(handle);
}

inline optional<at::Generator> optional_generator(mcd_generator *handle) {
    return handle == nullptr ? optional<at::Generator>() : optional<at::Generator>(generator(handle));
}

}  // namespace mcd
