#include <cmath>
#include <limits>
#include <vector>

#include <omp.h>

#include "attention.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Memory of one thread.
struct Workspace {
    static int64_t size(int64_t length, int64_t head_dim) {
        return 2 * length * head_dim + 2 * tile * head_dim + tile * tile + 3 * tile;
    }

    Workspace(float *memory, int64_t length, int64_t head_dim) {
        auto take = [&](int64_t count) { float *taken = memory; memory += count; return taken; };
        scores = take(tile * tile);
        queries = take(tile * head_dim);
        mixed = take(tile * head_dim);
        largest = take(tile);
        totals = take(tile);
        factors = take(tile);
        keys = take(length * head_dim);
        values = take(length * head_dim);
    }

    float *scores;   // [key][query]
    float *queries;  // [dimension][query]
    float *mixed;    // [dimension][query]
    float *largest;  // of each query so far, in powers of two
    float *totals;
    float *factors;
    float *keys;     // [key][dimension], of the segment
    float *values;
};

/// Scores to probabilities times a factor that all keys of a query have in common, so far.
void soften(const Workspace &w, int64_t keys, int64_t lanes, bool diagonal) {
    for (int64_t lane = 0; lane < lanes; lane += width) {
        float *scores = w.scores + lane;
        if (diagonal)
            for (int64_t key = lane + 1; key < keys; ++key)
                store(scores + key * tile,
                      before(lane, key) ? all(-std::numeric_limits<float>::infinity()) : load(scores + key * tile));
        const Vector old = load(w.largest + lane);
        Vector most = old;
        for (int64_t key = 0; key < keys; ++key)
            most = larger(load(scores + key * tile), most);
        Vector total = {};
        for (int64_t key = 0; key < keys; ++key) {
            const Vector share = power_of_two(load(scores + key * tile) - most);
            store(scores + key * tile, share);
            total += share;
        }
        const Vector factor = power_of_two(old - most);
        store(w.largest + lane, most);
        store(w.factors + lane, factor);
        store(w.totals + lane, load(w.totals + lane) * factor + total);
    }
}

void attend_tile(const mcd_kernels_attention &call, const float *q, const Workspace &w, int64_t first, int64_t count,
                 float *out, float *lse) {
    const int64_t dim = call.head_dim, lanes = whole_vectors(count);
    const float scale = log2_of_e / std::sqrt(static_cast<float>(dim));
    gather_across(q, call.stride, count, dim, scale, w.queries);
    std::fill_n(w.largest, tile, -std::numeric_limits<float>::infinity());
    std::fill_n(w.totals, tile, 0.0f);
    for (int64_t key = 0; key < first + count; key += tile) {
        const int64_t keys = std::min(tile, first + count - key);
        multiply<Side::row, Start::zero>(
            {w.keys + key * dim, dim, w.queries, tile, w.scores, tile, nullptr}, keys, lanes, dim);
        soften(w, keys, lanes, key == first);
        const Product mix = {w.values + key * dim, dim, w.scores, tile, w.mixed, tile, w.factors};
        if (key == 0)
            multiply<Side::column, Start::zero>(mix, dim, lanes, keys);
        else
            multiply<Side::column, Start::scaled>(mix, dim, lanes, keys);
    }
    for (int64_t lane = 0; lane < lanes; lane += width) {
        const Vector share = 1.0f / load(w.totals + lane);
        for (int64_t i = 0; i < dim; ++i)
            store(w.mixed + i * tile + lane, load(w.mixed + i * tile + lane) * share);
    }
    transpose(w.mixed, tile, dim, count, out, call.heads * dim, 1.0f);
    for (int64_t i = 0; i < count; ++i)
        lse[i] = static_cast<float>(log_of_2 * w.largest[i] + std::log(static_cast<double>(w.totals[i])));
}

}  // namespace

void attention_forward(const mcd_kernels_attention &call, const float *qkv, float *out, float *lse) {
    std::vector<Segment> segments;
    int64_t row = 0, longest = 0;
    for (int64_t i = 0; i < call.segment_count; ++i) {
        segments.push_back({row, call.segments[i]});
        row += call.segments[i];
        longest = std::max<int64_t>(longest, call.segments[i]);
    }
    const int64_t dim = call.head_dim, share = Workspace::size(longest, dim);
    thread_local std::vector<float> memory;
    memory.resize(std::max<size_t>(memory.size(), call.threads * share));
    float *const work = memory.data();
    const int64_t units = call.segment_count * call.heads;
#pragma omp parallel for num_threads(call.threads) schedule(dynamic)
    for (int64_t unit = 0; unit < units; ++unit) {
        const Segment segment = segments[unit / call.heads];
        const int64_t head = unit % call.heads, shared = head / (call.heads / call.kv_heads);
        const Workspace w(work + omp_get_thread_num() * share, longest, dim);
        const float *rows = qkv + segment.first * call.stride;
        gather(key_head(call, rows, shared), call.stride, segment.length, dim, w.keys, dim);
        gather(value_head(call, rows, shared), call.stride, segment.length, dim, w.values, dim);
        for (int64_t first = 0; first < segment.length; first += tile)
            attend_tile(call, query_head(call, rows, head) + first * call.stride, w, first,
                        std::min(tile, segment.length - first),
                        out + ((segment.first + first) * call.heads + head) * dim,
                        lse + head * call.rows + segment.first + first);
    }
}

}  // namespace mcd::MCD_LEVEL
