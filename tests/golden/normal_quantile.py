"""Wichura's algorithm AS 241, PPND16: the quantile of the normal distribution to about 16 digits."""

from __future__ import annotations

import numpy as np

import portable_log

SPLIT1, SPLIT2 = 0.425, 5.0
CONST1, CONST2 = 0.180625, 1.6
HALF, STEP = 2**52, 2.0**-53

# Coefficients of the algorithm, lowest power first.
CENTRAL_NUMERATOR = (
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
    4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3,
)  # fmt: skip
CENTRAL_DENOMINATOR = (
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3,
    2.1213794301586595867e4, 3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3,
)  # fmt: skip
MIDDLE_NUMERATOR = (
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
    1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4,
)  # fmt: skip
MIDDLE_DENOMINATOR = (
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
    1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9,
)  # fmt: skip
TAIL_NUMERATOR = (
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
    2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7,
)  # fmt: skip
TAIL_DENOMINATOR = (
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
    7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15,
)  # fmt: skip


def horner(coefficients: tuple[float, ...], x: np.ndarray) -> np.ndarray:
    value = np.full_like(x, coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        value = value * x + coefficient
    return value


def quantile(k: np.ndarray) -> np.ndarray:
    """Quantiles of (k + 0.5) / 2^53 for integers k below 2^53 (uint64 array); float64 result.

    The probability itself would need 54 bits; its distances from 1/2 and from the nearer end are exact.
    """
    q = ((k.astype(np.int64) - HALF) + 0.5) * STEP
    central = np.abs(q) <= SPLIT1
    result = np.empty_like(q)
    r = CONST1 - q[central] * q[central]
    result[central] = q[central] * horner(CENTRAL_NUMERATOR, r) / horner(CENTRAL_DENOMINATOR, r)
    result[~central] = outer(k[~central].astype(np.int64), q[~central])
    return result


def outer(k: np.ndarray, q: np.ndarray) -> np.ndarray:
    smaller = (np.where(k < HALF, k, 2 * HALF - 1 - k) + 0.5) * STEP
    r = np.sqrt(-portable_log.log(smaller))
    near, far = r - CONST2, r - SPLIT2
    middle = horner(MIDDLE_NUMERATOR, near) / horner(MIDDLE_DENOMINATOR, near)
    tail = horner(TAIL_NUMERATOR, far) / horner(TAIL_DENOMINATOR, far)
    magnitude = np.where(r <= SPLIT2, middle, tail)
    return np.where(q < 0, -magnitude, magnitude)
