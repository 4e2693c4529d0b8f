// Checks the arguments of what goes over rows: norm, SwiGLU, cross entropy, embedding, products of a few rows. The work
// is in fused/.
#include <initializer_list>
#include <string>

#include "fused/table.h"
#include "guard.h"
#include "mcd_kernels.h"

namespace {

void require(bool holds, const std::string &expected, int64_t found) {
    if (!holds)
        throw std::invalid_argument("expected " + expected + ", found " + std::to_string(found));
}

void require_arrays(std::initializer_list<const void *> arrays) {
    for (const void *array : arrays)
        if (array == nullptr)
            throw std::invalid_argument("expected an array, found a null pointer");
}

void require_rows(int64_t rows, int64_t width, int32_t threads) {
    require(rows > 0, "1 row or more", rows);
    require(width > 0, "rows of 1 or more", width);
    require(threads > 0, "1 thread or more", threads);
}

void require_ids(const int64_t *ids, int64_t count, int64_t least, int64_t vocabulary) {
    for (int64_t i = 0; i < count; ++i)
        require(ids[i] >= least && ids[i] < vocabulary, "an id below " + std::to_string(vocabulary), ids[i]);
}

}  // namespace

mcd_status mcd_kernels_norm_forward(const float *x, const float *weight, float *y, float *inverse, int64_t rows,
                                    int64_t width, float epsilon, float scale, int32_t threads) {
    return mcd::guard("RMSNorm", [&] {
        require_arrays({x, weight, y, inverse});
        require_rows(rows, width, threads);
        mcd::table().norm_forward(x, weight, y, inverse, {rows, width, epsilon, scale}, threads);
    });
}

mcd_status mcd_kernels_norm_again(const float *x, const float *weight, const float *inverse, float *y, int64_t rows,
                                  int64_t width, float scale, int32_t threads) {
    return mcd::guard("RMSNorm once more", [&] {
        require_arrays({x, weight, inverse, y});
        require_rows(rows, width, threads);
        mcd::table().norm_again(x, weight, inverse, y, {rows, width, 0, scale}, threads);
    });
}

mcd_status mcd_kernels_norm_backward(const float *dy, const float *x, const float *weight, const float *inverse,
                                     const float *residual, float *dx, float *weight_gradient, int64_t rows,
                                     int64_t width, float scale, int32_t threads) {
    return mcd::guard("RMSNorm backward", [&] {
        require_arrays({dy, x, weight, inverse, dx, weight_gradient});
        require_rows(rows, width, threads);
        mcd::table().norm_backward(dy, x, weight, inverse, residual, dx, weight_gradient, {rows, width, 0, scale},
                                   threads);
    });
}

mcd_status mcd_kernels_swiglu_forward(const float *gate_up, float *product, int64_t rows, int64_t width,
                                      int32_t threads) {
    return mcd::guard("SwiGLU", [&] {
        require_arrays({gate_up, product});
        require_rows(rows, width, threads);
        mcd::table().swiglu_forward(gate_up, product, rows, width, threads);
    });
}

mcd_status mcd_kernels_swiglu_backward(float *gate_up, float *product, int64_t rows, int64_t width, int32_t threads) {
    return mcd::guard("SwiGLU backward", [&] {
        require_arrays({gate_up, product});
        require_rows(rows, width, threads);
        mcd::table().swiglu_backward(gate_up, product, rows, width, threads);
    });
}

mcd_status mcd_kernels_swiglu_backward_weighted(float *gate_up, float *product, const float *weights, float *slopes,
                                                int64_t rows, int64_t width, int32_t threads) {
    return mcd::guard("weighted SwiGLU backward", [&] {
        require_arrays({gate_up, product, weights, slopes});
        require_rows(rows, width, threads);
        mcd::table().swiglu_backward_weighted(gate_up, product, weights, slopes, rows, width, threads);
    });
}

mcd_status mcd_kernels_experts_combine(const float *rows, const int64_t *places, const float *weights,
                                       const float *residual, float *to, int64_t tokens, int64_t per_token,
                                       int64_t width, float scale, int32_t threads) {
    return mcd::guard("sum over experts", [&] {
        require_arrays({rows, places, residual, to});
        require_rows(tokens, width, threads);
        require_rows(per_token, width, threads);
        require_ids(places, tokens * per_token, 0, tokens * per_token);
        mcd::table().experts_combine(rows, places, weights, residual, to, {tokens, per_token, width}, scale, threads);
    });
}

mcd_status mcd_kernels_cross_entropy(float *logits, const int64_t *targets, float *losses, int64_t rows,
                                     int64_t vocabulary, const float *gradient_factor, int32_t threads) {
    return mcd::guard("cross entropy", [&] {
        require_arrays({logits, targets, losses});
        require_rows(rows, vocabulary, threads);
        require_ids(targets, rows, INT64_MIN, vocabulary);
        mcd::table().cross_entropy(logits, targets, losses, rows, vocabulary, gradient_factor, threads);
    });
}

mcd_status mcd_kernels_embedding_forward(const float *embedding, const int64_t *ids, float *rows, int64_t count,
                                         int64_t vocabulary, int64_t width, float factor, int32_t threads) {
    return mcd::guard("embedding", [&] {
        require_arrays({embedding, ids, rows});
        require_rows(count, width, threads);
        require_ids(ids, count, 0, vocabulary);
        mcd::table().embedding_forward(embedding, ids, rows, count, width, factor, threads);
    });
}

mcd_status mcd_kernels_embedding_backward(float *table_gradient, const int64_t *ids, const float *gradient,
                                          int64_t count, int64_t vocabulary, int64_t width, float factor,
                                          int32_t threads) {
    return mcd::guard("embedding backward", [&] {
        require_arrays({table_gradient, ids, gradient});
        require_rows(count, width, threads);
        require_ids(ids, count, 0, vocabulary);
        mcd::table().embedding_backward(table_gradient, ids, gradient, count, width, factor, threads);
    });
}

mcd_status mcd_kernels_row_product(const float *x, const float *weight, float *y, int64_t rows, int64_t in, int64_t out,
                                   int64_t block, int32_t threads) {
    return mcd::guard("product of rows", [&] {
        require_arrays({x, weight, y});
        require_rows(rows, in, threads);
        require_rows(out, in, threads);
        require(block > 0, "blocks of 1 or more", block);
        mcd::table().row_product({x, weight, y, rows, in, out, block}, threads);
    });
}

mcd_status mcd_kernels_packed_product(const float *x, const int32_t *words, const float *scales, float *y, int64_t rows,
                                      int64_t in, int64_t out, int64_t group, int32_t threads) {
    return mcd::guard("product with four-bit weights", [&] {
        require_arrays({x, words, scales, y});
        require_rows(rows, in, threads);
        require(out > 0 && out % mcd::packed_outputs == 0, "a multiple of 32 outputs", out);
        require(group > 0 && group % mcd::packed_codes == 0, "groups of whole words of 8 inputs", group);
        require(in % group == 0, "inputs in whole groups", in);
        mcd::table().packed_product({x, words, scales, y, rows, in, out, group}, threads);
    });
}
