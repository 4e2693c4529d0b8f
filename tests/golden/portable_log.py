"""The natural logarithm of PortableLog.cs, written from its description: the same bits on every machine."""

from __future__ import annotations

import numpy as np

SQRT2 = 1.4142135623730951
LOG2_HIGH, LOG2_LOW = 0.693147180369123816490, 1.90821492927058770002e-10
HIGHEST_DIVISOR = 23


def log(x: np.ndarray) -> np.ndarray:
    """Logarithms of positive, finite, normal float64 numbers."""
    half_mantissa, next_exponent = np.frexp(x)
    m, e = half_mantissa * 2.0, next_exponent.astype(np.float64) - 1.0
    large = m > SQRT2
    m, e = np.where(large, m * 0.5, m), np.where(large, e + 1.0, e)
    f = (m - 1.0) / (m + 1.0)
    z = f * f
    s = np.full_like(z, 1.0 / HIGHEST_DIVISOR)
    for divisor in range(HIGHEST_DIVISOR - 2, 0, -2):
        s = s * z + 1.0 / divisor
    return e * LOG2_HIGH + (e * LOG2_LOW + (f + f) * s)
