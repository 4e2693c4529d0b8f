// In place of cuda.cpp, where CMakeLists.txt did not find CUDA.
#include "device.h"

namespace {

[[noreturn]] void refuse() {
    mcd::device::driver();
    throw std::runtime_error(
        "expected a bridge built with CUDA's headers, found one without. Build it where cuda_runtime_api.h is found "
        "(CUDA_HOME, or nvidia/cuda_runtime beside torch); -DMCD_CUDA=ON makes CMake say what is missing");
}

}  // namespace

mcd_status mcd_torchext_stream_raw(mcd_stream *, void **) {
    return mcd::guard("raw stream", [] { refuse(); });
}

mcd_status mcd_torchext_device_memory(int32_t, mcd_device_memory *) {
    return mcd::guard("memory of a device", [] { refuse(); });
}

mcd_status mcd_torchext_device_memory_reset_peaks(int32_t) {
    return mcd::guard("memory of a device", [] { refuse(); });
}
