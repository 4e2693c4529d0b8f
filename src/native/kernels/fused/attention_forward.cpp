#include <cmath>
#include <limits>

#include <omp.h>

#include "attention.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Memory of one thread.
struct Workspace {
    static int64_t size(int64_t length, int64_t head_dim) {
        return 2 * whole_vectors(length) * whole_vectors(head_dim) + 3 * tile * whole_vectors(head_dim) + tile * tile +
               3 * tile;
    }

    Workspace(float *memory, int64_t length, int64_t head_dim) : padded(whole_vectors(head_dim)) {
        auto take = [&](int64_t count) { float *taken = memory; memory += count; return taken; };
        scores = take(tile * tile);
        rows = take(tile * padded);
        queries = take(tile * padded);
        mixed = take(tile * padded);
        largest = take(tile);
        totals = take(tile);
        factors = take(tile);
        keys = take(whole_vectors(length) * padded);
        values = take(whole_vectors(length) * padded);
    }

    int64_t padded;  // dimensions in whole vectors
    float *scores;   // [key][query]
    float *rows;     // [query][padded]
    float *queries;  // [dimension][query]
    float *mixed;    // [dimension][query]
    float *largest;  // of each query so far, in powers of two
    float *totals;
    float *factors;
    float *keys;     // [key][padded], of the stem and of the segment
    float *values;
};

/// Scores to probabilities times a factor that all keys of a query have in common, so far.
[[gnu::noinline]] void soften(const Workspace &w, int64_t all_keys, int64_t lanes, bool diagonal) {
    for (int64_t lane = 0; lane < lanes; lane += width) {
        const int64_t keys = keys_of_lane(lane, all_keys, diagonal);
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

/// One tile of keys for one tile of queries.
void attend_keys(const Workspace &w, int64_t at, int64_t keys, int64_t lanes, int64_t dim, bool diagonal,
                 bool is_first) {
    multiply_scores({w.keys + at * w.padded, w.padded, w.queries, tile, w.scores, tile, nullptr}, keys, lanes, dim,
                    diagonal);
    soften(w, keys, lanes, diagonal);
    const Product mix = {w.values + at * w.padded, w.padded, w.scores, tile, w.mixed, tile, w.factors};
    if (is_first)
        multiply_over_keys<Start::zero>(mix, dim, lanes, keys, diagonal);
    else
        multiply_over_keys<Start::scaled>(mix, dim, lanes, keys, diagonal);
}

[[gnu::noinline]] void attend_tile(const mcd_kernels_attention &call, const Segment &segment, const float *q,
                                   const Workspace &w, int64_t first, int64_t count, float *out, float *lse) {
    const int64_t dim = call.head_dim, padded = w.padded, lanes = whole_vectors(count);
    const float scale = log2_of_e / std::sqrt(static_cast<float>(dim));
    gather(q, call.stride, count, dim, scale, w.rows);
    transpose(w.rows, padded, lanes, padded, w.queries, tile);
    std::fill_n(w.largest, tile, -std::numeric_limits<float>::infinity());
    std::fill_n(w.totals, tile, 0.0f);
    for (int64_t key = 0; key < segment.stem_length; key += tile)
        attend_keys(w, key, std::min(tile, segment.stem_length - key), lanes, dim, false, key == 0);
    for (int64_t key = 0; key < first + count; key += tile)
        attend_keys(w, own_keys(segment) + key, std::min(tile, first + count - key), lanes, dim, key == first,
                    key == 0 && segment.stem_length == 0);
    for (int64_t lane = 0; lane < lanes; lane += width) {
        const Vector share = 1.0f / load(w.totals + lane);
        for (int64_t i = 0; i < dim; ++i)
            store(w.mixed + i * tile + lane, load(w.mixed + i * tile + lane) * share);
        store(w.largest + lane, load(w.largest + lane) * log_of_2 + logarithm(load(w.totals + lane)));
    }
    transpose(w.mixed, tile, padded, lanes, w.rows, padded);
    copy_rows(w.rows, padded, count, dim, 1.0f, out, call.heads * dim);
    std::copy_n(w.largest, count, lse);
}

}  // namespace

void attention_forward(const mcd_kernels_attention &call, const float *qkv, const float *kv, float *out, float *lse) {
    thread_local std::vector<float> memory;
    const Work work(call, memory, Workspace::size);
    const int64_t dim = call.head_dim;
    const KeyRows<const float> from(call, qkv, kv);
    const int64_t units = call.segment_count * call.heads;
#pragma omp parallel for num_threads(call.threads) schedule(dynamic)
    for (int64_t unit = 0; unit < units; ++unit) {
        const Segment segment = work.segments[unit / call.heads];
        const int64_t head = unit % call.heads, shared = head / (call.heads / call.kv_heads);
        const Workspace w(work.of_thread(omp_get_thread_num()), work.longest, dim);
        const float *rows = qkv + segment.first * call.stride;
        const int64_t own = own_keys(segment) * w.padded, stem = segment.stem_first, first_key = segment.key_first;
        gather(from.key(stem, shared), from.stride, segment.stem_length, dim, 1.0f, w.keys);
        gather(from.value(stem, shared), from.stride, segment.stem_length, dim, 1.0f, w.values);
        gather(from.key(first_key, shared), from.stride, segment.length, dim, 1.0f, w.keys + own);
        gather(from.value(first_key, shared), from.stride, segment.length, dim, 1.0f, w.values + own);
        for (int64_t first = 0; first < segment.length; first += tile)
            attend_tile(call, segment, query_head(call, rows, head) + first * call.stride, w, first,
                        std::min(tile, segment.length - first),
                        out + ((segment.first + first) * call.heads + head) * dim,
                        lse + head * call.rows + segment.first + first);
    }
}

}  // namespace mcd::MCD_LEVEL
