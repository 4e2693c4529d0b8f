#include "exp.h"
#include "part.h"
#include "table.h"

namespace mcd::MCD_LEVEL {

namespace {

inline Vector sigmoid(Vector x) {
    return 1.0f / (1.0f + exponential(-x));
}

inline Vector gated(Vector gate, Vector up) {
    return gate * sigmoid(gate) * up;
}

/// gate and up become their gradients, the gradient of the product becomes the product.
inline void back(Vector &gate, Vector &up, Vector &product) {
    const Vector upstream = product;
    const Vector share = sigmoid(gate);
    const Vector silu = gate * share;
    product = silu * up;
    const Vector slope = share * (1.0f + gate * (1.0f - share));
    gate = upstream * up * slope;
    up = upstream * silu;
}

}  // namespace

void swiglu_forward(const float *gate_up, float *product, int64_t rows, int64_t count, int32_t threads) {
    const int64_t end = whole(count);
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t row = 0; row < rows; ++row) {
        const float *gate = gate_up + row * 2 * count;
        const float *up = gate + count;
        float *to = product + row * count;
        for (int64_t i = 0; i < end; i += width)
            store(to + i, gated(load(gate + i), load(up + i)));
        if (const int64_t rest = count - end; rest > 0)
            store_part(to + end, gated(load_part(gate + end, rest), load_part(up + end, rest)), rest);
    }
}

void swiglu_backward(float *gate_up, float *product, int64_t rows, int64_t count, int32_t threads) {
    const int64_t end = whole(count);
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t row = 0; row < rows; ++row) {
        float *gate = gate_up + row * 2 * count;
        float *up = gate + count;
        float *to = product + row * count;
        for (int64_t i = 0; i < end; i += width) {
            Vector g = load(gate + i), u = load(up + i), p = load(to + i);
            back(g, u, p);
            store(gate + i, g);
            store(up + i, u);
            store(to + i, p);
        }
        if (const int64_t rest = count - end; rest > 0) {
            Vector g = load_part(gate + end, rest), u = load_part(up + end, rest), p = load_part(to + end, rest);
            back(g, u, p);
            store_part(gate + end, g, rest);
            store_part(up + end, u, rest);
            store_part(to + end, p, rest);
        }
    }
}

void swiglu_backward_weighted(float *gate_up, float *product, const float *weights, float *slopes, int64_t rows,
                              int64_t count, int32_t threads) {
    const int64_t end = whole(count);
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t row = 0; row < rows; ++row) {
        float *gate = gate_up + row * 2 * count;
        float *up = gate + count;
        float *to = product + row * count;
        const float weight = weights[row];
        Vector slope{};
        for (int64_t i = 0; i < end; i += width) {
            const Vector upstream = load(to + i);
            Vector g = load(gate + i), u = load(up + i), p = upstream * weight;
            back(g, u, p);
            slope += upstream * p;
            store(gate + i, g);
            store(up + i, u);
            store(to + i, p * weight);
        }
        if (const int64_t rest = count - end; rest > 0) {
            const Vector upstream = load_part(to + end, rest);
            Vector g = load_part(gate + end, rest), u = load_part(up + end, rest), p = upstream * weight;
            back(g, u, p);
            slope += upstream * p;
            store_part(gate + end, g, rest);
            store_part(up + end, u, rest);
            store_part(to + end, p * weight, rest);
        }
        slopes[row] = sum(slope);
    }
}

}  // namespace mcd::MCD_LEVEL
