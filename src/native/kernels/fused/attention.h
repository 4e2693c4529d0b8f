// What the forward and the backward pass of attention share: tiles of queries and keys, and their scores.
//
// Everything within a tile lies turned over, keys or dimensions down and queries across: maxima, sums and factors of a
// query then stay in its lane, nothing is ever added up across a vector, and keys and values are read as they are.
#pragma once

#include <algorithm>
#include <vector>

#include "exp.h"
#include "mcd_kernels.h"
#include "product.h"
#include "transpose.h"

namespace mcd::MCD_LEVEL {

/// Queries of a tile, and keys of one.
constexpr int64_t tile = 64;

constexpr float log2_of_e = 1.44269504f;
constexpr float log_of_2 = 0.693147181f;

/// Where the queries of one segment lie, its keys, and those of its stem.
struct Segment {
    int64_t first;
    int64_t length;
    int64_t key_first;
    int64_t stem_first;
    int64_t stem_length;  // 0: it has none
};

/// A segment without a stem, and the branches that follow it; where keys have a buffer of their own, neighbours that
/// begin in one document.
struct Family {
    int64_t first;  // of `Work::segments`
    int64_t count;
};

inline int32_t stem_length(const mcd_kernels_attention &call, int64_t segment) {
    if (call.key_rows != nullptr)
        return call.earlier[segment];
    const int32_t branch = call.branches == nullptr ? 0 : call.branches[segment];
    return branch == 0 ? 0 : call.segments[segment - branch];
}

inline int64_t whole_vectors(int64_t count) {
    return (count + width - 1) / width * width;
}

/// Where a segment's own keys lie in a thread's memory: after those of its stem.
inline int64_t own_keys(const Segment &segment) {
    return whole_vectors(segment.stem_length);
}

/// The segments of a call, and what each thread works in: memory of the calling thread that grows and stays, so that
/// nothing is allocated where a failure could not be reported.
struct Work {
    Work(const mcd_kernels_attention &call, std::vector<float> &memory,
         int64_t (*size)(int64_t length, int64_t head_dim)) {
        int64_t row = 0;
        for (int64_t i = 0; i < call.segment_count; ++i) {
            const int32_t stem = stem_length(call, i);
            const bool elsewhere = call.key_rows != nullptr;
            const int64_t key = elsewhere ? call.key_rows[i] : row;
            if (elsewhere ? i == 0 || segments.back().stem_first != key - stem : stem == 0)
                families.push_back({i, 0});
            Family &family = families.back();
            const int64_t stem_first = elsewhere ? key - stem : stem == 0 ? row : segments[family.first].first;
            segments.push_back({row, call.segments[i], key, stem_first, stem});
            ++family.count;
            row += call.segments[i];
            longest = std::max<int64_t>(longest, own_keys(segments.back()) + call.segments[i]);
        }
        share = (size(longest, call.head_dim) + line - 1) / line * line;
        const size_t needed = call.threads * share + line;
        if (memory.size() < needed)
            memory.resize(needed);
        const auto address = reinterpret_cast<uintptr_t>(memory.data());
        first = memory.data() + (line - address / sizeof(float) % line) % line;
    }

    float *of_thread(int thread) const { return first + thread * share; }

    static constexpr int64_t line = 16;  // floats: vectors that lie in two lines of the cache take twice as long

    std::vector<Segment> segments;
    std::vector<Family> families;
    int64_t longest = 0;  // keys of a segment, with those of its stem
    int64_t share;
    float *first;
};

inline const float *query_head(const mcd_kernels_attention &call, const float *qkv, int64_t head) {
    return qkv + head * call.head_dim;
}

/// Rows of keys and values, or of their gradients: beside the queries, or in a buffer of their own.
template <typename Number>
struct KeyRows {
    KeyRows(const mcd_kernels_attention &call, Number *qkv, Number *kv)
        : keys(kv == nullptr ? qkv + call.heads * call.head_dim : kv), dim(call.head_dim), heads(call.kv_heads),
          stride(kv == nullptr ? call.stride : 2 * heads * dim) {}

