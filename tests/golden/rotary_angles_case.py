"""Angles of rotary positions for heads of several widths, at several lengths, as float64 numbers."""

from __future__ import annotations

from typing import Any

from rotary_angles import angles, ntk_base

BASES = [(1e4, 8.0, 64), (1e6, 4.0, 64), (1e6, 4.0, 128), (5e5, 2.5, 32)]
YARN = {"type": "yarn", "beta_fast": 32.0, "beta_slow": 1.0}
LONG = [1.0 + 0.17 * i for i in range(16)]
SHORT = [1.0 + 0.01 * i for i in range(16)]
# (head_dim, base, scaling, lengths): MiniCPM-2B-128k's own, both sides of its old length, and the other two.
CASES: list[tuple[int, float, dict[str, Any] | None, list[int]]] = [
    (64, 1e4, None, [4096]),
    (64, 1e6, None, [32768]),
    (64, 1e6, {"type": "dynamic", "factor": 4.0, "original_max_position_embeddings": 65536},
     [4096, 65536, 65537, 131072]),
    (32, 1e4, {"type": "dynamic", "factor": 8.0, "original_max_position_embeddings": 512}, [4096, 16384]),
    (64, 1e4, YARN | {"factor": 8.0, "original_max_position_embeddings": 4096}, [32768]),
    (128, 1e6, YARN | {"factor": 4.0, "original_max_position_embeddings": 32768, "attention_factor": 1.25}, [131072]),
    # So short that nothing turns often enough to be left as it is.
    (32, 1e4, YARN | {"factor": 2.0, "original_max_position_embeddings": 16}, [32]),
    (32, 1e4, {"type": "longrope", "factor": 8.0, "original_max_position_embeddings": 512,
               "long_factor": LONG, "short_factor": SHORT}, [512, 513]),
    (32, 1e4, {"type": "longrope", "factor": 1.0, "original_max_position_embeddings": 512,
               "long_factor": LONG, "short_factor": SHORT}, [4096]),
]  # fmt: skip


def compute() -> dict[str, Any]:
    return {
        "bases": [
            {"base": base, "factor": factor, "head_dim": head_dim, "ntk": ntk_base(base, factor, head_dim)}
            for base, factor, head_dim in BASES
        ],
        "angles": [
            {
                "head_dim": head_dim, "base": base, "scaling": scaling, "length": length,
                "frequencies": frequencies.tolist(), "scale": scale,
            }
            for head_dim, base, scaling, lengths in CASES
            for length in lengths
            for frequencies, scale in [angles(head_dim, base, scaling, length)]
        ],
    }  # fmt: skip
