// What the forward and the backward pass of attention share: tiles of queries and keys, and their scores.
//
// Everything within a tile lies turned over, keys or dimensions down and queries across: maxima, sums and factors of a query
// then stay in its lane, nothing is ever added up across a vector, and keys and values are read as they are.
#pragma once

#include <algorithm>

#include "exp.h"
#include "mcd_kernels.h"
#include "product.h"
#include "transpose.h"

namespace mcd::MCD_LEVEL {

/// Queries of a tile, and keys of one.
constexpr int64_t tile = 64;

constexpr float log2_of_e = 1.44269504f;
constexpr double log_of_2 = 0.693147180559945309;

/// Where the heads of one segment lie in the product of q, k and v.
struct Segment {
    int64_t first;
    int64_t length;
};

inline int64_t whole_vectors(int64_t count) {
    return (count + width - 1) / width * width;
}

inline const float *query_head(const mcd_kernels_attention &call, const float *qkv, int64_t head) {
    return qkv + head * call.head_dim;
}

inline const float *key_head(const mcd_kernels_attention &call, const float *qkv, int64_t head) {
    return qkv + (call.heads + head) * call.head_dim;
}

inline const float *value_head(const mcd_kernels_attention &call, const float *qkv, int64_t head) {
    return qkv + (call.heads + call.kv_heads + head) * call.head_dim;
}

/// Rows of one head next to each other, `to_stride` apart; what is over in a row is zero.
inline void gather(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float *to, int64_t to_stride) {
    for (int64_t row = 0; row < rows; ++row) {
        std::copy_n(from + row * from_stride, columns, to + row * to_stride);
        std::fill(to + row * to_stride + columns, to + (row + 1) * to_stride, 0.0f);
    }
}

/// Turns a tile of rows over; lanes beyond its last row are zero.
inline void gather_across(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float factor, float *to) {
    transpose(from, from_stride, rows, columns, to, tile, factor);
    const int64_t lanes = whole_vectors(rows);
    for (int64_t column = 0; rows < lanes && column < columns; ++column)
        std::fill(to + column * tile + rows, to + column * tile + lanes, 0.0f);
}

/// Lanes of the vector that begins at `lane` whose query comes before the key: they may not see it.
inline Integers before(int64_t lane, int64_t key) {
    Integers lanes;
    for (int i = 0; i < width; ++i)
        lanes[i] = static_cast<int32_t>(lane) + i;
    return lanes < static_cast<int32_t>(key);
}

}  // namespace mcd::MCD_LEVEL
