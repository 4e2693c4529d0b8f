// Element type, device and "wants a gradient" of a tensor about to be made.
#pragma once

#include "tensor.h"

#include <c10/core/TensorOptions.h>

namespace mcd {

/// requires_grad stays out: ATen's factories refuse it, it is set afterwards by `wanting`.
inline at::TensorOptions plain(const mcd_tensor_options &options) {
    return at::TensorOptions(static_cast<at::ScalarType>(options.dtype))
        .device(at::Device(static_cast<at::DeviceType>(options.device_type),
                           static_cast<at::DeviceIndex>(options.device_index)));
}

inline at::Tensor wanting(at::Tensor value, const mcd_tensor_options &options) {
    if (options.requires_grad != 0)
        value.set_requires_grad(true);
    return value;
}

}  // namespace mcd
