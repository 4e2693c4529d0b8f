// Products of matrices and vectors.
#include "tensor.h"

#include <ATen/ops/linear.h>

using namespace mcd;

mcd_status mcd_torch_tensor_matmul(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("matmul", [&] { give(out, tensor(self).matmul(tensor(target))); });
}

mcd_status mcd_torch_tensor_mm(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("mm", [&] { give(out, tensor(self).mm(tensor(target))); });
}

mcd_status mcd_torch_tensor_bmm(mcd_tensor *self, mcd_tensor *batch2, mcd_tensor **out) {
    return guard("bmm", [&] { give(out, tensor(self).bmm(tensor(batch2))); });
}

mcd_status mcd_torch_tensor_mv(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("mv", [&] { give(out, tensor(self).mv(tensor(target))); });
}

mcd_status mcd_torch_tensor_dot(mcd_tensor *self, mcd_tensor *target, mcd_tensor **out) {
    return guard("dot", [&] { give(out, tensor(self).dot(tensor(target))); });
}

mcd_status mcd_torch_tensor_outer(mcd_tensor *self, mcd_tensor *vec2, mcd_tensor **out) {
    return guard("outer", [&] { give(out, tensor(self).outer(tensor(vec2))); });
}

mcd_status mcd_torch_tensor_addmm(mcd_tensor *self, mcd_tensor *mat1, mcd_tensor *mat2, double beta, double alpha,
    mcd_tensor **out) {
    return guard("addmm", [&] { give(out, tensor(self).addmm(tensor(mat1), tensor(mat2), beta, alpha)); });
}

mcd_status mcd_torch_tensor_addmm_(mcd_tensor *self, mcd_tensor *mat1, mcd_tensor *mat2, double beta, double alpha) {
    return guard("addmm_", [&] { tensor(self).addmm_(tensor(mat1), tensor(mat2), beta, alpha); });
}

mcd_status mcd_torch_tensor_baddbmm(mcd_tensor *self, mcd_tensor *batch1, mcd_tensor *batch2, double beta,
    double alpha, mcd_tensor **out) {
    return guard("baddbmm", [&] {
        // With beta 0 libtorch before 2.0 multiplies memory that nobody has written by 0, and a NaN in it stays one.
        const bool ignored = beta == 0;
        give(out, (ignored ? tensor(self).new_zeros(tensor(self).sizes()) : tensor(self))
                      .baddbmm(tensor(batch1), tensor(batch2), ignored ? 1 : beta, alpha));
    });
}

mcd_status mcd_torch_tensor_linear(mcd_tensor *self, mcd_tensor *weights, mcd_tensor *bias, mcd_tensor **out) {
    return guard("linear", [&] { give(out, at::linear(tensor(self), tensor(weights), optional_tensor(bias))); });
}
