"""How far PyTorch's own float32 arithmetic is from the float64 reference.

One run is one sample of rounding noise, and a lucky one would make the tolerance of a scalar meaningless. So the same
model runs several times with its hidden units renumbered, which changes nothing but the order of the sums, and the
yardstick is the largest error seen.
"""

from __future__ import annotations

from typing import Callable

import numpy as np

Values = dict[str, np.ndarray]

RUNS = 24


def relative_error(found: np.ndarray, expected: np.ndarray) -> float:
    """L2 norm of the difference over the L2 norm of the expected values, in float64. Zeros must be met exactly."""
    difference = float(np.linalg.norm((found.astype(np.float64) - expected.astype(np.float64)).ravel()))
    norm = float(np.linalg.norm(expected.astype(np.float64).ravel()))
    if norm == 0.0:
        return 0.0 if difference == 0.0 else float("inf")
    return difference / norm


def largest_errors(
    run: Callable[[Values], Values], start: Values, reference: Values, prefixes: tuple[str, ...]
) -> dict[str, float]:
    """`run` turns starting weights into results. Those that have hidden units as an axis, laid out as in the parameter,
    are named with one of `prefixes` and the parameter's name.
    """
    hidden = start["model.norm.weight"].size
    errors = dict.fromkeys(reference, 0.0)
    for seed in range(RUNS):
        order = np.random.RandomState(seed).permutation(hidden) if seed else np.arange(hidden)
        results = run({name: _take(name, value, order) for name, value in start.items()})
        for name, value in results.items():
            if name.startswith(prefixes):
                value = _take(name, value, np.argsort(order))
            errors[name] = max(errors[name], relative_error(value, reference[name]))
    return errors


def _take(name: str, values: np.ndarray, order: np.ndarray) -> np.ndarray:
    axis = _hidden_axis(name, values.ndim)
    return values if axis is None else np.ascontiguousarray(values.take(order, axis=axis))


def _hidden_axis(name: str, dimensions: int) -> int | None:
    """Norms have the hidden units as their only axis, o_proj, down_proj and w2 as rows, all others as columns. Of an
    adapter's two matrices A has the columns, and B the rows.
    """
    matrix = name.replace(".lora_A", "").replace(".lora_B", "")
    writes_hidden = matrix.endswith(("o_proj.weight", "down_proj.weight", "w2.weight"))
    if ".lora_A." in name:
        return None if writes_hidden else 1
    if ".lora_B." in name:
        return 0 if writes_hidden else None
    return 0 if dimensions == 1 or writes_hidden else 1
