"""The angles of rotary positions in float64, from the papers' formulas.

`scaling` has the members that config.json calls rope_scaling, and `original_max_position_embeddings` always.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def ntk_base(base: float, factor: float, head_dim: int) -> float:
    """The base that makes the slowest dimension `factor` times slower and leaves the fastest one as it is."""
    return base * factor ** (head_dim / (head_dim - 2))


def angles(head_dim: int, base: float, scaling: dict[str, Any] | None, length: int) -> tuple[np.ndarray, float]:
    """The angle of one position for each pair of dimensions, and the factor of cosines and sines, in a sequence of
    `length` positions."""
    pair = np.arange(head_dim // 2, dtype=np.float64)
    if scaling is None:
        return base ** (-2 * pair / head_dim), 1.0
    kind, factor, original = (scaling[key] for key in ("type", "factor", "original_max_position_embeddings"))
    if kind == "dynamic":
        stretch = factor * length / original - (factor - 1) if length > original else 1.0
        return ntk_base(base, stretch, head_dim) ** (-2 * pair / head_dim), 1.0
    own = base ** (-2 * pair / head_dim)
    if kind == "longrope":
        divisors = np.array(scaling["long_factor" if length > original else "short_factor"], dtype=np.float64)
        usual = math.sqrt(1 + math.log(factor) / math.log(original)) if factor > 1 else 1.0
        return own / divisors, scaling.get("attention_factor", usual)
    if kind == "yarn":
        first, last = (pair_of(scaling[key], head_dim, base, original) for key in ("beta_fast", "beta_slow"))
        first, last = max(math.floor(first), 0), min(math.ceil(last), head_dim - 1)
        slowed = np.clip((pair - first) / max(last - first, 0.001), 0.0, 1.0)
        usual = 0.1 * math.log(factor) + 1 if factor > 1 else 1.0
        return own / factor * slowed + own * (1 - slowed), scaling.get("attention_factor", usual)
    raise ValueError(f"rope_scaling of the type {kind} is not known")


def pair_of(turns: float, head_dim: int, base: float, length: int) -> float:
    """The pair i of dimensions, not rounded, that makes so many turns over a length: base^(-2i/d) length = 2π turns."""
    return head_dim * math.log(length / (turns * 2 * math.pi)) / (2 * math.log(base))
