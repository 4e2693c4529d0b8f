// What a product with four-bit weights takes.
#pragma once

#include <cstdint>

namespace mcd {

/// The number of outputs is a multiple of it, so that no vector is cut.
constexpr int64_t packed_outputs = 32;
/// Codes of a word.
constexpr int64_t packed_codes = 8;

struct PackedProduct {
    const float *x;        // [rows, in]
    const int32_t *words;  // [in / 8, out]
    const float *scales;   // [in / group, out]
    float *y;              // [rows, out]
    int64_t rows, in, out;
    int64_t group;         // neighbouring inputs that share a scale
};

}  // namespace mcd
