// Losses that libtorch computes better than their parts would.
#include "tensor.h"

#include <ATen/ops/cross_entropy_loss.h>

using namespace mcd;

mcd_status mcd_torch_tensor_cross_entropy(mcd_tensor *self, mcd_tensor *target, mcd_tensor *weight, int64_t reduction,
                                          int64_t ignore_index, double label_smoothing, mcd_tensor **out) {
    return guard("cross_entropy", [&] {
        give(out, at::cross_entropy_loss(tensor(self), tensor(target), optional_tensor(weight), reduction, ignore_index,
                                         label_smoothing));
    });
}
