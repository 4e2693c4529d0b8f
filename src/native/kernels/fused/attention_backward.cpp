#include <cmath>
#include <vector>

#include <omp.h>

#include "attention.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Memory of one thread.
struct Workspace {
    static int64_t size(int64_t length, int64_t head_dim) {
        return 4 * length * whole_vectors(head_dim) + 5 * tile * whole_vectors(head_dim) + 2 * tile * tile + 2 * tile;
    }

    Workspace(float *memory, int64_t length, int64_t head_dim) : padded(whole_vectors(head_dim)) {
        auto take = [&](int64_t count) { float *taken = memory; memory += count; return taken; };
        shares = take(tile * tile);
        slopes = take(tile * tile);
        queries_across = take(tile * padded);
        gradients_across = take(tile * padded);
        query_gradients = take(tile * padded);
        queries = take(tile * padded);
        gradients = take(tile * padded);
        lse = take(tile);
        deltas = take(tile);
        keys = take(length * padded);
        values = take(length * padded);
        key_gradients = take(length * padded);
        value_gradients = take(length * padded);
    }

    int64_t padded;           // dimensions in whole vectors
    float *shares;            // [key][query]: probabilities
    float *slopes;            // [key][query]: gradients of the scores
    float *queries_across;    // [dimension][query]
    float *gradients_across;  // [dimension][query], of the output
    float *query_gradients;   // [dimension][query]
    float *queries;           // [query][padded]
    float *gradients;         // [query][padded], of the output
    float *lse;               // in powers of two
    float *deltas;
    float *keys;              // [key][padded], of the segment
    float *values;
    float *key_gradients;
    float *value_gradients;
};

/// Scores to probabilities, and gradients of probabilities to gradients of scores.
void differentiate(const Workspace &w, int64_t keys, int64_t lanes, bool diagonal) {
    for (int64_t lane = 0; lane < lanes; lane += width) {
        const Vector lse = load(w.lse + lane), delta = load(w.deltas + lane);
        for (int64_t key = 0; key < keys; ++key) {
            Vector exponent = load(w.shares + key * tile + lane) - lse;
            if (diagonal && key > lane)
                exponent = before(lane, key) ? all(-1000.0f) : exponent;
            const Vector share = power_of_two(exponent);
            store(w.shares + key * tile + lane, share);
            store(w.slopes + key * tile + lane, share * (load(w.slopes + key * tile + lane) - delta));
        }
    }
}

struct Rows {
    const float *qkv;
    const float *out;
    const float *lse;
    const float *out_gradients;
    float *gradients;
};

/// Adds one tile of queries of one head to the gradients of its keys and values, and writes the queries' own.
void retrace_tile(const mcd_kernels_attention &call, const Rows &rows, const Workspace &w, int64_t head, int64_t first,
                  int64_t count) {
    const int64_t dim = call.head_dim, padded = w.padded, lanes = whole_vectors(count);
    const int64_t out_stride = call.heads * dim;
    const float scale = 1.0f / std::sqrt(static_cast<float>(dim));
    const float *q = query_head(call, rows.qkv, head) + first * call.stride;
    const float *out = rows.out + first * out_stride + head * dim;
    const float *out_gradients = rows.out_gradients + first * out_stride + head * dim;
    gather(q, call.stride, count, dim, w.queries, padded);
    gather_across(q, call.stride, count, dim, scale * log2_of_e, w.queries_across);
    gather(out_gradients, out_stride, count, dim, w.gradients, padded);
    gather_across(out_gradients, out_stride, count, dim, 1.0f, w.gradients_across);
    for (int64_t i = 0; i < lanes; ++i) {
        double delta = 0;
        for (int64_t j = 0; i < count && j < dim; ++j)
            delta += static_cast<double>(out[i * out_stride + j]) * out_gradients[i * out_stride + j];
        w.deltas[i] = static_cast<float>(delta);
        w.lse[i] = i < count ? rows.lse[head * call.rows + first + i] * log2_of_e : 0.0f;
    }
    for (int64_t key = 0; key < first + count; key += tile) {
        const int64_t keys = std::min(tile, first + count - key);
        const float *k = w.keys + key * padded, *v = w.values + key * padded;
        multiply<Side::row, Start::zero>(
            {k, padded, w.queries_across, tile, w.shares, tile, nullptr}, keys, lanes, dim);
        multiply<Side::row, Start::zero>(
            {v, padded, w.gradients_across, tile, w.slopes, tile, nullptr}, keys, lanes, dim);
        differentiate(w, keys, lanes, key == first);
        multiply<Side::row, Start::itself>(
            {w.shares, tile, w.gradients, padded, w.value_gradients + key * padded, padded, nullptr}, keys, padded, count);
        multiply<Side::row, Start::itself>(
            {w.slopes, tile, w.queries, padded, w.key_gradients + key * padded, padded, nullptr}, keys, padded, count);
        const Product turn = {k, padded, w.slopes, tile, w.query_gradients, tile, nullptr};
        if (key == 0)
            multiply<Side::column, Start::zero>(turn, dim, lanes, keys);
        else
            multiply<Side::column, Start::itself>(turn, dim, lanes, keys);
    }
    transpose(w.query_gradients, tile, dim, count, rows.gradients + first * call.stride + head * dim, call.stride, scale);
}

