// Handles come and go here, and say what their tensor is.
#include "tensor.h"

#include <ATen/Parallel.h>
#include <torch/csrc/api/include/torch/version.h>

#include <algorithm>

using namespace mcd;

mcd_status mcd_torch_tensor_release(mcd_tensor *handle) {
    return guard("releasing a tensor", [&] {
        if (handle == nullptr)
            return;
        delete static_cast<at::Tensor *>(handle);
        mcd_internal_count_object(-1);
    });
}

mcd_status mcd_torch_tensor_adopt(mcd_tensor *handle, int32_t change) {
    return guard("adopting a tensor", [&] {
        tensor(handle);
        mcd_internal_count_object(change);
    });
}

mcd_status mcd_torch_tensor_share(mcd_tensor *handle, mcd_tensor **out) {
    return guard("sharing a tensor", [&] { give(out, tensor(handle)); });
}

mcd_status mcd_torch_tensor_clone(mcd_tensor *handle, mcd_tensor **out) {
    return guard("clone", [&] { give(out, tensor(handle).clone()); });
}

mcd_status mcd_torch_tensor_dimensions(mcd_tensor *handle, int64_t *out) {
    return guard("dim", [&] { *out = tensor(handle).dim(); });
}

mcd_status mcd_torch_tensor_shape(mcd_tensor *handle, int64_t *sizes, int64_t *strides) {
    return guard("shape", [&] {
        const auto &self = tensor(handle);
        if (sizes != nullptr)
            std::copy(self.sizes().begin(), self.sizes().end(), sizes);
        if (strides != nullptr)
            std::copy(self.strides().begin(), self.strides().end(), strides);
    });
}

mcd_status mcd_torch_tensor_numel(mcd_tensor *handle, int64_t *out) {
    return guard("numel", [&] { *out = tensor(handle).numel(); });
}

mcd_status mcd_torch_tensor_storage_offset(mcd_tensor *handle, int64_t *out) {
    return guard("storage_offset", [&] { *out = tensor(handle).storage_offset(); });
}

mcd_status mcd_torch_tensor_dtype(mcd_tensor *handle, int32_t *out) {
    return guard("dtype", [&] { *out = static_cast<int32_t>(tensor(handle).scalar_type()); });
}

mcd_status mcd_torch_tensor_device(mcd_tensor *handle, int32_t *type, int32_t *index) {
    return guard("device", [&] {
        const auto device = tensor(handle).device();
        *type = static_cast<int32_t>(device.type());
        *index = device.has_index() ? device.index() : -1;
    });
}

mcd_status mcd_torch_tensor_data(mcd_tensor *handle, void **out) {
    return guard("data", [&] { *out = tensor(handle).data_ptr(); });
}

mcd_status mcd_torch_tensor_same(mcd_tensor *handle, mcd_tensor *other, int32_t *out) {
    return guard("same", [&] { *out = tensor(handle).is_same(tensor(other)) ? 1 : 0; });
}

mcd_status mcd_torch_tensor_to(mcd_tensor *handle, int32_t dtype, int32_t device_type, int32_t device_index,
    int32_t copy, int32_t non_blocking, mcd_tensor **out) {
    return guard("to", [&] {
        const auto &self = tensor(handle);
        const auto type = dtype < 0 ? self.scalar_type() : static_cast<at::ScalarType>(dtype);
        const auto device = device_type < 0
            ? self.device()
            : at::Device(static_cast<at::DeviceType>(device_type), static_cast<at::DeviceIndex>(device_index));
        give(out, self.to(device, type, non_blocking != 0, copy != 0));
    });
}

mcd_status mcd_torch_tensor_copy_(mcd_tensor *self, mcd_tensor *source, int32_t non_blocking) {
    return guard("copy_", [&] { tensor(self).copy_(tensor(source), non_blocking != 0); });
}

mcd_status mcd_torch_tensor_set_(mcd_tensor *self, mcd_tensor *source) {
    return guard("set_", [&] { tensor(self).set_(tensor(source)); });
}

mcd_status mcd_torch_library_version(const char **out) {
    return guard("version", [&] { *out = TORCH_VERSION; });
}

mcd_status mcd_torch_threads_get(int32_t *out) {
    return guard("get_num_threads", [&] { *out = at::get_num_threads(); });
}

mcd_status mcd_torch_threads_set(int32_t threads) {
    return guard("set_num_threads", [&] { at::set_num_threads(threads); });
}
