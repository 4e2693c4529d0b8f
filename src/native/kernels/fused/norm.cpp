#include "norm.h"

#include <cmath>
#include <vector>

#include "part.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Rows whose parts of the weight's gradient are added up before they are added to others: fixed, so that the sum does
/// not depend on how many threads there are.
constexpr int64_t block_rows = 32;

/// Four sums side by side, because one would wait for itself.
float dot(const float *a, const float *b, int64_t count) {
    Vector sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * width <= count; i += 4 * width)
        for (int j = 0; j < 4; ++j)
            sums[j] += load(a + i + j * width) * load(b + i + j * width);
    for (; i + width <= count; i += width)
        sums[0] += load(a + i) * load(b + i);
    if (i < count)
        sums[1] += load_part(a + i, count - i) * load_part(b + i, count - i);
    return sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

float dot3(const float *a, const float *b, const float *c, int64_t count) {
    Vector sums[4] = {};
    int64_t i = 0;
    for (; i + 4 * width <= count; i += 4 * width)
        for (int j = 0; j < 4; ++j)
            sums[j] += load(a + i + j * width) * load(b + i + j * width) * load(c + i + j * width);
    for (; i + width <= count; i += width)
        sums[0] += load(a + i) * load(b + i) * load(c + i);
    if (i < count)
        sums[1] += load_part(a + i, count - i) * load_part(b + i, count - i) * load_part(c + i, count - i);
    return sum((sums[0] + sums[1]) + (sums[2] + sums[3]));
}

void scale_row(const float *x, const float *weight, float factor, float *y, int64_t count) {
    const int64_t end = whole(count);
    for (int64_t i = 0; i < end; i += width)
        store(y + i, load(x + i) * factor * load(weight + i));
    if (end < count) {
        const int64_t rest = count - end;
        store_part(y + end, load_part(x + end, rest) * factor * load_part(weight + end, rest), rest);
    }
}

/// dx = inverse · (g - x̂ · mean(g · x̂)) + residual with g = dy · weight · scale and x̂ = x · inverse;
/// sums += dy · x̂ · scale.
void row_back(const float *dy, const float *x, const float *weight, float inverse, const float *residual, float *dx,
              float *sums, const NormShape &shape) {
    const float mean = dot3(dy, x, weight, shape.width) * inverse * shape.scale / static_cast<float>(shape.width);
    const float through = inverse * shape.scale;
    const float back = inverse * inverse * mean;
    const int64_t end = whole(shape.width);
    const auto part = [&](Vector upstream, Vector input, Vector gain, Vector kept, Vector &gradient, Vector &sum) {
        gradient = kept + (upstream * gain * through - input * back);
        sum += upstream * input * through;
    };
    for (int64_t i = 0; i < end; i += width) {
        Vector gradient, total = load(sums + i);
        part(load(dy + i), load(x + i), load(weight + i), residual == nullptr ? Vector{} : load(residual + i), gradient,
             total);
        store(dx + i, gradient);
        store(sums + i, total);
    }
    if (const int64_t rest = shape.width - end; rest > 0) {
        Vector gradient, total = load_part(sums + end, rest);
        part(load_part(dy + end, rest), load_part(x + end, rest), load_part(weight + end, rest),
             residual == nullptr ? Vector{} : load_part(residual + end, rest), gradient, total);
        store_part(dx + end, gradient, rest);
        store_part(sums + end, total, rest);
    }
}

}  // namespace

void norm_forward(const float *x, const float *weight, float *y, float *inverse, NormShape shape, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t row = 0; row < shape.rows; ++row) {
        const float *from = x + row * shape.width;
        const float mean = dot(from, from, shape.width) / static_cast<float>(shape.width);
        inverse[row] = 1.0f / std::sqrt(mean + shape.epsilon);
        scale_row(from, weight, inverse[row] * shape.scale, y + row * shape.width, shape.width);
    }
}

void norm_again(const float *x, const float *weight, const float *inverse, float *y, NormShape shape, int32_t threads) {
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t row = 0; row < shape.rows; ++row)
        scale_row(x + row * shape.width, weight, inverse[row] * shape.scale, y + row * shape.width, shape.width);
}

void norm_backward(const float *dy, const float *x, const float *weight, const float *inverse, const float *residual,
                   float *dx, float *weight_gradient, NormShape shape, int32_t threads) {
    const int64_t blocks = (shape.rows + block_rows - 1) / block_rows;
    std::vector<float> sums(static_cast<std::size_t>(blocks * shape.width));
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t block = 0; block < blocks; ++block) {
        const int64_t end = (block + 1) * block_rows < shape.rows ? (block + 1) * block_rows : shape.rows;
        for (int64_t row = block * block_rows; row < end; ++row) {
            const int64_t at = row * shape.width;
            row_back(dy + at, x + at, weight, inverse[row], residual == nullptr ? nullptr : residual + at, dx + at,
                     sums.data() + block * shape.width, shape);
        }
    }
    for (int64_t i = 0; i < shape.width; ++i) {
        float total = 0;
        for (int64_t block = 0; block < blocks; ++block)
            total += sums[static_cast<std::size_t>(block * shape.width + i)];
        weight_gradient[i] += total;
    }
}

}  // namespace mcd::MCD_LEVEL
