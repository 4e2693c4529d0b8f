#pragma once

#include <cstdint>

namespace mcd {

/// RMSNorm of `rows` rows of `width` floats: y = x · inverse · weight · scale, inverse = 1 / √(mean(x²) + epsilon).
struct NormShape {
    int64_t rows;
    int64_t width;
    float epsilon;
    float scale;
};

}  // namespace mcd
