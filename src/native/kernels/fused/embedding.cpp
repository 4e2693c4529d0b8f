#include "part.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

void embedding_forward(const float *table, const int64_t *ids, float *rows, int64_t count, int64_t size, float factor,
                       int32_t threads) {
    const int64_t end = whole(size);
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t i = 0; i < count; ++i) {
        const float *from = table + ids[i] * size;
        float *to = rows + i * size;
        for (int64_t j = 0; j < end; j += width)
            store(to + j, load(from + j) * factor);
        if (end < size)
            store_part(to + end, load_part(from + end, size - end) * factor, size - end);
    }
}

void embedding_backward(float *table_gradient, const int64_t *ids, const float *gradient, int64_t count, int64_t size,
                        float factor, int32_t threads) {
    const int64_t end = whole(size);
    // A thread has all tokens of its ids, so that each row is added up in the order of tokens,
    // however many threads there are.
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int32_t part = 0; part < threads; ++part) {
        for (int64_t i = 0; i < count; ++i) {
            if (ids[i] % threads != part)
                continue;
            const float *from = gradient + i * size;
            float *to = table_gradient + ids[i] * size;
            for (int64_t j = 0; j < end; j += width)
                store(to + j, load(to + j) + load(from + j) * factor);
            if (const int64_t rest = size - end; rest > 0)
                store_part(to + end, load_part(to + end, rest) + load_part(from + end, rest) * factor, rest);
        }
    }
}

}  // namespace mcd::MCD_LEVEL
