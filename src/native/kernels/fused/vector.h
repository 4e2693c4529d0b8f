// Vectors as wide as the instruction set has them, in the compiler's own notation: a + b * c is one instruction where
// there is one. Included only by sources that are compiled for each instruction set.
#pragma once

#include <cstdint>
#include <cstring>

namespace mcd::MCD_LEVEL {

constexpr int width = MCD_FLOATS;

using Vector = float __attribute__((vector_size(sizeof(float) * MCD_FLOATS)));
using Integers = int32_t __attribute__((vector_size(sizeof(int32_t) * MCD_FLOATS)));

inline Vector load(const float *from) {
    Vector value;
    std::memcpy(&value, from, sizeof value);
    return value;
}

inline void store(float *to, Vector value) {
    std::memcpy(to, &value, sizeof value);
}

inline Vector all(float value) {
    // Minus 0 leaves every number as it is, so nothing is computed; plus 0 would be, for it turns -0 into 0.
    return value - Vector{};
}

/// In a fixed order: halves are added until one is left.
inline float sum(Vector value) {
    float lanes[width];
    store(lanes, value);
    for (int half = width / 2; half > 0; half /= 2)
        for (int i = 0; i < half; ++i)
            lanes[i] += lanes[i + half];
    return lanes[0];
}

inline Vector larger(Vector a, Vector b) {
    return a > b ? a : b;
}

inline float largest(Vector value) {
    float lanes[width];
    store(lanes, value);
    float most = lanes[0];
    for (int i = 1; i < width; ++i)
        most = lanes[i] > most ? lanes[i] : most;
    return most;
}

}  // namespace mcd::MCD_LEVEL
