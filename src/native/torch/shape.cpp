// Shapes and views: nothing is computed, most results share memory with their source.
#include "tensor.h"

using namespace mcd;

mcd_status mcd_torch_tensor_view(mcd_tensor *self, const int64_t *shape, int32_t shape_count, mcd_tensor **out) {
    return guard("view", [&] { give(out, tensor(self).view(extents(shape, shape_count))); });
}

mcd_status mcd_torch_tensor_reshape(mcd_tensor *self, const int64_t *shape, int32_t shape_count, mcd_tensor **out) {
    return guard("reshape", [&] { give(out, tensor(self).reshape(extents(shape, shape_count))); });
}

mcd_status mcd_torch_tensor_permute(mcd_tensor *self, const int64_t *permutation, int32_t permutation_count,
    mcd_tensor **out) {
    return guard("permute", [&] { give(out, tensor(self).permute(extents(permutation, permutation_count))); });
}

mcd_status mcd_torch_tensor_flatten(mcd_tensor *self, int64_t start_dim, int64_t end_dim, mcd_tensor **out) {
    return guard("flatten", [&] { give(out, tensor(self).flatten(start_dim, end_dim)); });
}

mcd_status mcd_torch_tensor_transpose(mcd_tensor *self, int64_t dim0, int64_t dim1, mcd_tensor **out) {
    return guard("transpose", [&] { give(out, tensor(self).transpose(dim0, dim1)); });
}

mcd_status mcd_torch_tensor_transpose_(mcd_tensor *self, int64_t dim0, int64_t dim1) {
    return guard("transpose_", [&] { tensor(self).transpose_(dim0, dim1); });
}

mcd_status mcd_torch_tensor_t(mcd_tensor *self, mcd_tensor **out) {
    return guard("t", [&] { give(out, tensor(self).t()); });
}

mcd_status mcd_torch_tensor_contiguous(mcd_tensor *self, mcd_tensor **out) {
    return guard("contiguous", [&] { give(out, tensor(self).contiguous()); });
}

mcd_status mcd_torch_tensor_narrow(mcd_tensor *self, int64_t dim, int64_t start, int64_t length, mcd_tensor **out) {
    return guard("narrow", [&] { give(out, tensor(self).narrow(dim, start, length)); });
}

mcd_status mcd_torch_tensor_slice(mcd_tensor *self, int64_t dim, int64_t start, int64_t finish, int64_t step,
    mcd_tensor **out) {
    return guard("slice", [&] { give(out, tensor(self).slice(dim, start, finish, step)); });
}

mcd_status mcd_torch_tensor_select(mcd_tensor *self, int64_t dim, int64_t index, mcd_tensor **out) {
    return guard("select", [&] { give(out, tensor(self).select(dim, index)); });
}

mcd_status mcd_torch_tensor_expand(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count, int32_t is_implicit,
    mcd_tensor **out) {
    return guard("expand", [&] { give(out, tensor(self).expand(extents(sizes, sizes_count), is_implicit != 0)); });
}

mcd_status mcd_torch_tensor_expand_as(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("expand_as", [&] { give(out, tensor(self).expand_as(tensor(other))); });
}

mcd_status mcd_torch_tensor_broadcast_to(mcd_tensor *self, const int64_t *shape, int32_t shape_count,
    mcd_tensor **out) {
    return guard("broadcast_to", [&] { give(out, tensor(self).broadcast_to(extents(shape, shape_count))); });
}

mcd_status mcd_torch_tensor_unsqueeze(mcd_tensor *self, int64_t dim, mcd_tensor **out) {
    return guard("unsqueeze", [&] { give(out, tensor(self).unsqueeze(dim)); });
}

mcd_status mcd_torch_tensor_unsqueeze_(mcd_tensor *self, int64_t dim) {
    return guard("unsqueeze_", [&] { tensor(self).unsqueeze_(dim); });
}

mcd_status mcd_torch_tensor_squeeze_dim(mcd_tensor *self, int64_t dim, mcd_tensor **out) {
    return guard("squeeze", [&] { give(out, tensor(self).squeeze(dim)); });
}

mcd_status mcd_torch_tensor_squeeze(mcd_tensor *self, mcd_tensor **out) {
    return guard("squeeze", [&] { give(out, tensor(self).squeeze()); });
}

