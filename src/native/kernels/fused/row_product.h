// What a product of a few rows takes.
#pragma once

#include <cstdint>

namespace mcd {

struct RowProduct {
    const float *x;       // [rows, in]
    const float *weight;  // [out, in]
    float *y;             // [rows, out]
    int64_t rows, in, out;
    int64_t block;        // inner indices that are added up in one chain
};

}  // namespace mcd
