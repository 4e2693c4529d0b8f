// Reading and writing by index.
#include "tensor.h"

#include <ATen/ops/embedding.h>

using namespace mcd;

mcd_status mcd_torch_tensor_gather(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor **out) {
    return guard("gather", [&] { give(out, tensor(self).gather(dim, tensor(index))); });
}

mcd_status mcd_torch_tensor_index_select(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor **out) {
    return guard("index_select", [&] { give(out, tensor(self).index_select(dim, tensor(index))); });
}

mcd_status mcd_torch_tensor_take(mcd_tensor *self, mcd_tensor *index, mcd_tensor **out) {
    return guard("take", [&] { give(out, tensor(self).take(tensor(index))); });
}

mcd_status mcd_torch_tensor_masked_select(mcd_tensor *self, mcd_tensor *mask, mcd_tensor **out) {
    return guard("masked_select", [&] { give(out, tensor(self).masked_select(tensor(mask))); });
}

mcd_status mcd_torch_tensor_index_add(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_scalar alpha, mcd_tensor **out) {
    return guard("index_add", [&] {
        give(out, tensor(self).index_add(dim, tensor(index), tensor(source), number(alpha)));
    });
}

mcd_status mcd_torch_tensor_index_add_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_scalar alpha) {
    return guard("index_add_", [&] { tensor(self).index_add_(dim, tensor(index), tensor(source), number(alpha)); });
}

mcd_status mcd_torch_tensor_index_copy(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source,
    mcd_tensor **out) {
    return guard("index_copy", [&] { give(out, tensor(self).index_copy(dim, tensor(index), tensor(source))); });
}

mcd_status mcd_torch_tensor_index_copy_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *source) {
    return guard("index_copy_", [&] { tensor(self).index_copy_(dim, tensor(index), tensor(source)); });
}

mcd_status mcd_torch_tensor_index_fill(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_scalar value,
    mcd_tensor **out) {
    return guard("index_fill", [&] { give(out, tensor(self).index_fill(dim, tensor(index), number(value))); });
}

mcd_status mcd_torch_tensor_index_fill_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_scalar value) {
    return guard("index_fill_", [&] { tensor(self).index_fill_(dim, tensor(index), number(value)); });
}

mcd_status mcd_torch_tensor_scatter(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src,
    mcd_tensor **out) {
    return guard("scatter", [&] { give(out, tensor(self).scatter(dim, tensor(index), tensor(src))); });
}

mcd_status mcd_torch_tensor_scatter_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src) {
    return guard("scatter_", [&] { tensor(self).scatter_(dim, tensor(index), tensor(src)); });
}

mcd_status mcd_torch_tensor_scatter_add(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src,
    mcd_tensor **out) {
    return guard("scatter_add", [&] { give(out, tensor(self).scatter_add(dim, tensor(index), tensor(src))); });
}

mcd_status mcd_torch_tensor_scatter_add_(mcd_tensor *self, int64_t dim, mcd_tensor *index, mcd_tensor *src) {
    return guard("scatter_add_", [&] { tensor(self).scatter_add_(dim, tensor(index), tensor(src)); });
}

mcd_status mcd_torch_tensor_embedding(mcd_tensor *self, mcd_tensor *indices, int64_t padding_idx,
    int32_t scale_grad_by_freq, int32_t sparse, mcd_tensor **out) {
    return guard("embedding", [&] {
        give(out, at::embedding(tensor(self), tensor(indices), padding_idx, scale_grad_by_freq != 0, sparse != 0));
    });
}
