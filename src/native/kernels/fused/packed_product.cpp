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

/// Outputs whose sums stay in the nearest cache while the words of all inputs go by, a kilobyte at a time. One vector
/// of outputs alone would read a few words here and a few there, and wait for each.
constexpr int64_t most_outputs = 256;

/// Some outputs of a row. A code is 8 more than the number it stands for, so with its highest bit turned round it is
/// that number in two's complement, and a shift to the left and one back make a whole number of it.
void outputs(const PackedProduct &call, int64_t row, int64_t output, int64_t count) {
    constexpr int32_t highest_bits = static_cast<int32_t>(0x88888888u);
    const float *x = call.x + row * call.in;
    float *total = call.y + row * call.out + output;
    float sum[most_outputs];
    for (int64_t from = 0; from < call.in; from += call.group) {
        std::memset(sum, 0, sizeof sum);
        for (int64_t i = from; i < from + call.group; i += packed_codes) {
            const int32_t *words = call.words + i / packed_codes * call.out + output;
            for (int64_t o = 0; o < count; o += width) {
                const Integers word = load_words(words + o) ^ highest_bits;
                Vector value = load(sum + o);
#pragma GCC unroll 8
                for (int j = 0; j < packed_codes; ++j) {
                    const Integers code = (word << (28 - 4 * j)) >> 28;
                    value = __builtin_convertvector(code, Vector) * all(x[i + j]) + value;
                }
                store(sum + o, value);
            }
        }
        const float *scales = call.scales + from / call.group * call.out + output;
        for (int64_t o = 0; o < count; o += width) {
            const Vector before = from == 0 ? Vector{} : load(total + o);
            store(total + o, load(sum + o) * load(scales + o) + before);
        }
    }
}

}  // namespace

void packed_product(const PackedProduct &call, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t output = 0; output < call.out; output += most_outputs)
        for (int64_t row = 0; row < call.rows; ++row)
            outputs(call, row, output, call.out - output < most_outputs ? call.out - output : most_outputs);
}

}  // namespace mcd::MCD_LEVEL
