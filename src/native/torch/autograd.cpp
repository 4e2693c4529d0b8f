// Gradients: modes, leaves, the backward pass.
#include "autograd.h"

#include "tensor.h"

#include <c10/core/AutogradState.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

using namespace mcd;

namespace {

optional<bool> retain(int32_t retain_graph) {
    return retain_graph < 0 ? optional<bool>() : optional<bool>(retain_graph != 0);
}

}  // namespace

mcd_status mcd_torch_grad_mode_get(int32_t *out) {
    return guard("is_grad_enabled", [&] { *out = c10::GradMode::is_enabled() ? 1 : 0; });
}

mcd_status mcd_torch_grad_mode_set(int32_t enabled) {
    return guard("set_grad_enabled", [&] { c10::GradMode::set_enabled(enabled != 0); });
}

mcd_status mcd_torch_inference_mode_get(int32_t *out) {
    return guard("is_inference_mode_enabled", [&] { *out = c10::InferenceMode::is_enabled() ? 1 : 0; });
}

mcd_status mcd_torch_inference_mode_enter(int32_t enabled, void **out) {
    return guard("inference_mode", [&] { *out = new c10::InferenceMode(enabled != 0); });
}

mcd_status mcd_torch_inference_mode_leave(void *mode) {
    return guard("inference_mode", [&] { delete static_cast<c10::InferenceMode *>(mode); });
}

mcd_status mcd_torch_tensor_requires_grad_get(mcd_tensor *self, int32_t *out) {
    return guard("requires_grad", [&] { *out = tensor(self).requires_grad() ? 1 : 0; });
}

mcd_status mcd_torch_tensor_requires_grad_set(mcd_tensor *self, int32_t value) {
    return guard("requires_grad", [&] { tensor(self).requires_grad_(value != 0); });
}

mcd_status mcd_torch_tensor_is_leaf(mcd_tensor *self, int32_t *out) {
    return guard("is_leaf", [&] { *out = tensor(self).is_leaf() ? 1 : 0; });
}

mcd_status mcd_torch_tensor_retain_grad(mcd_tensor *self) {
    return guard("retain_grad", [&] { tensor(self).retain_grad(); });
}

mcd_status mcd_torch_tensor_grad_get(mcd_tensor *self, mcd_tensor **out) {
    return guard("grad", [&] { give_or_null(out, static_cast<const at::Tensor &>(tensor(self)).grad()); });
}

mcd_status mcd_torch_tensor_grad_set(mcd_tensor *self, mcd_tensor *grad) {
    return guard("grad", [&] { tensor(self).mutable_grad() = grad == nullptr ? at::Tensor() : tensor(grad); });
}

mcd_status mcd_torch_tensor_detach(mcd_tensor *self, mcd_tensor **out) {
    return guard("detach", [&] { give(out, tensor(self).detach()); });
}

mcd_status mcd_torch_tensor_detach_(mcd_tensor *self) {
    return guard("detach_", [&] { tensor(self).detach_(); });
}

mcd_status mcd_torch_autograd_backward(mcd_tensor *const *list, int32_t count, mcd_tensor *const *grads,
    int32_t grad_count, mcd_tensor *const *inputs, int32_t input_count, int32_t retain_graph,
                                       int32_t create_graph, int64_t *failure) {
    return guard("backward", [&] {
        noting_failures(failure, [&] {
            torch::autograd::backward(tensors(list, count), tensors(grads, grad_count), retain(retain_graph),
                                      create_graph != 0, tensors(inputs, input_count));
        });
    });
}

mcd_status mcd_torch_autograd_grad(mcd_tensor *const *outputs, int32_t count, mcd_tensor *const *inputs,
    int32_t input_count, mcd_tensor *const *grads, int32_t grad_count, int32_t retain_graph,
                                       int32_t create_graph, int32_t allow_unused, int64_t *failure, mcd_tensor **out) {
    return guard("grad", [&] {
        noting_failures(failure, [&] {
            auto found = torch::autograd::grad(tensors(outputs, count), tensors(inputs, input_count),
                                               tensors(grads, grad_count), retain(retain_graph), create_graph != 0,
                                               allow_unused != 0);
            for (std::size_t i = 0; i < found.size(); ++i)
                give_or_null(out + i, std::move(found[i]));
        });
    });
}
