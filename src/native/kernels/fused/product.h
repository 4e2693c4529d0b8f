// Products of small matrices that lie in the caches: c = a b, with accumulators in registers. b and c are rows of whole
// vectors; a is read one number at a time, so it may lie either way round.
#pragma once

#include "vector.h"

namespace mcd::MCD_LEVEL {

/// Whether a row of c belongs to a row of a, or to a column of it.
enum class Side { row, column };

/// What c is before the product is added to it: zero, itself, or itself times a factor for each of its columns.
enum class Start { zero, itself, scaled };

/// Keeps a number in a register: the compiler would rather read it from memory again for each of its uses, and loads
/// are what these loops have least of.
inline void hold(Vector &value) {
#if defined(__AVX512F__)
    asm("" : "+v"(value));
#elif defined(__x86_64__)
    asm("" : "+x"(value));
#else
    (void)value;
#endif
}

struct Product {
    const float *a;
    int64_t a_stride;
    const float *b;
    int64_t b_stride;
    float *c;
    int64_t c_stride;
    const float *factors;  // of Start::scaled
};

template <int Rows, int Vectors, Side side, Start start>
[[gnu::noinline]] void multiply_block(const Product &p, int64_t row, int64_t lane, int64_t depth) {
    Vector total[Rows][Vectors];
    float *c = p.c + row * p.c_stride + lane;
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i) {
#pragma GCC unroll 16
        for (int j = 0; j < Vectors; ++j) {
            total[i][j] = start == Start::zero ? Vector{} : load(c + i * p.c_stride + j * width);
            if (start == Start::scaled)
                total[i][j] *= load(p.factors + lane + j * width);
        }
    }
    const float *a = side == Side::row ? p.a + row * p.a_stride : p.a + row;
    const float *b = p.b + lane;
    const int64_t along = side == Side::row ? 1 : p.a_stride;
    const int64_t across = side == Side::row ? p.a_stride : 1;
    for (int64_t l = 0; l < depth; ++l) {
        Vector right[Vectors];
#pragma GCC unroll 16
        for (int j = 0; j < Vectors; ++j)
            hold(right[j] = load(b + j * width));
#pragma GCC unroll 16
        for (int i = 0; i < Rows; ++i) {
            Vector left = all(a[i * across]);
            if constexpr (Vectors > 1)
                hold(left);
#pragma GCC unroll 16
            for (int j = 0; j < Vectors; ++j)
                total[i][j] += left * right[j];
        }
        a += along;
        b += p.b_stride;
    }
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i)
#pragma GCC unroll 16
        for (int j = 0; j < Vectors; ++j)
            store(c + i * p.c_stride + j * width, total[i][j]);
}

template <int Rows, int Vectors, Side side, Start start>
inline void multiply_rows(const Product &p, int64_t row, int64_t rows, int64_t lane, int64_t depth) {
    for (; row + Rows <= rows; row += Rows)
        multiply_block<Rows, Vectors, side, start>(p, row, lane, depth);
    if constexpr (Rows > 1)
        multiply_rows<Rows / 2, Vectors, side, start>(p, row, rows, lane, depth);
}

/// Accumulators that leave registers for one row of b and one number of a.
#if MCD_FLOATS == 16
constexpr int widest_panel = 4;
constexpr int rows_of_panel(int vectors) { return vectors == 4 ? 4 : vectors == 2 ? 8 : 16; }
#else
constexpr int widest_panel = 2;
constexpr int rows_of_panel(int vectors) { return vectors == 2 ? 6 : 8; }
#endif

template <int Vectors, Side side, Start start>
inline void multiply_panels(const Product &p, int64_t rows, int64_t lane, int64_t lanes, int64_t depth) {
    for (; lane + Vectors * width <= lanes; lane += Vectors * width)
        multiply_rows<rows_of_panel(Vectors), Vectors, side, start>(p, 0, rows, lane, depth);
    if constexpr (Vectors > 1)
        multiply_panels<Vectors / 2, side, start>(p, rows, lane, lanes, depth);
}

/// `lanes` columns of c, a multiple of the vectors' width.
template <Side side, Start start>
inline void multiply(const Product &p, int64_t rows, int64_t lanes, int64_t depth) {
    multiply_panels<widest_panel, side, start>(p, rows, 0, lanes, depth);
}

}  // namespace mcd::MCD_LEVEL
