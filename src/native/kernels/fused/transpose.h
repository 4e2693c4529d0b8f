// Matrices turned over, in squares that fit in registers.
#pragma once

#include <utility>

#include "vector.h"

namespace mcd::MCD_LEVEL {

/// Swaps what lies off the diagonal in each pair of neighbouring squares of this size;
/// all sizes in turn turn the matrix over.
template <int Size, int... Lane>
inline void swap_squares(Vector *rows, std::integer_sequence<int, Lane...>) {
    constexpr Integers upper = {((Lane & Size) ? width + Lane - Size : Lane)...};
    constexpr Integers lower = {((Lane & Size) ? width + Lane : Lane + Size)...};
#pragma GCC unroll 16
    for (int i = 0; i < width; ++i) {
        if (i & Size)
            continue;
        const Vector a = rows[i], b = rows[i + Size];
        rows[i] = __builtin_shuffle(a, b, upper);
        rows[i + Size] = __builtin_shuffle(a, b, lower);
    }
    if constexpr (2 * Size < width)
        swap_squares<2 * Size>(rows, std::integer_sequence<int, Lane...>{});
}

inline void transpose_square(const float *from, int64_t from_stride, float *to, int64_t to_stride) {
    Vector rows[width];
#pragma GCC unroll 16
    for (int i = 0; i < width; ++i)
        rows[i] = load(from + i * from_stride);
    swap_squares<1>(rows, std::make_integer_sequence<int, width>{});
#pragma GCC unroll 16
    for (int i = 0; i < width; ++i)
        store(to + i * to_stride, rows[i]);
}

/// to[column][row] = from[row][column]; rows and columns are whole vectors.
inline void transpose(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float *to,
                      int64_t to_stride) {
    for (int64_t row = 0; row < rows; row += width)
        for (int64_t column = 0; column < columns; column += width)
            transpose_square(from + row * from_stride + column, from_stride, to + column * to_stride + row, to_stride);
}

}  // namespace mcd::MCD_LEVEL
