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

/* hash = 64 bits of the arrays' bits. Sixty-four accumulators of 32 bits that begin with their number; accumulator j
 * takes elements j, j+64, j+128, ... one after the other, as a = rotate_left(a ^ element, 15) * 0x9E3779B1; at the end,
 * from 0 to 63, hash = rotate_left(hash ^ a, 31) * 0x9E3779B97F4A7C15, from a hash that is the count. Each step is
 * reversible, so a change of one element always changes the hash. */
MCD_API mcd_status mcd_kernels_vector_hash(const float *values, int64_t count, uint64_t *hash);

/* The parts of the model, below, have the bits of the instruction set that is picked: "avx512",
 * "avx2" or "baseline". */
MCD_API const char *mcd_kernels_instruction_set(void);

/* Rows lie one behind the other, of any length from 1. `threads` (1 or more) changes no bit: rows are shared out, and
 * sums over rows have a fixed order. Pointers may be null, and arrays may be the same, only where it is said. */

/* RMSNorm of rows x[rows][width]: y = x * inverse * weight * scale with inverse = 1 / sqrt(mean(x^2) + epsilon), one
 * number a row, which is written too. */
MCD_API mcd_status mcd_kernels_norm_forward(const float *x, const float *weight, float *y, float *inverse, int64_t rows,
                                            int64_t width, float epsilon, float scale, int32_t threads);

/* y once more, from what the forward has left in `inverse`. */
MCD_API mcd_status mcd_kernels_norm_again(const float *x, const float *weight, const float *inverse, float *y,
                                          int64_t rows, int64_t width, float scale, int32_t threads);

/* With g = dy * weight * scale and n = x * inverse: dx = inverse * (g - n * mean(g * n)) + residual (null: nothing),
 * and weight_gradient += sum over rows of dy * n * scale, 32 rows at a time. dx may be dy or residual. */
MCD_API mcd_status mcd_kernels_norm_backward(const float *dy, const float *x, const float *weight, const float *inverse,
                                             const float *residual, float *dx, float *weight_gradient, int64_t rows,
                                             int64_t width, float scale, int32_t threads);

/* product[rows][width] = silu(gate) * up, of gate_up[rows][2 * width]: a row's gates, then its ups. */
MCD_API mcd_status mcd_kernels_swiglu_forward(const float *gate_up, float *product, int64_t rows, int64_t width,
                                              int32_t threads);

/* In place: `product` comes as the gradient of the product and leaves as the product itself, gate_up comes as in the
 * forward and leaves as its gradient. */
MCD_API mcd_status mcd_kernels_swiglu_backward(float *gate_up, float *product, int64_t rows, int64_t width,
                                               int32_t threads);

/* As above, of rows that are added up with weights: `product` comes as the gradient of weight * product divided by the
 * weight, and leaves as the product times its weight; slopes[row] is the derivative by the weight. */
MCD_API mcd_status mcd_kernels_swiglu_backward_weighted(float *gate_up, float *product, const float *weights,
                                                        float *slopes, int64_t rows, int64_t width, int32_t threads);

/* to[token] = residual[token] + scale * sum over slots of weights[place] * rows[place], in the order of slots, with
 * place = places[slot][token]; `rows` has tokens * per_token rows. Weights may be null: ones. `to` may be `residual`. A
 * place below zero, or past the rows, is refused. */
MCD_API mcd_status mcd_kernels_experts_combine(const float *rows, const int64_t *places, const float *weights,
                                               const float *residual, float *to, int64_t tokens, int64_t per_token,
                                               int64_t width, float scale, int32_t threads);

/* losses[r] = log(sum(exp(logits[r]))) - logits[r][targets[r]] in nats; 0 for a target below zero. With gradient_factor
 * (null: logits stay) the logits become the gradient of the losses' sum, times the factor. A target of vocabulary or
 * more is refused. */
MCD_API mcd_status mcd_kernels_cross_entropy(float *logits, const int64_t *targets, float *losses, int64_t rows,
                                             int64_t vocabulary, const float *gradient_factor, int32_t threads);

/* rows[i] = table[ids[i]] * factor, rows of `width` floats. An id below zero, or of vocabulary or more, is refused. */
MCD_API mcd_status mcd_kernels_embedding_forward(const float *table, const int64_t *ids, float *rows, int64_t count,
                                                 int64_t vocabulary, int64_t width, float factor, int32_t threads);

/* table_gradient[ids[i]] += gradient[i] * factor, in the order of i. */
MCD_API mcd_status mcd_kernels_embedding_backward(float *table_gradient, const int64_t *ids, const float *gradient,
                                                  int64_t count, int64_t vocabulary, int64_t width, float factor,
                                                  int32_t threads);
