// The end of a row whose length is no multiple of the vector's width.
#pragma once

#include "vector.h"

namespace mcd::MCD_LEVEL {

/// The first `count` floats, zeros after them; count is below the width.
inline Vector load_part(const float *from, int64_t count) {
    Vector value{};
    std::memcpy(&value, from, sizeof(float) * static_cast<std::size_t>(count));
    return value;
}

inline void store_part(float *to, Vector value, int64_t count) {
    std::memcpy(to, &value, sizeof(float) * static_cast<std::size_t>(count));
}

/// What fits into whole vectors.
inline int64_t whole(int64_t count) {
    return count - count % width;
}

}  // namespace mcd::MCD_LEVEL
