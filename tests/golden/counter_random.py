"""The counter-based random numbers of the project, written from their description in CounterRandom.cs.

Only integer operations and IEEE float64 + - * / sqrt are used, each rounded once, so the float32 results have the same
bits as the C# ones on every machine. (numpy does not contract a * b + c of two array operations.)
"""

from __future__ import annotations

import numpy as np

import normal_quantile

MASK32 = np.uint64(0xFFFFFFFF)
PHILOX_MULTIPLIERS = (np.uint64(0xD2511F53), np.uint64(0xCD9E8D57))
PHILOX_WEYL = (0x9E3779B9, 0xBB67AE85)
PHILOX_ROUNDS = 10
FNV_OFFSET, FNV_PRIME = 0xCBF29CE484222325, 0x100000001B3


def fnv1a(name: str) -> int:
    """FNV-1a, 64 bits, over the UTF-8 bytes of the name."""
    state = FNV_OFFSET
    for byte in name.encode():
        state = ((state ^ byte) * FNV_PRIME) % 2**64
    return state


def philox(counter: list[np.ndarray], key: tuple[int, int]) -> list[np.ndarray]:
    """Philox4x32-10. Counter and result: four uint64 arrays with 32-bit values, word 0 first."""
    x0, x1, x2, x3 = counter
    for turn in range(PHILOX_ROUNDS):
        key0, key1 = (np.uint64((word + turn * weyl) % 2**32) for word, weyl in zip(key, PHILOX_WEYL))
        product0, product1 = PHILOX_MULTIPLIERS[0] * x0, PHILOX_MULTIPLIERS[1] * x2
        high0, high1 = product0 >> np.uint64(32), product1 >> np.uint64(32)
        x0, x1, x2, x3 = high1 ^ x1 ^ key0, product1 & MASK32, high0 ^ x3 ^ key1, product0 & MASK32
    return [x0, x1, x2, x3]


def words(seed: int, stream: str, first: int, count: int) -> np.ndarray:
    """64-bit words `first` to `first + count - 1` of a stream: word i is half i % 2 of block i // 2."""
    first_block, last_block = first // 2, (first + count - 1) // 2
    block = np.arange(first_block, last_block + 1, dtype=np.uint64)
    name = fnv1a(stream)
    high = [np.full_like(block, name & 0xFFFFFFFF), np.full_like(block, name >> 32)]
    x0, x1, x2, x3 = philox([block & MASK32, block >> np.uint64(32), *high], (seed & 0xFFFFFFFF, seed >> 32))
    pairs = np.stack([x0 | x1 << np.uint64(32), x2 | x3 << np.uint64(32)], axis=1).reshape(-1)
    return pairs[first - 2 * first_block :][:count]


def uint64(seed: int, stream: str, counter: int) -> int:
    return int(words(seed, stream, counter, 1)[0])


def fill_normal(count: int, first: int, seed: int, name: str, std: float) -> np.ndarray:
    """float32 values of a normal distribution with mean 0: the quantile of the uniform (k + 0.5) / 2^53, times std."""
    k = words(seed, name, first, count) >> np.uint64(11)
    return (normal_quantile.quantile(k) * std).astype(np.float32)