void scatter(const float *from, int64_t from_stride, int64_t rows, int64_t columns, float factor, float *to,
             int64_t to_stride) {
    for (int64_t row = 0; row < rows; ++row)
        for (int64_t column = 0; column < columns; ++column)
            to[row * to_stride + column] = from[row * from_stride + column] * factor;
}

}  // namespace

void attention_backward(const mcd_kernels_attention &call, const float *qkv, const float *out, const float *lse,
                        const float *out_gradients, float *gradients) {
    std::vector<Segment> segments;
    int64_t row = 0, longest = 0;
    for (int64_t i = 0; i < call.segment_count; ++i) {
        segments.push_back({row, call.segments[i]});
        row += call.segments[i];
        longest = std::max<int64_t>(longest, call.segments[i]);
    }
    const int64_t dim = call.head_dim, share = Workspace::size(longest, dim), group = call.heads / call.kv_heads;
    thread_local std::vector<float> memory;
    memory.resize(std::max<size_t>(memory.size(), call.threads * share));
    float *const work = memory.data();
    const int64_t units = call.segment_count * call.kv_heads;
#pragma omp parallel for num_threads(call.threads) schedule(dynamic)
    for (int64_t unit = 0; unit < units; ++unit) {
        const Segment segment = segments[unit / call.kv_heads];
        const int64_t shared = unit % call.kv_heads, length = segment.length;
        const Workspace w(work + omp_get_thread_num() * share, longest, dim);
        const int64_t out_offset = segment.first * call.heads * dim;
        const Rows rows = {qkv + segment.first * call.stride, out + out_offset, lse + segment.first,
                           out_gradients + out_offset, gradients + segment.first * call.stride};
        gather(key_head(call, rows.qkv, shared), call.stride, length, dim, w.keys, w.padded);
        gather(value_head(call, rows.qkv, shared), call.stride, length, dim, w.values, w.padded);
        std::fill_n(w.key_gradients, length * w.padded, 0.0f);
        std::fill_n(w.value_gradients, length * w.padded, 0.0f);
        for (int64_t head = shared * group; head < (shared + 1) * group; ++head)
            for (int64_t first = 0; first < length; first += tile)
                retrace_tile(call, rows, w, head, first, std::min(tile, length - first));
        scatter(w.key_gradients, w.padded, length, dim, 1.0f / std::sqrt(static_cast<float>(dim)),
                rows.gradients + (call.heads + shared) * dim, call.stride);
        scatter(w.value_gradients, w.padded, length, dim, 1.0f,
                rows.gradients + (call.heads + call.kv_heads + shared) * dim, call.stride);
    }
}

}  // namespace mcd::MCD_LEVEL
