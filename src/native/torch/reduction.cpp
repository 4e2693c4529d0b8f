// Reductions over all elements or over dimensions, and the orderings.
#include "tensor.h"

#include <ATen/ops/logsumexp.h>

using namespace mcd;

mcd_status mcd_torch_tensor_sum(mcd_tensor *self, int32_t type, mcd_tensor **out) {
    return guard("sum", [&] { give(out, tensor(self).sum(optional_type(type))); });
}

mcd_status mcd_torch_tensor_sum_dims(mcd_tensor *self, const int64_t *dim, int32_t dim_count, int32_t keepdim,
    int32_t type, mcd_tensor **out) {
    return guard("sum", [&] {
        give(out, tensor(self).sum(extents(dim, dim_count), keepdim != 0, optional_type(type)));
    });
}

mcd_status mcd_torch_tensor_mean(mcd_tensor *self, mcd_tensor **out) {
    return guard("mean", [&] { give(out, tensor(self).mean()); });
}

mcd_status mcd_torch_tensor_mean_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t keepdim, int32_t type, mcd_tensor **out) {
    return guard("mean", [&] {
        give(out, tensor(self).mean(extents(dimensions, dimensions_count), keepdim != 0, optional_type(type)));
    });
}

mcd_status mcd_torch_tensor_prod(mcd_tensor *self, int32_t type, mcd_tensor **out) {
    return guard("prod", [&] { give(out, tensor(self).prod(optional_type(type))); });
}

mcd_status mcd_torch_tensor_prod_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, int32_t type, mcd_tensor **out) {
    return guard("prod", [&] { give(out, tensor(self).prod(dim, keepdim != 0, optional_type(type))); });
}

mcd_status mcd_torch_tensor_max(mcd_tensor *self, mcd_tensor **out) {
    return guard("max", [&] { give(out, tensor(self).max()); });
}

