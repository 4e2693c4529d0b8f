// What only CUDA's own part of libtorch can tell. Compiled where CMakeLists.txt finds it and CUDA's headers.
#include "device.h"

#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAStream.h>

namespace {

// The first of an allocator's three statistics is that of small and large blocks together, in 1.13 as in 2.x; its name
// has moved.
constexpr std::size_t all_blocks = 0;

}  // namespace

mcd_status mcd_torchext_stream_raw(mcd_stream *stream, void **raw) {
    return mcd::guard("raw stream", [&] { *raw = c10::cuda::CUDAStream(mcd::device::stream(stream)).stream(); });
}

mcd_status mcd_torchext_device_memory(int32_t index, mcd_device_memory *memory) {
    return mcd::guard("memory of a device", [&] {
        const auto device = mcd::device::device(index);
        const auto statistics = c10::cuda::CUDACachingAllocator::getDeviceStats(device.index());
        const auto &allocated = statistics.allocated_bytes[all_blocks];
        const auto &reserved = statistics.reserved_bytes[all_blocks];
        *memory = {allocated.current, allocated.peak, reserved.current, reserved.peak};
    });
}

mcd_status mcd_torchext_device_memory_reset_peaks(int32_t index) {
    return mcd::guard("memory of a device", [&] {
        const auto device = mcd::device::device(index);
        c10::cuda::CUDACachingAllocator::resetPeakStats(device.index());
    });
}
