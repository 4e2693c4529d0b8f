/* Vector code over flat float32 arrays. Every count is a multiple of 1024 (the flat layout pads to it, so there is no
 * tail path); another count is refused. Arrays of one call do not overlap. Each function gives the same bits on every
 * processor. */
#ifndef MCD_KERNELS_H
#define MCD_KERNELS_H

#include "mcd_common.h"

#define MCD_KERNELS_CHUNK 1024

typedef struct mcd_kernels_adamw_step {
    float learning_rate;
    float beta1;
    float beta2;
    float epsilon;
    float weight_decay;
    float gradient_scale;
    float bias_correction1; /* 1 - beta1^t */
    float bias_correction2; /* 1 - beta2^t */
} mcd_kernels_adamw_step;

/* destination[i] = destination[i] + source[i] */
MCD_API mcd_status mcd_kernels_vector_add(float *destination, const float *source, int64_t count);

/* values[i] = values[i] * factor */
MCD_API mcd_status mcd_kernels_vector_scale(float *values, int64_t count, float factor);

/* sums[c] = sum of squares of chunk c, in float64 and in this order: sixteen accumulators, accumulator j takes elements
 * j, j+16, j+32, ... one after the other; then accumulator j takes j+8 for j < 8, j+4 for j < 4, j+2 for j < 2, and 0
 * takes 1. */
MCD_API mcd_status mcd_kernels_vector_chunk_square_sums(const float *values, int64_t count, double *sums);

/* One step of decoupled AdamW (Loshchilov and Hutter 2019), all in float32, in the order as written:
 *   g = gradient * gradient_scale
 *   m = beta1*m + (1-beta1)*g
 *   v = beta2*v + ((1-beta2)*g)*g
 *   p = p - learning_rate * ((m/bias_correction1) / (sqrt(v/bias_correction2) + epsilon) + weight_decay*p) */
MCD_API mcd_status mcd_kernels_vector_adamw(float *parameters, const float *gradients, float *first_moments,
                                            float *second_moments, int64_t count, const mcd_kernels_adamw_step *step);

/* The parts of the model, below, have the bits of the instruction set that is picked: "avx512", "avx2" or "baseline". */
MCD_API const char *mcd_kernels_instruction_set(void);

/* Uses this instruction set from now on, for tests and measurements; one that the processor lacks is refused. Not while
 * another call is under way. */
MCD_API mcd_status mcd_kernels_instruction_set_use(const char *name);

/* Causal grouped-query attention over one buffer with q, k and v next to each other, as one product gives them: row r begins
 * at r * stride and holds `heads` heads of q, `kv_heads` of k and as many of v, of `head_dim` (even) numbers each; query head
 * h attends to head h / (heads / kv_heads). Segments are consecutive rows that attend among themselves and whose positions
 * begin at 0. The bits do not depend on the number of threads. */
typedef struct mcd_kernels_attention {
    int32_t heads;
    int32_t kv_heads; /* divides heads */
    int32_t head_dim;
    int32_t threads;
    int64_t rows;
    int64_t stride;          /* in floats, (heads + 2 kv_heads) * head_dim at least */
    const int32_t *segments; /* lengths; they add up to rows */
    int64_t segment_count;
} mcd_kernels_attention;

/* Rotary positions, in place, over the heads of q and k: dimension i of a head turns with dimension i + head_dim/2 by the
 * angle whose cosine and sine are row `position` of the tables, [positions, head_dim/2]; by its negative where `back` is not
 * 0, which takes gradients of turned heads to gradients of the heads before. */
MCD_API mcd_status mcd_kernels_attention_rotate(const mcd_kernels_attention *call, float *qkv, const float *cos,
                                                const float *sin, int64_t positions, int32_t back);

/* out[rows, heads * head_dim], dense: softmax(q k' / sqrt(head_dim)) v; lse[heads, rows]: the logarithm of the sum that each
 * query's softmax divides by. */
MCD_API mcd_status mcd_kernels_attention_forward(const mcd_kernels_attention *call, const float *qkv, float *out, float *lse);

/* gradients, laid out as qkv, from those of out. `gradients` may be `qkv` itself, which is then lost. */
MCD_API mcd_status mcd_kernels_attention_backward(const mcd_kernels_attention *call, const float *qkv, const float *out,
                                                  const float *lse, const float *out_gradients, float *gradients);

#endif