/* y[rows][out] = x[rows][in] * weight[out][in] transposed, each sum as a chain of fused multiply-adds over `block`
 * inner indices, the chains' sums added in turn: the order of a BLAS for many rows, made for few. A row's bits depend
 * on neither the other rows nor the number of threads. */
MCD_API mcd_status mcd_kernels_row_product(const float *x, const float *weight, float *y, int64_t rows, int64_t in,
                                           int64_t out, int64_t block, int32_t threads);

/* y[rows][out] = x[rows][in] * weight[out][in] transposed, with weights of four bits: word [i / 8][o] of `words` holds
 * those of inputs 8k .. 8k + 7 of output o, the first in the lowest bits, and a weight is scales[i / group][o] times
 * its code less 8. `out` is a multiple of 32, `group` of 8, `in` of the group. A row's bits depend on neither the other
 * rows nor the number of threads. */
MCD_API mcd_status mcd_kernels_packed_product(const float *x, const int32_t *words, const float *scales, float *y,
                                              int64_t rows, int64_t in, int64_t out, int64_t group, int32_t threads);

/* Uses this instruction set from now on, for tests and measurements; one that the processor lacks is refused. Not while
 * another call is under way. */
MCD_API mcd_status mcd_kernels_instruction_set_use(const char *name);

/* Causal grouped-query attention over one buffer with q, k and v next to each other, as one product gives them: row r
 * begins at r * stride and holds `heads` heads of q, `kv_heads` of k and as many of v, of `head_dim` (even) numbers
 * each; query head h attends to head h / (heads / kv_heads). Segments are consecutive rows that attend among themselves
 * and whose positions begin at 0. A branch is a segment that attends to another one, too, its stem, and whose positions
 * begin at the stem's end; branches of a stem follow it directly. The bits do not depend on the number of threads. */
typedef struct mcd_kernels_attention {
    int32_t heads;
    int32_t kv_heads; /* divides heads */
    int32_t head_dim;
    int32_t threads;
    int64_t rows;
    int64_t stride;          /* in floats, (heads + 2 kv_heads) * head_dim at least */
    const int32_t *segments; /* lengths; they add up to rows */
    int64_t segment_count;
    const int32_t *branches; /* null, or of each segment: n for branch n of the segment n before it, 0 for no branch */
    const int64_t *key_rows; /* null, or, where keys and values lie in a buffer of their own, of each segment: the row
                              * there of its first query's own key. Its other keys follow, a row for each query */
    const int32_t *earlier;  /* with key_rows, of each segment: rows directly before that one which all of its queries
                              * attend to, too, and from whose end its positions count; `branches` is null then */
    int64_t key_row_count;   /* with key_rows: rows of that buffer */
} mcd_kernels_attention;

/* Rotary positions, in place, over the heads of q and k: dimension i of a head turns with dimension i + head_dim/2 by
 * the angle whose cosine and sine are row `position` of the tables, [positions, head_dim/2]; by its negative where
 * `back` is not 0, which takes gradients of turned heads to gradients of the heads before. */
MCD_API mcd_status mcd_kernels_attention_rotate(const mcd_kernels_attention *call, float *qkv, const float *cos,
                                                const float *sin, int64_t positions, int32_t back);

/* out[rows, heads * head_dim], dense: softmax(q k' / sqrt(head_dim)) v; lse[heads, rows]: the logarithm of the sum that
 * each query's softmax divides by. */
MCD_API mcd_status mcd_kernels_attention_forward(const mcd_kernels_attention *call, const float *qkv, float *out,
                                                 float *lse);

/* gradients, laid out as qkv, from those of out. `gradients` may be `qkv` itself, which is then lost. */
MCD_API mcd_status mcd_kernels_attention_backward(const mcd_kernels_attention *call, const float *qkv, const float *out,
                                                  const float *lse, const float *out_gradients, float *gradients);

/* As attention_forward for queries whose keys and values lie elsewhere (key_rows): the q of qkv and the rows
 * kv[key_row_count, 2 * kv_heads * head_dim], k heads and then v heads, which are turned already. */
MCD_API mcd_status mcd_kernels_attention_forward_over(const mcd_kernels_attention *call, const float *qkv,
                                                      const float *kv, float *out, float *lse);

/* As attention_backward for such queries: writes the q of gradients (which may be qkv), and adds the gradients of keys
 * and values to kv_gradients, laid out as kv, segment by segment. */
MCD_API mcd_status mcd_kernels_attention_backward_over(const mcd_kernels_attention *call, const float *qkv,
                                                       const float *kv, const float *out, const float *lse,
                                                       const float *out_gradients, float *gradients,
                                                       float *kv_gradients);

#endif
