// Products of a few rows with weights of four bits, which become numbers in registers only: from memory come the codes.
#include <cstdint>

#include "packed_product.h"
#include "vector.h"

namespace mcd::MCD_LEVEL {

namespace {

inline Integers load_words(const int32_t *from) {
    Integers value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

/// 32 outputs of a row. A code is 8 more than the number it stands for, so with its highest bit turned round it is that
/// number in two's complement, and a shift to the left and one back make a whole number of it.
void outputs(const PackedProduct &call, int64_t row, int64_t output) {
    constexpr int vectors = packed_outputs / width;
    constexpr int32_t highest_bits = static_cast<int32_t>(0x88888888u);
    const float *x = call.x + row * call.in;
    Vector total[vectors] = {};
    for (int64_t from = 0; from < call.in; from += call.group) {
        Vector sum[vectors] = {};
        for (int64_t i = from; i < from + call.group; i += packed_codes) {
            const int32_t *words = call.words + i / packed_codes * call.out + output;
#pragma GCC unroll 8
            for (int v = 0; v < vectors; ++v) {
                const Integers word = load_words(words + v * width) ^ highest_bits;
#pragma GCC unroll 8
                for (int j = 0; j < packed_codes; ++j) {
                    const Integers code = (word << (28 - 4 * j)) >> 28;
                    sum[v] = __builtin_convertvector(code, Vector) * all(x[i + j]) + sum[v];
                }
            }
        }
        const float *scales = call.scales + from / call.group * call.out + output;
        for (int v = 0; v < vectors; ++v)
            total[v] = sum[v] * load(scales + v * width) + total[v];
    }
    for (int v = 0; v < vectors; ++v)
        store(call.y + row * call.out + output + v * width, total[v]);
}

}  // namespace

void packed_product(const PackedProduct &call, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t output = 0; output < call.out; output += packed_outputs)
        for (int64_t row = 0; row < call.rows; ++row)
            outputs(call, row, output);
}

}  // namespace mcd::MCD_LEVEL
