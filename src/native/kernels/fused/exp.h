// Exponentials and logarithms of vectors. Exponentials keep within two units in the last place, give 1 at 0,
// and 0 far below 0.
#pragma once

#include "vector.h"

namespace mcd::MCD_LEVEL {

/// 2^x. Exactly 0 below -126.5; no x above 127.
inline Vector power_of_two(Vector x) {
    // Added to a float of this size, x loses its fraction and leaves in the lowest bits its integer plus the exponent's
    // bias.
    constexpr float rounding = 12582912.0f + 127.0f;
    x = x < -127.0f ? all(-127.0f) : x;
    const Vector shifted = x + rounding;
    const Vector rest = x - (shifted - rounding);
    Vector series = all(0.000154531634f);
    series = series * rest + 0.00133908633f;
    series = series * rest + 0.00961808302f;
    series = series * rest + 0.0555035695f;
    series = series * rest + 0.240226507f;
    series = series * rest + 0.693147182f;
    series = series * rest + 1.0f;
    Integers exponent;
    std::memcpy(&exponent, &shifted, sizeof exponent);
    exponent <<= 23;
    Vector power;
    std::memcpy(&power, &exponent, sizeof power);
    return series * power;
}

/// e^x; 0 below -87.68, and from 88.37 on the 2.4e38 that is e^88.37. What is not a number stays so.
inline Vector exponential(Vector x) {
    constexpr float rounding = 12582912.0f + 127.0f;
    constexpr float log2_of_e = 1.44269504f;
    x = x < -88.0f ? all(-88.0f) : x;
    x = x > 88.37f ? all(88.37f) : x;
    const Vector shifted = x * log2_of_e + rounding;
    const Vector whole = shifted - rounding;
    // log 2 in two parts (Cody and Waite): the product with the first one, of few bits, is exact.
    const Vector rest = (x - whole * 0.693359375f) + whole * 2.12194440e-4f;
    Vector series = all(0.00139261817f);
    series = series * rest + 0.008363178f;
    series = series * rest + 0.0416665561f;
    series = series * rest + 0.166665763f;
    series = series * rest + 0.5f;
    series = series * (rest * rest) + rest + 1.0f;
    Integers exponent;
    std::memcpy(&exponent, &shifted, sizeof exponent);
    exponent <<= 23;
    Vector power;
    std::memcpy(&power, &exponent, sizeof power);
    return series * power;
}

/// log x of a positive normal number, to within 1e-7 of it or of 1, whichever is more.
inline Vector logarithm(Vector x) {
    Integers bits;
    std::memcpy(&bits, &x, sizeof bits);
    // x = 2^exponent * part, and the part lies between 2/3 and 4/3.
    const Integers exponent = (bits - 0x3f2aaaab) >> 23;
    bits -= exponent << 23;
    Vector part;
    std::memcpy(&part, &bits, sizeof part);
    const Vector t = (part - 1.0f) / (part + 1.0f), square = t * t;
    Vector series = all(1.0f / 9);
    series = series * square + 1.0f / 7;
    series = series * square + 1.0f / 5;
    series = series * square + 1.0f / 3;
    series = series * square + 1.0f;
    return __builtin_convertvector(exponent, Vector) * 0.693147181f + 2.0f * t * series;
}

}  // namespace mcd::MCD_LEVEL
