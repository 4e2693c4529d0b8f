// What the files about devices share.
#pragma once

#include "mcd_torchext_device.h"

#include <c10/core/Stream.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include "guard.h"

namespace mcd::device {

/// libtorch's driver of CUDA devices. Throws, in a sentence, where this libtorch has none.
c10::impl::VirtualGuardImpl driver();

/// The device with this index. Throws when there is none.
c10::Device device(int32_t index);

inline c10::Stream &stream(mcd_stream *handle) {
    if (handle == nullptr)
        throw std::invalid_argument("expected a stream, found a null handle");
    return *static_cast<c10::Stream *>(handle);
}

}  // namespace mcd::device
