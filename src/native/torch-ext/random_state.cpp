#include "device.h"

#include <ATen/Context.h>
#include <ATen/core/Tensor.h>
#include <ATen/ops/empty.h>

#include <cstring>
#include <mutex>
#include <string>

namespace {

constexpr int32_t host = -1;

at::Generator generator(int32_t index) {
    return at::globalContext().defaultGenerator(index == host ? c10::Device(c10::DeviceType::CPU)
                                                              : mcd::device::device(index));
}

}  // namespace

mcd_status mcd_torchext_random_state_get(int32_t device, uint8_t *state, int64_t capacity, int64_t *bytes) {
    return mcd::guard("read a random state", [&] {
        auto from = generator(device);
        std::lock_guard<std::mutex> lock(from.mutex());
        const at::Tensor value = from.get_state();
        *bytes = value.numel();
        if (value.numel() <= capacity)
            std::memcpy(state, value.data_ptr(), static_cast<std::size_t>(value.numel()));
    });
}

mcd_status mcd_torchext_random_state_set(int32_t device, const uint8_t *state, int64_t bytes) {
    return mcd::guard("set a random state", [&] {
        auto to = generator(device);
        std::lock_guard<std::mutex> lock(to.mutex());
        const auto size = to.get_state().numel();
        if (bytes != size)
            throw std::invalid_argument("expected a state of " + std::to_string(size) + " bytes, found " +
                                        std::to_string(bytes));
        auto value = at::empty({bytes}, at::TensorOptions(at::kByte));
        std::memcpy(value.data_ptr(), state, static_cast<std::size_t>(bytes));
        to.set_state(value);
    });
}