    Number *key(int64_t row, int64_t head) const { return keys + row * stride + head * dim; }
    Number *value(int64_t row, int64_t head) const { return key(row, heads + head); }

    Number *keys;
    int64_t dim;
    int64_t heads;
    int64_t stride;
};

/// to = from * factor, row by row.
inline void copy_rows(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float factor, float *to,
                      int64_t to_stride) {
    const Vector factors = all(factor);
    for (int64_t row = 0; row < rows; ++row) {
        int64_t column = 0;
        for (; column + width <= columns; column += width)
            store(to + row * to_stride + column, load(from + row * from_stride + column) * factors);
        for (; column < columns; ++column)
            to[row * to_stride + column] = from[row * from_stride + column] * factor;
    }
}

/// to += from * factor, row by row.
inline void add_rows(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float factor, float *to,
                     int64_t to_stride) {
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column)
            to[row * to_stride + column] += from[row * from_stride + column] * factor;
}

/// The rows of one head next to each other, filled with zeros to whole vectors of rows and columns.
inline void gather(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float factor, float *to) {
    const int64_t to_stride = whole_vectors(columns);
    copy_rows(from, from_stride, rows, columns, factor, to, to_stride);
    for (int64_t row = 0; columns < to_stride && row < rows; ++row)
        std::fill(to + row * to_stride + columns, to + (row + 1) * to_stride, 0.0f);
    std::fill(to + rows * to_stride, to + whole_vectors(rows) * to_stride, 0.0f);
}

/// On the diagonal, queries and keys go in steps of this many; what lies above the steps is never computed.
constexpr int64_t diagonal_step = 16;
static_assert(diagonal_step % width == 0 && tile % diagonal_step == 0);

/// Keys that the steps of a tile have for the queries of a lane.
inline int64_t keys_of_lane(int64_t lane, int64_t keys, bool diagonal) {
    return diagonal ? std::min(keys, (lane / diagonal_step + 1) * diagonal_step) : keys;
}

/// c[key][query], over dimensions.
inline void multiply_scores(const Product &p, int64_t keys, int64_t lanes, int64_t dimensions, bool diagonal) {
    const int64_t step = diagonal ? diagonal_step : keys;
    for (int64_t at = 0; at < keys; at += step) {
        const int64_t lane = diagonal ? at : 0;
        multiply<Side::row, Start::zero>(
            {p.a + at * p.a_stride, p.a_stride, p.b + lane, p.b_stride, p.c + at * p.c_stride + lane, p.c_stride,
             nullptr},
            std::min(step, keys - at), lanes - lane, dimensions);
    }
}

/// c[dimension][query], over keys.
template <Start start>
inline void multiply_over_keys(const Product &p, int64_t dimensions, int64_t lanes, int64_t keys, bool diagonal) {
    const int64_t step = diagonal ? diagonal_step : lanes;
    for (int64_t lane = 0; lane < lanes; lane += step)
        multiply<Side::column, start>(
            {p.a, p.a_stride, p.b + lane, p.b_stride, p.c + lane, p.c_stride, p.factors + lane},
            dimensions, std::min(step, lanes - lane), keys_of_lane(lane, keys, diagonal));
}

/// Adds to c[key][dimension], over queries.
inline void multiply_over_queries(const Product &p, int64_t keys, int64_t dimensions, int64_t queries, bool diagonal) {
    const int64_t step = diagonal ? diagonal_step : keys;
    for (int64_t at = 0; at < keys; at += step) {
        const int64_t first = diagonal ? at : 0;
        multiply<Side::row, Start::itself>(
            {p.a + at * p.a_stride + first, p.a_stride, p.b + first * p.b_stride, p.b_stride, p.c + at * p.c_stride,
             p.c_stride, nullptr},
            std::min(step, keys - at), dimensions, queries - first);
    }
}

/// Lanes of the vector that begins at `lane` whose query comes before the key: they may not see it.
inline Integers before(int64_t lane, int64_t key) {
    Integers lanes;
    for (int i = 0; i < width; ++i)
        lanes[i] = static_cast<int32_t>(lane) + i;
    return lanes < static_cast<int32_t>(key);
}

}  // namespace mcd::MCD_LEVEL
