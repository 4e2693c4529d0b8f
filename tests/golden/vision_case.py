"""Pictures in packed texts: features, loss, logits and every gradient under both rules of positions.

All parameters start as normal numbers, biases and norms too, so that none is without effect.
"""

from __future__ import annotations

import dataclasses
from typing import Callable

import numpy as np
import torch

import counter_random
from float32_yardstick import RUNS, relative_error
from golden_case import SEED, Golden, inputs_and_targets, model_report, random_tokens, to_numpy, trainable
from minicpm_reference import ModelShape, loss_positions, parameter_specs, token_losses
from vision_reference import (
    VisionShape,
    forward,
    grid_positions,
    nearest_rows,
    parameter_shapes,
    sine_cosine_positions,
)

# The root of head_dim is exact in float32, so that float64 can be compared to the last digits.
LANGUAGE = ModelShape(
    hidden_size=16,
    intermediate_size=24,
    num_hidden_layers=2,
    num_attention_heads=2,
    num_key_value_heads=1,
    head_dim=4,
    vocab_size=37,
    dim_model_base=8,
)
NEAREST = VisionShape(
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=20,
    patch_size=2,
    table_side=5,
    interpolated=False,
    query_num=4,
    query_positions=False,
    resampler_head_dim=8,
)
INTERPOLATED = dataclasses.replace(NEAREST, interpolated=True, query_positions=True)
LENGTH = 24
# Row, first position, height and width in pixels: smaller and larger than the table, and a size that comes twice.
PARTS = [(0, 1, 6, 10), (0, 6, 14, 8), (1, 3, 6, 10), (1, 15, 10, 10)]
SEGMENTS = [[14, 10], [12, 12]]
IGNORED_TARGETS = [(row, at + i - 1) for row, at, *_ in PARTS for i in range(NEAREST.query_num + 1)]
# Grids whose positions are kept by themselves: the published tables have 27 and 70 rows.
TABLE_ROWS = 70
COUNTS = [1, 2, 7, 16, 24, 25, 27, 32, 45, 49, 50, 55, 70, 71, 98, 116]


def compute(interpolated: bool) -> Golden:
    vision = INTERPOLATED if interpolated else NEAREST
    name = "vision-interpolated" if interpolated else "vision-nearest"
    tokens = random_tokens("golden.vision.ids", (2, LENGTH + 1), LANGUAGE.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = _start(vision)
    pixels = [_pixels(i, height, width) for i, (_, _, height, width) in enumerate(PARTS)]

    def run(values: dict[str, np.ndarray], dtype: torch.dtype) -> dict[str, np.ndarray]:
        return _results(values, inputs, targets, pixels, vision, dtype)

    reference = run(start, torch.float64)
    errors = _largest_errors(lambda values: run(values, torch.float32), start, reference)
    report = {
        "seed": SEED,
        "model": model_report(LANGUAGE),
        "vision": dataclasses.asdict(vision),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
    }
    exact = {
        "input_ids": inputs,
        "targets": targets,
        "segment_lengths": np.array([length for row in SEGMENTS for length in row], dtype=np.int64),
        "parts": np.array(PARTS, dtype=np.int64),
        **{f"pixels.{i}": part.astype(np.int64) for i, part in enumerate(pixels)},
        **{f"start.{key}": value for key, value in start.items()},
    }
    if not interpolated:
        exact["nearest_rows"] = np.concatenate([nearest_rows(TABLE_ROWS, n).numpy() for n in COUNTS])
        exact["nearest_counts"] = np.array(COUNTS, dtype=np.int64)
    return Golden(name, exact, reference, errors, report)


def _largest_errors(
    run: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]],
    start: dict[str, np.ndarray],
    reference: dict[str, np.ndarray],
) -> dict[str, float]:
    """As float32_yardstick, which renumbers hidden units; here there are two kinds of them, joined by matrices. So the
    runs differ by half a unit in the last place of the starting values, which changes how every sum is rounded.
    """
    errors = dict.fromkeys(reference, 0.0)
    for seed in range(RUNS):
        random = np.random.RandomState(seed)
        moved = {
            name: (value * (1 + (random.rand(*value.shape) - 0.5) * 2.0**-23 * (seed > 0))).astype(np.float32)
            for name, value in start.items()
        }
        for name, value in run(moved).items():
            errors[name] = max(errors[name], relative_error(value, reference[name]))
    return errors


def _start(vision: VisionShape) -> dict[str, np.ndarray]:
    shapes = {spec.name: spec.shape for spec in parameter_specs(LANGUAGE)}
    shapes |= parameter_shapes(vision, LANGUAGE.hidden_size)
    start = {}
    for name, shape in shapes.items():
        values = counter_random.fill_normal(int(np.prod(shape)), 0, SEED, name, 0.3).reshape(shape)
        is_scale = "norm" in name or ".ln_" in name
        start[name] = values + np.float32(1) if is_scale and name.endswith("weight") else values
    if vision.query_positions:
        side = round(vision.query_num**0.5)
        positions = sine_cosine_positions(side, side, LANGUAGE.hidden_size)
        start["resampler.pos_embed"] = positions.numpy().astype(np.float32)
    return start


def _pixels(index: int, height: int, width: int) -> np.ndarray:
    return random_tokens(f"golden.vision.pixels.{index}", (height, width, 3), 256).astype(np.uint8)


def _results(
    values: dict[str, np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    pixels: list[np.ndarray],
    vision: VisionShape,
    dtype: torch.dtype,
) -> dict[str, np.ndarray]:
    parameters, wanted = trainable(values, dtype), torch.from_numpy(targets)
    parts = [((row, at), torch.from_numpy(part)) for (row, at, *_), part in zip(PARTS, pixels)]
    segments = torch.tensor([np.repeat(np.arange(len(row)), row).tolist() for row in SEGMENTS])
    logits, seen = forward(torch.from_numpy(inputs), parts, parameters, LANGUAGE, vision, segments)
    loss = token_losses(logits, wanted).sum() / loss_positions(wanted)
    loss.backward()
    gradients = {f"gradient.{name}": value.grad for name, value in parameters.items() if name != "resampler.pos_embed"}
    rows, columns = 3, 7
    positions = grid_positions(parameters["vpm.pos_embed"], vision, rows, columns)
    results = {"loss": loss.reshape(1), "logits": logits, "features": seen, "positions_3x7": positions}
    return {name: to_numpy(value) for name, value in (results | gradients).items()}
