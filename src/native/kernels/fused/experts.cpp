#include "part.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// to = to + factor * from.
void add_row(const float *from, float factor, float *to, int64_t count) {
    const int64_t end = whole(count);
    for (int64_t i = 0; i < end; i += width)
        store(to + i, load(to + i) + load(from + i) * factor);
    if (const int64_t rest = count - end; rest > 0)
        store_part(to + end, load_part(to + end, rest) + load_part(from + end, rest) * factor, rest);
}

}  // namespace

void experts_combine(const float *rows, const int64_t *places, const float *weights, const float *residual, float *to,
                     const ExpertRows &shape, float scale, int32_t threads) {
    const int64_t count = shape.width;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t token = 0; token < shape.tokens; ++token) {
        float *own = to + token * count;
        if (residual != to)
            std::memcpy(own, residual + token * count, sizeof(float) * static_cast<std::size_t>(count));
        for (int64_t slot = 0; slot < shape.per_token; ++slot) {
            const int64_t place = places[slot * shape.tokens + token];
            add_row(rows + place * count, weights == nullptr ? scale : weights[place] * scale, own, count);
        }
    }
}

}  // namespace mcd::MCD_LEVEL
