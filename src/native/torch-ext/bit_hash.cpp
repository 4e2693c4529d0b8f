#include <ATen/ATen.h>
#include <ATen/core/Tensor.h>
#include <c10/core/GradMode.h>

#include "guard.h"
#include "mcd_torchext.h"

namespace {

// So much is widened to 64 bits at a time.
constexpr int64_t block_elements = int64_t{1} << 24;
constexpr int64_t multiplier = 0x9E3779B97F4A7C15;

}  // namespace

mcd_status mcd_torchext_tensor_bit_hash(void *handle, uint64_t *hash) {
    return mcd::guard("hash of a tensor's bits", [&] {
        if (handle == nullptr)
            throw std::invalid_argument("expected a tensor, found a null handle");
        const c10::NoGradGuard no_grad;
        const auto &tensor = *static_cast<const at::Tensor *>(handle);
        const auto bits = tensor.view(tensor.element_size() == 2 ? at::kShort : at::kInt).flatten();
        uint64_t sum = 0;
        for (int64_t first = 0; first < bits.numel(); first += block_elements) {
            const auto block = bits.narrow(0, first, std::min(block_elements, bits.numel() - first)).to(at::kLong);
            // Odd weights: multiplication by them is reversible, so one changed element always changes the sum.
            // Integers wrap round, so their order does not matter.
            const auto weights =
                at::arange(first, first + block.numel(), block.options()).mul_(2).add_(1).mul_(multiplier);
            sum += static_cast<uint64_t>((block * weights).sum().item<int64_t>());
        }
        *hash = sum;
    });
}
