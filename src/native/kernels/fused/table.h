// What every instruction set offers. One instance for each, filled where the sources are compiled for it.
#pragma once

#include <cstdint>

#include "experts.h"
#include "norm.h"
#include "packed_product.h"
#include "row_product.h"
#include "mcd_kernels.h"

namespace mcd {

struct FusedTable {
    const char *name;
    void (*norm_forward)(const float *x, const float *weight, float *y, float *inverse, NormShape shape,
                         int32_t threads);
    void (*norm_again)(const float *x, const float *weight, const float *inverse, float *y, NormShape shape,
                       int32_t threads);
    void (*norm_backward)(const float *dy, const float *x, const float *weight, const float *inverse,
                          const float *residual, float *dx, float *weight_gradient, NormShape shape, int32_t threads);
    void (*swiglu_forward)(const float *gate_up, float *product, int64_t rows, int64_t count, int32_t threads);
    void (*swiglu_backward)(float *gate_up, float *product, int64_t rows, int64_t count, int32_t threads);
    void (*swiglu_backward_weighted)(float *gate_up, float *product, const float *weights, float *slopes, int64_t rows,
                                     int64_t count, int32_t threads);
    void (*experts_combine)(const float *rows, const int64_t *places, const float *weights, const float *residual,
                            float *to, const ExpertRows &shape, float scale, int32_t threads);
    void (*cross_entropy)(float *logits, const int64_t *targets, float *losses, int64_t rows, int64_t count,
                          const float *gradient_factor, int32_t threads);
    void (*embedding_forward)(const float *table, const int64_t *ids, float *rows, int64_t count, int64_t size,
                              float factor, int32_t threads);
    void (*embedding_backward)(float *table_gradient, const int64_t *ids, const float *gradient, int64_t count,
                               int64_t size, float factor, int32_t threads);
    void (*attention_rotate)(const mcd_kernels_attention &call, float *qkv, const float *cos, const float *sin,
                             float direction);
    // `kv` and `kv_gradients` are null where keys and values lie beside the queries.
    void (*attention_forward)(const mcd_kernels_attention &call, const float *qkv, const float *kv, float *out,
                              float *lse);
    void (*attention_backward)(const mcd_kernels_attention &call, const float *qkv, const float *kv, const float *out,
                               const float *lse, const float *out_gradients, float *gradients, float *kv_gradients);
    void (*row_product)(const RowProduct &call, int32_t threads);
    void (*packed_product)(const PackedProduct &call, int32_t threads);
};

/// Of the instruction set in use.
const FusedTable &table();

namespace baseline {
extern const FusedTable table;
}
#if defined(MCD_X86_LEVELS)
namespace avx2 {
extern const FusedTable table;
}
namespace avx512 {
extern const FusedTable table;
}
#endif

}  // namespace mcd
