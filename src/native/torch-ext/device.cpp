// Which devices there are, and memory of the host that they can reach.
#include "device.h"

#include <ATen/core/Tensor.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <ATen/ops/empty.h>
#include <c10/core/TensorOptions.h>

#include <string>

namespace mcd::device {

c10::impl::VirtualGuardImpl driver() {
    if (!c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA))
        throw std::runtime_error(
            "expected a libtorch with CUDA, found one that was built without. Build with -p:TorchRoot=PREFIX, the "
            "folder with include/ and lib/ of a libtorch with CUDA, such as the one inside a PyTorch install");
    return c10::impl::VirtualGuardImpl(c10::DeviceType::CUDA);
}

c10::Device device(int32_t index) {
    const int32_t count = driver().deviceCount();
    if (index < 0 || index >= count)
        throw std::invalid_argument("expected a device from 0 to " + std::to_string(count - 1) + ", found " +
                                    std::to_string(index) + " (" + std::to_string(count) +
                                    " devices are visible; CUDA_VISIBLE_DEVICES may hide others)");
    return c10::Device(c10::DeviceType::CUDA, static_cast<c10::DeviceIndex>(index));
}

}  // namespace mcd::device

mcd_status mcd_torchext_device_is_supported(int32_t *supported) {
    return mcd::guard("CUDA support",
                      [&] { *supported = c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA) ? 1 : 0; });
}

mcd_status mcd_torchext_device_count(int32_t *count) {
    return mcd::guard("device count", [&] {
        const bool supported = c10::impl::hasDeviceGuardImpl(c10::DeviceType::CUDA);
        *count = supported ? mcd::device::driver().deviceCount() : 0;
    });
}

mcd_status mcd_torchext_device_select(int32_t index) {
    return mcd::guard("select a device", [&] { mcd::device::driver().setDevice(mcd::device::device(index)); });
}

mcd_status mcd_torchext_device_current(int32_t *index) {
    return mcd::guard("current device", [&] { *index = mcd::device::driver().getDevice().index(); });
}

mcd_status mcd_torchext_device_synchronize(int32_t index) {
    return mcd::guard("wait for a device", [&] {
        const auto device = mcd::device::device(index);
        at::detail::getCUDAHooks().deviceSynchronize(device.index());
    });
}

mcd_status mcd_torchext_pinned_create(int64_t bytes, mcd_pinned **memory, void **address) {
    return mcd::guard("pinned memory", [&] {
        mcd::device::driver();
        if (bytes < 1)
            throw std::invalid_argument("expected 1 byte or more, found " + std::to_string(bytes));
        // By a tensor: the allocator behind it has moved from release to release, what a tensor asks of it has not.
        auto block = at::empty({bytes}, at::TensorOptions(at::kByte).pinned_memory(true));
        *address = block.data_ptr();
        *memory = new at::Tensor(std::move(block));
        mcd_internal_count_object(+1);
    });
}

mcd_status mcd_torchext_pinned_release(mcd_pinned *memory) {
    return mcd::guard("release pinned memory", [&] {
        if (memory == nullptr)
            return;
        delete static_cast<at::Tensor *>(memory);
        mcd_internal_count_object(-1);
    });
}
