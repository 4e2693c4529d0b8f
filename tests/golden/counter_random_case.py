"""Known words and starting values of the counter-based generator, as bits, for a test without tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

import counter_random
import normal_quantile

WORD_CASES = [(0, "", 0), (1, "golden", 0), (1, "golden", 1), (1, "golden", 2**33 + 1), (2**64 - 1, "größer", 12345)]
# (seed, name, std, first index, count): an odd beginning, one beyond 2^32, and a long run that reaches the tails.
NORMAL_CASES = [
    (1, "model.embed_tokens.weight", 0.1, 0, 16),
    (1, "model.layers.0.self_attn.q_proj.weight", 0.1 / 0.5**0.5, 7, 9),
    (2**63 + 5, "model.layers.51.mlp.down_proj.weight", 1.0 / 3.0, 2**33 + 3, 8),
]
# Both ends, both sides of the middle, and something of each branch.
QUANTILE_CASES = [0, 1, 2**53 - 1, 2**52 - 1, 2**52, 675_539_944_105_574, 12_345_678_901_234, 4_500_000_000_000_001]
LONG_RUN = (3, "golden.tails", 1.0, 0, 1_000_000)


def bits(values: np.ndarray) -> list[str]:
    return [f"{word:08x}" for word in values.view(np.uint32)]


def compute() -> dict[str, Any]:
    """64-bit words and float32 bits in hexadecimal; of the long run the most extreme values and a checksum."""
    seed, name, std, first, count = LONG_RUN
    run = counter_random.fill_normal(count, first, seed, name, std)
    extremes = np.argsort(np.abs(run), kind="stable")[-8:]
    cases = np.array(QUANTILE_CASES, dtype=np.uint64)
    checksum = int(run.view(np.uint32).astype(np.uint64).sum())
    return {
        "words": [
            {"seed": seed, "stream": stream, "counter": counter, "word": f"{word:016x}"}
            for seed, stream, counter in WORD_CASES
            for word in [counter_random.uint64(seed, stream, counter)]
        ],
        "normals": [
            {"seed": seed, "name": name, "std": std, "first": first, "float32_bits": bits(values)}
            for seed, name, std, first, count in NORMAL_CASES
            for values in [counter_random.fill_normal(count, first, seed, name, std)]
        ],
        "quantiles": [
            {"k": k, "float64_bits": f"{value:016x}"}
            for k, value in zip(QUANTILE_CASES, normal_quantile.quantile(cases).view(np.uint64))
        ],
        "long_run": {
            "seed": seed, "name": name, "std": std, "first": first, "count": count,
            "sum_of_bits": f"{checksum:016x}",
            "extremes": [
                {"index": int(index), "float32_bits": bits(run[index : index + 1])[0]} for index in extremes
            ],
        },
    }  # fmt: skip
