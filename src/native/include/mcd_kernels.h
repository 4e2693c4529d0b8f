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

/* hash = 64 bits of the arrays' bits. Sixty-four accumulators of 32 bits that begin with their number; accumulator j takes
 * elements j, j+64, j+128, ... one after the other, as a = rotate_left(a ^ element, 15) * 0x9E3779B1; at the end, from 0 to
 * 63, hash = rotate_left(hash ^ a, 31) * 0x9E3779B97F4A7C15, from a hash that is the count. Each step is reversible, so a
 * change of one element always changes the hash. */
MCD_API mcd_status mcd_kernels_vector_hash(const float *values, int64_t count, uint64_t *hash);

/* The parts of the model, below, have the bits of the instruction set that is picked: "avx512", "avx2" or "baseline". */
MCD_API const char *mcd_kernels_instruction_set(void);

#endif
