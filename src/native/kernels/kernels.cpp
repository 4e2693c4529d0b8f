#include "mcd_kernels.h"

#include <cmath>
#include <cstring>
#include <string>

#include "guard.h"

// One body, several instruction sets, chosen by the loader. Elsewhere the compiler's baseline has to do: NEON is part
// of every 64-bit ARM anyway, and a libc without ifunc (musl) cannot choose.
#if defined(__x86_64__) && defined(__GLIBC__)
#define MCD_EACH_CPU __attribute__((target_clones("default", "avx2", "avx512f")))
#else
#define MCD_EACH_CPU
#endif

namespace {

constexpr int accumulators = 16;
constexpr int hash_lanes = 64;

void require_chunks(int64_t count) {
    if (count < 0 || count % MCD_KERNELS_CHUNK != 0)
        throw std::invalid_argument("expected a count that is a multiple of " + std::to_string(MCD_KERNELS_CHUNK) +
                                    ", found " + std::to_string(count));
}

}  // namespace

// Outside the anonymous namespace, because GCC 12 gives clones of internal functions no common resolver.
MCD_EACH_CPU void mcd_kernels_add_loop(float *__restrict destination, const float *__restrict source, int64_t count) {
    for (int64_t i = 0; i < count; ++i)
        destination[i] = destination[i] + source[i];
}

MCD_EACH_CPU void mcd_kernels_square_sum_loop(const float *__restrict values, int64_t count, double *__restrict sums) {
    for (int64_t chunk = 0; chunk < count / MCD_KERNELS_CHUNK; ++chunk) {
        const float *from = values + chunk * MCD_KERNELS_CHUNK;
        double partial[accumulators] = {};
        for (int64_t i = 0; i < MCD_KERNELS_CHUNK; i += accumulators)
            for (int j = 0; j < accumulators; ++j)
                partial[j] += static_cast<double>(from[i + j]) * static_cast<double>(from[i + j]);
        for (int width = accumulators / 2; width > 0; width /= 2)
            for (int j = 0; j < width; ++j)
                partial[j] += partial[j + width];
        sums[chunk] = partial[0];
    }
}

MCD_EACH_CPU void mcd_kernels_adamw_loop(float *__restrict parameters, const float *__restrict gradients,
                                         float *__restrict first, float *__restrict second, int64_t count,
                                         mcd_kernels_adamw_step step) {
    const float rest1 = 1.0f - step.beta1;
    const float rest2 = 1.0f - step.beta2;
    for (int64_t i = 0; i < count; ++i) {
        const float g = gradients[i] * step.gradient_scale;
        const float m = step.beta1 * first[i] + rest1 * g;
        const float v = step.beta2 * second[i] + rest2 * g * g;
        const float direction = (m / step.bias_correction1) / (std::sqrt(v / step.bias_correction2) + step.epsilon);
        const float p = parameters[i];
        first[i] = m;
        second[i] = v;
        parameters[i] = p - step.learning_rate * (direction + step.weight_decay * p);
    }
}

MCD_EACH_CPU void mcd_kernels_hash_loop(const float *__restrict values, int64_t count, uint32_t *__restrict lanes) {
    uint32_t state[hash_lanes];
    for (int j = 0; j < hash_lanes; ++j)
        state[j] = static_cast<uint32_t>(j);
    for (int64_t i = 0; i < count; i += hash_lanes) {
        uint32_t bits[hash_lanes];
        std::memcpy(bits, values + i, sizeof bits);
        for (int j = 0; j < hash_lanes; ++j) {
            const uint32_t mixed = state[j] ^ bits[j];
            state[j] = ((mixed << 15) | (mixed >> 17)) * 0x9E3779B1u;
        }
    }
    std::memcpy(lanes, state, sizeof state);
}

mcd_status mcd_kernels_vector_add(float *destination, const float *source, int64_t count) {
    return mcd::guard("add vectors", [&] {
        require_chunks(count);
        mcd_kernels_add_loop(destination, source, count);
    });
}

mcd_status mcd_kernels_vector_chunk_square_sums(const float *values, int64_t count, double *sums) {
    return mcd::guard("sums of squares", [&] {
        require_chunks(count);
        mcd_kernels_square_sum_loop(values, count, sums);
    });
}

mcd_status mcd_kernels_vector_hash(const float *values, int64_t count, uint64_t *hash) {
    return mcd::guard("hash of a vector", [&] {
        // Of bfloat16, two are an element.
        if (count < 0 || count % hash_lanes != 0)
            throw std::invalid_argument("expected a count that is a multiple of " + std::to_string(hash_lanes) +
                                        ", found " + std::to_string(count));
        uint32_t lanes[hash_lanes];
        mcd_kernels_hash_loop(values, count, lanes);
        uint64_t all = static_cast<uint64_t>(count);
        for (uint32_t lane : lanes) {
            const uint64_t mixed = all ^ lane;
            all = ((mixed << 31) | (mixed >> 33)) * 0x9E3779B97F4A7C15u;
        }
        *hash = all;
    });
}

mcd_status mcd_kernels_vector_adamw(float *parameters, const float *gradients, float *first_moments,
                                    float *second_moments, int64_t count, const mcd_kernels_adamw_step *step) {
    return mcd::guard("AdamW step", [&] {
        require_chunks(count);
        mcd_kernels_adamw_loop(parameters, gradients, first_moments, second_moments, count, *step);
    });
}
