#include <cmath>

#include <omp.h>

#include "attention.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Memory of one thread.
struct Workspace {
    static int64_t size(int64_t length, int64_t head_dim) {
        return 4 * whole_vectors(length) * whole_vectors(head_dim) + 6 * tile * whole_vectors(head_dim) +
               2 * tile * tile + 2 * tile;
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
        outputs = take(tile * padded);
        lse = take(tile);
        deltas = take(tile);
        keys = take(whole_vectors(length) * padded);
        values = take(whole_vectors(length) * padded);
        key_gradients = take(whole_vectors(length) * padded);
        value_gradients = take(whole_vectors(length) * padded);
    }

    int64_t padded;           // dimensions in whole vectors
    float *shares;            // [key][query]: probabilities
    float *slopes;            // [key][query]: gradients of the scores
    float *queries_across;    // [dimension][query]
    float *gradients_across;  // [dimension][query], of the output
    float *query_gradients;   // [dimension][query]
    float *queries;           // [query][padded]
    float *gradients;         // [query][padded], of the output
    float *outputs;           // [query][padded]
    float *lse;               // in powers of two
    float *deltas;
    float *keys;              // [key][padded], of the segment
    float *values;
    float *key_gradients;
    float *value_gradients;
};

/// Scores to probabilities, and gradients of probabilities to gradients of scores.
[[gnu::noinline]] void differentiate(const Workspace &w, int64_t all_keys, int64_t lanes, bool diagonal) {
    for (int64_t lane = 0; lane < lanes; lane += width) {
        const Vector lse = load(w.lse + lane), delta = load(w.deltas + lane);
        const int64_t keys = keys_of_lane(lane, all_keys, diagonal);
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

/// Adds one tile of queries to the gradients of one tile of keys and values, and these to the queries' own.
void retrace_keys(const Workspace &w, int64_t at, int64_t keys, int64_t count, int64_t dim, bool diagonal,
                  bool is_first) {
    const int64_t padded = w.padded, lanes = whole_vectors(count);
    const float *k = w.keys + at * padded, *v = w.values + at * padded;
    multiply_scores({k, padded, w.queries_across, tile, w.shares, tile, nullptr}, keys, lanes, dim, diagonal);
    multiply_scores({v, padded, w.gradients_across, tile, w.slopes, tile, nullptr}, keys, lanes, dim, diagonal);
    differentiate(w, keys, lanes, diagonal);
    // The first query has one key, whose share is 1 whatever the score is: what rounding leaves is no gradient.
    if (diagonal && is_first)
        w.slopes[0] = 0.0f;
    multiply_over_queries({w.shares, tile, w.gradients, padded, w.value_gradients + at * padded, padded, nullptr}, keys,
                          padded, count, diagonal);
    multiply_over_queries({w.slopes, tile, w.queries, padded, w.key_gradients + at * padded, padded, nullptr}, keys,
                          padded, count, diagonal);
    const Product turn = {k, padded, w.slopes, tile, w.query_gradients, tile, nullptr};
    if (is_first)
        multiply_over_keys<Start::zero>(turn, dim, lanes, keys, diagonal);
    else
        multiply_over_keys<Start::itself>(turn, dim, lanes, keys, diagonal);
}

/// Adds one tile of queries of one head to the gradients of its keys and values, and writes the queries' own.
void retrace_tile(const mcd_kernels_attention &call, const Segment &segment, const Rows &rows, const Workspace &w,
                  int64_t head, int64_t first, int64_t count) {
    const int64_t dim = call.head_dim, padded = w.padded, lanes = whole_vectors(count);
    const int64_t out_stride = call.heads * dim;
    const float scale = 1.0f / std::sqrt(static_cast<float>(dim));
    const float *q = query_head(call, rows.qkv, head) + first * call.stride;
    const float *out = rows.out + first * out_stride + head * dim;
    const float *out_gradients = rows.out_gradients + first * out_stride + head * dim;
    gather(q, call.stride, count, dim, scale * log2_of_e, w.queries);
    transpose(w.queries, padded, lanes, padded, w.queries_across, tile);
    gather(out_gradients, out_stride, count, dim, 1.0f, w.gradients);
    transpose(w.gradients, padded, lanes, padded, w.gradients_across, tile);
    gather(out, out_stride, count, dim, 1.0f, w.outputs);
    for (int64_t i = 0; i < lanes; ++i) {
        Vector delta = {};
        for (int64_t j = 0; j < padded; j += width)
            delta += load(w.outputs + i * padded + j) * load(w.gradients + i * padded + j);
        w.deltas[i] = sum(delta);
        w.lse[i] = i < count ? rows.lse[head * call.rows + first + i] * log2_of_e : 0.0f;
    }
    for (int64_t key = 0; key < segment.stem_length; key += tile)
        retrace_keys(w, key, std::min(tile, segment.stem_length - key), count, dim, false, key == 0);
    for (int64_t key = 0; key < first + count; key += tile)
        retrace_keys(w, own_keys(segment) + key, std::min(tile, first + count - key), count, dim, key == first,
                     key == 0 && segment.stem_length == 0);
    transpose(w.query_gradients, tile, padded, lanes, w.outputs, padded);
    copy_rows(w.outputs, padded, count, dim, scale, rows.gradients + first * call.stride + head * dim, call.stride);
}

/// Reads some keys and values, and begins their gradients.
void begin_keys(const KeyRows<const float> &from, int64_t first, int64_t length, const Workspace &w, int64_t at,
                int64_t shared) {
    gather(from.key(first, shared), from.stride, length, from.dim, 1.0f, w.keys + at);
    gather(from.value(first, shared), from.stride, length, from.dim, 1.0f, w.values + at);
    std::fill_n(w.key_gradients + at, length * w.padded, 0.0f);
    std::fill_n(w.value_gradients + at, length * w.padded, 0.0f);
}

/// Writes their gradients, by `copy_rows` or `add_rows`.
template <typename Write>
void finish_keys(const KeyRows<float> &to, int64_t first, int64_t length, const Workspace &w, int64_t at,
                 int64_t shared, Write write) {
    // The queries that were added up bear the scale and the change to powers of two.
    write(w.key_gradients + at, w.padded, length, to.dim, log_of_2, to.key(first, shared), to.stride);
    write(w.value_gradients + at, w.padded, length, to.dim, 1.0f, to.value(first, shared), to.stride);
}

}  // namespace

void attention_backward(const mcd_kernels_attention &call, const float *qkv, const float *kv, const float *out,
                        const float *lse, const float *out_gradients, float *gradients, float *kv_gradients) {
    thread_local std::vector<float> memory;
    const Work work(call, memory, Workspace::size);
    const int64_t dim = call.head_dim, group = call.heads / call.kv_heads;
    const int64_t units = static_cast<int64_t>(work.families.size()) * call.kv_heads;
    const KeyRows<const float> from(call, qkv, kv);
    const KeyRows<float> to(call, gradients, kv_gradients);
    // A stem's keys have gradients from its branches, too, so a family is one unit.
#pragma omp parallel for num_threads(call.threads) schedule(dynamic)
    for (int64_t unit = 0; unit < units; ++unit) {
        const Family family = work.families[unit / call.kv_heads];
        const int64_t shared = unit % call.kv_heads;
        const Workspace w(work.of_thread(omp_get_thread_num()), work.longest, dim);
        for (int64_t i = family.first; i < family.first + family.count; ++i) {
            const Segment &segment = work.segments[i];
            const int64_t out_offset = segment.first * call.heads * dim;
            const Rows rows = {qkv + segment.first * call.stride, out + out_offset, lse + segment.first,
                               out_gradients + out_offset, gradients + segment.first * call.stride};
            const int64_t own = own_keys(segment) * w.padded;
            if (kv != nullptr)
                begin_keys(from, segment.stem_first, segment.stem_length, w, 0, shared);
            begin_keys(from, segment.key_first, segment.length, w, own, shared);
            for (int64_t head = shared * group; head < (shared + 1) * group; ++head)
                for (int64_t first = 0; first < segment.length; first += tile)
                    retrace_tile(call, segment, rows, w, head, first, std::min(tile, segment.length - first));
            if (kv != nullptr) {
                finish_keys(to, segment.stem_first, segment.stem_length, w, 0, shared, add_rows);
                finish_keys(to, segment.key_first, segment.length, w, own, shared, add_rows);
            } else if (i > family.first) {
                finish_keys(to, segment.key_first, segment.length, w, own, shared, copy_rows);
            }
        }
        const Segment &stem = work.segments[family.first];
        if (kv == nullptr)
            finish_keys(to, stem.key_first, stem.length, w, 0, shared, copy_rows);
    }
}

}  // namespace mcd::MCD_LEVEL
