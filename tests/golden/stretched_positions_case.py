"""A model whose rotary positions reach beyond an old length, in each of the ways that there are."""

from __future__ import annotations

import dataclasses
from typing import Any

import packed_rows
from golden_case import SMALL, Golden

SHAPE = dataclasses.replace(SMALL, num_attention_heads=4, head_dim=8, rope_theta=500.0)
ROWS = [[60, 1, 35], [96]]
OLD = {"factor": 3.0, "original_max_position_embeddings": 32}
SCALINGS: dict[str, dict[str, Any]] = {
    "dynamic": {"type": "dynamic"} | OLD,
    "yarn": {"type": "yarn", "beta_fast": 3.0, "beta_slow": 0.1} | OLD,
    "longrope": {"type": "longrope", "long_factor": [1.0, 1.3, 2.2, 3.0], "short_factor": [1.0, 1.0, 1.1, 1.2]} | OLD,
}


def compute(kind: str) -> Golden:
    """Positions count from the beginning of each document, and the length of the row decides the angles of all of
    them."""
    shape = dataclasses.replace(SHAPE, rope_scaling=SCALINGS[kind])
    return packed_rows.compute(f"positions-{kind}", shape, "golden.stretched-positions.ids", ROWS, [(0, 3), (1, 95)])