mcd_status mcd_torch_tensor_repeat(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count, mcd_tensor **out) {
    return guard("repeat", [&] { give(out, tensor(self).repeat(extents(sizes, sizes_count))); });
}

mcd_status mcd_torch_tensor_repeat_interleave(mcd_tensor *self, int64_t repeats, int64_t dim, mcd_tensor **out) {
    return guard("repeat_interleave", [&] { give(out, tensor(self).repeat_interleave(repeats, dim)); });
}

mcd_status mcd_torch_tensor_flip(mcd_tensor *self, const int64_t *dims, int32_t dims_count, mcd_tensor **out) {
    return guard("flip", [&] { give(out, tensor(self).flip(extents(dims, dims_count))); });
}

mcd_status mcd_torch_tensor_unfold(mcd_tensor *self, int64_t dimension, int64_t size, int64_t step,
    mcd_tensor **out) {
    return guard("unfold", [&] { give(out, tensor(self).unfold(dimension, size, step)); });
}

mcd_status mcd_torch_tensor_split(mcd_tensor *self, int64_t size, int64_t dim, mcd_tensor **out, int32_t capacity,
    int32_t *count) {
    return guard("split", [&] { give(out, capacity, count, tensor(self).split(size, dim)); });
}

mcd_status mcd_torch_tensor_split_sizes(mcd_tensor *self, const int64_t *sizes, int32_t sizes_count, int64_t dim,
    mcd_tensor **out, int32_t capacity, int32_t *count) {
    return guard("split", [&] {
        give(out, capacity, count, tensor(self).split_with_sizes(extents(sizes, sizes_count), dim));
    });
}

mcd_status mcd_torch_tensor_chunk(mcd_tensor *self, int64_t chunks, int64_t dim, mcd_tensor **out, int32_t capacity,
    int32_t *count) {
    return guard("chunk", [&] { give(out, capacity, count, tensor(self).chunk(chunks, dim)); });
}

mcd_status mcd_torch_tensor_unbind(mcd_tensor *self, int64_t dimension, mcd_tensor **out, int32_t capacity,
    int32_t *count) {
    return guard("unbind", [&] { give(out, capacity, count, tensor(self).unbind(dimension)); });
}

mcd_status mcd_torch_tensor_alias(mcd_tensor *self, mcd_tensor **out) {
    return guard("alias", [&] { give(out, tensor(self).alias()); });
}

mcd_status mcd_torch_tensor_view_as(mcd_tensor *self, mcd_tensor *other, mcd_tensor **out) {
    return guard("view_as", [&] { give(out, tensor(self).view_as(tensor(other))); });
}

mcd_status mcd_torch_tensor_as_strided(mcd_tensor *self, const int64_t *size, int32_t size_count,
    const int64_t *strides, int32_t strides_count, int64_t storage_offset, mcd_tensor **out) {
    return guard("as_strided", [&] {
        give(out, tensor(self).as_strided(extents(size, size_count), extents(strides, strides_count), storage_offset));
    });
}

mcd_status mcd_torch_tensor_diagonal(mcd_tensor *self, int64_t offset, int64_t dim1, int64_t dim2, mcd_tensor **out) {
    return guard("diagonal", [&] { give(out, tensor(self).diagonal(offset, dim1, dim2)); });
}

mcd_status mcd_torch_tensor_tril(mcd_tensor *self, int64_t diagonal, mcd_tensor **out) {
    return guard("tril", [&] { give(out, tensor(self).tril(diagonal)); });
}

mcd_status mcd_torch_tensor_triu(mcd_tensor *self, int64_t diagonal, mcd_tensor **out) {
    return guard("triu", [&] { give(out, tensor(self).triu(diagonal)); });
}

mcd_status mcd_torch_tensor_tril_(mcd_tensor *self, int64_t diagonal) {
    return guard("tril_", [&] { tensor(self).tril_(diagonal); });
}

mcd_status mcd_torch_tensor_triu_(mcd_tensor *self, int64_t diagonal) {
    return guard("triu_", [&] { tensor(self).triu_(diagonal); });
}

mcd_status mcd_torch_tensor_is_contiguous(mcd_tensor *self, int32_t *out) {
    return guard("is_contiguous", [&] { *out = tensor(self).is_contiguous() ? 1 : 0; });
}
