#include <cmath>
#include <limits>

#include "exp.h"
#include "part.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Exponentials that are added up in float32 before they go to float64:
/// over 122,753 pieces a plain sum would be too far off.
constexpr int64_t block = 64 * width;

float largest_of(const float *row, int64_t count) {
    Vector most[4];
    for (auto &vector : most)
        vector = all(-std::numeric_limits<float>::infinity());
    int64_t i = 0;
    for (; i + 4 * width <= count; i += 4 * width)
        for (int j = 0; j < 4; ++j)
            most[j] = larger(most[j], load(row + i + j * width));
    for (; i + width <= count; i += width)
        most[0] = larger(most[0], load(row + i));
    float found = largest(larger(larger(most[0], most[1]), larger(most[2], most[3])));
    for (; i < count; ++i)
        found = row[i] > found ? row[i] : found;
    return found;
}

/// Turns the row into exp(row - most) where it is to be kept, and returns the sum.
template <bool keep>
double exponentials(float *row, int64_t count, float most) {
    double total = 0;
    int64_t i = 0;
    while (i + width <= count) {
        const int64_t stop = i + block < count ? i + block : count;
        const auto next = [&](int64_t at) {
            const Vector value = exponential(load(row + at) - most);
            if (keep)
                store(row + at, value);
            return value;
        };
        Vector even{}, odd{};
        for (; i + 2 * width <= stop; i += 2 * width) {
            even += next(i);
            odd += next(i + width);
        }
        for (; i + width <= stop; i += width)
            even += next(i);
        total += static_cast<double>(sum(even + odd));
    }
    if (i < count) {
        float rest[width];
        store(rest, exponential(load_part(row + i, count - i) - most));
        for (int64_t j = 0; j < count - i; ++j) {
            total += static_cast<double>(rest[j]);
            if (keep)
                row[i + j] = rest[j];
        }
    }
    return total;
}

void scale(float *row, int64_t count, float factor) {
    int64_t i = 0;
    for (; i + width <= count; i += width)
        store(row + i, load(row + i) * factor);
    for (; i < count; ++i)
        row[i] *= factor;
}

}  // namespace

void cross_entropy(float *logits, const int64_t *targets, float *losses, int64_t rows, int64_t count,
                   const float *gradient_factor, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t r = 0; r < rows; ++r) {
        float *row = logits + r * count;
        const int64_t target = targets[r];
        if (target < 0) {
            losses[r] = 0;
            if (gradient_factor != nullptr)
                std::memset(row, 0, sizeof(float) * static_cast<std::size_t>(count));
            continue;
        }
        const float most = largest_of(row, count);
        const float at_target = row[target] - most;
        const double total = gradient_factor == nullptr ? exponentials<false>(row, count, most)
                                                        : exponentials<true>(row, count, most);
        losses[r] = static_cast<float>(std::log(total) - static_cast<double>(at_target));
        if (gradient_factor == nullptr)
            continue;
        scale(row, count, static_cast<float>(static_cast<double>(*gradient_factor) / total));
        row[target] -= *gradient_factor;
    }
}

}  // namespace mcd::MCD_LEVEL