mcd_status mcd_torch_tensor_max_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **first,
    mcd_tensor **second) {
    return guard("max", [&] { give(first, second, tensor(self).max(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_min(mcd_tensor *self, mcd_tensor **out) {
    return guard("min", [&] { give(out, tensor(self).min()); });
}

mcd_status mcd_torch_tensor_min_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **first,
    mcd_tensor **second) {
    return guard("min", [&] { give(first, second, tensor(self).min(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_argmax(mcd_tensor *self, mcd_tensor **out) {
    return guard("argmax", [&] { give(out, tensor(self).argmax()); });
}

mcd_status mcd_torch_tensor_argmax_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out) {
    return guard("argmax", [&] { give(out, tensor(self).argmax(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_argmin(mcd_tensor *self, mcd_tensor **out) {
    return guard("argmin", [&] { give(out, tensor(self).argmin()); });
}

mcd_status mcd_torch_tensor_argmin_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out) {
    return guard("argmin", [&] { give(out, tensor(self).argmin(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_amax(mcd_tensor *self, const int64_t *dims, int32_t dims_count, int32_t keepdim,
    mcd_tensor **out) {
    return guard("amax", [&] { give(out, tensor(self).amax(extents(dims, dims_count), keepdim != 0)); });
}

mcd_status mcd_torch_tensor_amin(mcd_tensor *self, const int64_t *dims, int32_t dims_count, int32_t keepdim,
    mcd_tensor **out) {
    return guard("amin", [&] { give(out, tensor(self).amin(extents(dims, dims_count), keepdim != 0)); });
}

mcd_status mcd_torch_tensor_all(mcd_tensor *self, mcd_tensor **out) {
    return guard("all", [&] { give(out, tensor(self).all()); });
}

mcd_status mcd_torch_tensor_all_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out) {
    return guard("all", [&] { give(out, tensor(self).all(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_any(mcd_tensor *self, mcd_tensor **out) {
    return guard("any", [&] { give(out, tensor(self).any()); });
}

mcd_status mcd_torch_tensor_any_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out) {
    return guard("any", [&] { give(out, tensor(self).any(dim, keepdim != 0)); });
}

mcd_status mcd_torch_tensor_logsumexp(mcd_tensor *self, int64_t dim, int32_t keepdim, mcd_tensor **out) {
    return guard("logsumexp", [&] { give(out, at::logsumexp(tensor(self), at::IntArrayRef(dim), keepdim != 0)); });
}

mcd_status mcd_torch_tensor_softmax(mcd_tensor *self, int64_t dim, int32_t dtype, mcd_tensor **out) {
    return guard("softmax", [&] { give(out, tensor(self).softmax(dim, optional_type(dtype))); });
}

mcd_status mcd_torch_tensor_log_softmax(mcd_tensor *self, int64_t dim, int32_t dtype, mcd_tensor **out) {
    return guard("log_softmax", [&] { give(out, tensor(self).log_softmax(dim, optional_type(dtype))); });
}

mcd_status mcd_torch_tensor_norm(mcd_tensor *self, double p, mcd_tensor **out) {
    return guard("norm", [&] { give(out, tensor(self).norm(p)); });
}

mcd_status mcd_torch_tensor_norm_dim(mcd_tensor *self, int64_t dim, int32_t keepdim, double p, mcd_tensor **out) {
    return guard("norm", [&] {
        give(out, tensor(self).norm(optional<at::Scalar>(p), at::IntArrayRef(dim), keepdim != 0));
    });
}

mcd_status mcd_torch_tensor_cumsum(mcd_tensor *self, int64_t dim, int32_t type, mcd_tensor **out) {
    return guard("cumsum", [&] { give(out, tensor(self).cumsum(dim, optional_type(type))); });
}

mcd_status mcd_torch_tensor_var(mcd_tensor *self, int32_t unbiased, mcd_tensor **out) {
    return guard("var", [&] { give(out, tensor(self).var(unbiased != 0)); });
}

mcd_status mcd_torch_tensor_var_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t unbiased, int32_t keepdim, int32_t type, mcd_tensor **out) {
    return guard("var", [&] {
        give(out, in_type(tensor(self), type).var(extents(dimensions, dimensions_count), unbiased != 0, keepdim != 0));
    });
}

mcd_status mcd_torch_tensor_std(mcd_tensor *self, int32_t unbiased, mcd_tensor **out) {
    return guard("std", [&] { give(out, tensor(self).std(unbiased != 0)); });
}

mcd_status mcd_torch_tensor_std_dims(mcd_tensor *self, const int64_t *dimensions, int32_t dimensions_count,
    int32_t unbiased, int32_t keepdim, int32_t type, mcd_tensor **out) {
    return guard("std", [&] {
        give(out, in_type(tensor(self), type).std(extents(dimensions, dimensions_count), unbiased != 0, keepdim != 0));
    });
}

mcd_status mcd_torch_tensor_sort(mcd_tensor *self, int64_t dim, int32_t descending, int32_t stable,
    mcd_tensor **first, mcd_tensor **second) {
    return guard("sort", [&] {
        give(first, second, tensor(self).sort(optional<bool>(stable != 0), dim, descending != 0));
    });
}

mcd_status mcd_torch_tensor_argsort(mcd_tensor *self, int64_t dim, int32_t descending, mcd_tensor **out) {
    return guard("argsort", [&] { give(out, tensor(self).argsort(dim, descending != 0)); });
}

mcd_status mcd_torch_tensor_topk(mcd_tensor *self, int64_t k, int64_t dim, int32_t largest, int32_t sorted,
    mcd_tensor **first, mcd_tensor **second) {
    return guard("topk", [&] { give(first, second, tensor(self).topk(k, dim, largest != 0, sorted != 0)); });
}

mcd_status mcd_torch_tensor_allclose(mcd_tensor *self, mcd_tensor *target, double rtol, double atol,
    int32_t equal_nan, int32_t *out) {
    return guard("allclose", [&] {
        *out = tensor(self).allclose(tensor(target), rtol, atol, equal_nan != 0) ? 1 : 0;
    });
}

mcd_status mcd_torch_tensor_nonzero(mcd_tensor *self, mcd_tensor **out) {
    return guard("nonzero", [&] { give(out, tensor(self).nonzero()); });
}
