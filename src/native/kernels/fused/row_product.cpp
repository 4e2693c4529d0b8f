// Products of a few rows, x · Wᵀ, with the sums of a BLAS that multiplies many rows: a chain of fused multiply-adds
// over a block of inner indices, the blocks' sums added from the first on. A BLAS has other paths for few rows, with
// other bits and sometimes less speed.
#include <cstdint>

#include "row_product.h"
#include "transpose.h"
#include "vector.h"

namespace mcd::MCD_LEVEL {

namespace {

/// Inner indices first .. last - 1 of one output, continued from `sum`.
inline float chain(const float *x, const float *weight, int64_t first, int64_t last, float sum) {
    for (int64_t i = first; i < last; ++i)
#if defined(__FMA__)
        // In so many words: the compiler would multiply a vector at a time and then add.
        sum = __builtin_fmaf(x[i], weight[i], sum);
#else
        sum = x[i] * weight[i] + sum;
#endif
    return sum;
}

/// A vector of outputs at once: their weights are turned over in registers, so that each lane is one output's chain.
template <int Rows>
void outputs(const RowProduct &call, int64_t first_row, int64_t output) {
    const float *weight = call.weight + output * call.in;
    Vector total[Rows] = {};
    for (int64_t from = 0; from < call.in; from += call.block) {
        const int64_t to = from + call.block < call.in ? from + call.block : call.in;
        Vector sum[Rows] = {};
        int64_t i = from;
        for (; i + width <= to; i += width) {
            Vector turned[width];
#pragma GCC unroll 16
            for (int lane = 0; lane < width; ++lane)
                turned[lane] = load(weight + lane * call.in + i);
            swap_squares<1>(turned, std::make_integer_sequence<int, width>{});
            for (int row = 0; row < Rows; ++row) {
                const float *x = call.x + (first_row + row) * call.in + i;
#pragma GCC unroll 16
                for (int j = 0; j < width; ++j)
                    sum[row] = turned[j] * all(x[j]) + sum[row];
            }
        }
        for (int row = 0; row < Rows && i < to; ++row) {
            float lanes[width];
            store(lanes, sum[row]);
            for (int lane = 0; lane < width; ++lane)
                lanes[lane] = chain(call.x + (first_row + row) * call.in, weight + lane * call.in, i, to, lanes[lane]);
            sum[row] = load(lanes);
        }
        for (int row = 0; row < Rows; ++row)
            total[row] = from == 0 ? sum[row] : total[row] + sum[row];
    }
    for (int row = 0; row < Rows; ++row)
        store(call.y + (first_row + row) * call.out + output, total[row]);
}

void one_output(const RowProduct &call, int64_t row, int64_t output) {
    const float *x = call.x + row * call.in, *weight = call.weight + output * call.in;
    float total = 0;
    for (int64_t from = 0; from < call.in; from += call.block) {
        const float sum = chain(x, weight, from, from + call.block < call.in ? from + call.block : call.in, 0);
        total = from == 0 ? sum : total + sum;
    }
    call.y[row * call.out + output] = total;
}

}  // namespace

void row_product(const RowProduct &call, int32_t threads) {
    const int64_t whole = call.out / width;
#pragma omp parallel for num_threads(threads) schedule(static) if (threads > 1)
    for (int64_t group = 0; group < whole; ++group) {
        int64_t row = 0;
        for (; row + 4 <= call.rows; row += 4)
            outputs<4>(call, row, group * width);
        for (; row < call.rows; ++row)
            outputs<1>(call, row, group * width);
    }
    for (int64_t output = whole * width; output < call.out; ++output)
        for (int64_t row = 0; row < call.rows; ++row)
            one_output(call, row, output);
}

}  // namespace mcd::MCD_LEVEL
