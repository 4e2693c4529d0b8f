#include <vector>

#include "attention.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Dimension i of a head turns with dimension i + half.
void turn(float *head, const float *cos, const float *sin, int64_t half, float direction) {
    int64_t i = 0;
    for (; i + width <= half; i += width) {
        const Vector a = load(head + i), b = load(head + half + i), c = load(cos + i), s = load(sin + i) * direction;
        store(head + i, a * c - b * s);
        store(head + half + i, b * c + a * s);
    }
    for (; i < half; ++i) {
        const float a = head[i], b = head[half + i], c = cos[i], s = sin[i] * direction;
        head[i] = a * c - b * s;
        head[half + i] = b * c + a * s;
    }
}

}  // namespace

void attention_rotate(const mcd_kernels_attention &call, float *qkv, const float *cos, const float *sin,
                      float direction) {
    std::vector<int32_t> positions;
    positions.reserve(call.rows);
    for (int64_t i = 0; i < call.segment_count; ++i) {
        const int32_t stem = stem_length(call, i);
        for (int32_t j = 0; j < call.segments[i]; ++j)
            positions.push_back(stem + j);
    }
    const int64_t half = call.head_dim / 2, heads = call.heads + call.kv_heads;
#pragma omp parallel for num_threads(call.threads) schedule(static)
    for (int64_t row = 0; row < call.rows; ++row)
        for (int64_t head = 0; head < heads; ++head)
            turn(qkv + row * call.stride + head * call.head_dim, cos + positions[row] * half,
                 sin + positions[row] * half, half, direction);
}

}  // namespace mcd::MCD_LEVEL
