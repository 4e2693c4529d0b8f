"""A model whose rotary positions reach beyond an old length, in each of the ways that there are."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import torch

from float32_yardstick import largest_errors
from golden_case import (
    SEED,
    Golden,
    fingerprints,
    initial_values,
    inputs_and_targets,
    model_report,
    random_tokens,
)
from loss_and_gradients import loss_and_gradients
from minicpm_reference import ModelShape, loss_positions

SHAPE = ModelShape(
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    vocab_size=61,
    dim_model_base=16,
    rope_theta=500.0,
)
IDS_STREAM = "golden.stretched-positions.ids"
LENGTH = 96
ROWS = [[60, 1, 35], [LENGTH]]
OLD = {"factor": 3.0, "original_max_position_embeddings": 32}
SCALINGS: dict[str, dict[str, Any]] = {
    "dynamic": {"type": "dynamic"} | OLD,
    "yarn": {"type": "yarn", "beta_fast": 3.0, "beta_slow": 0.1} | OLD,
    "longrope": {"type": "longrope", "long_factor": [1.0, 1.3, 2.2, 3.0], "short_factor": [1.0, 1.0, 1.1, 1.2]} | OLD,
}


def compute(kind: str) -> Golden:
    """Loss, logits and every gradient; positions count from the beginning of each document, and the length of the row
    decides the angles of all of them."""
    shape = dataclasses.replace(SHAPE, rope_scaling=SCALINGS[kind])
    tokens = random_tokens(IDS_STREAM, (len(ROWS), LENGTH + 1), shape.vocab_size)
    inputs, targets = inputs_and_targets(tokens, [(0, 3), (1, 95)])
    segments = np.array([np.repeat(np.arange(len(row)), row) for row in ROWS])
    start = initial_values(shape)
    reference = loss_and_gradients(start, inputs, targets, shape, torch.float64, segments)
    errors = largest_errors(
        lambda values: loss_and_gradients(values, inputs, targets, shape, torch.float32, segments),
        start,
        reference,
        prefixes=("gradient.",),
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(shape),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {
        "input_ids": inputs,
        "targets": targets,
        "segment_lengths": np.array([length for row in ROWS for length in row], dtype=np.int64),
    }
    return Golden(f"positions-{kind}", exact, reference, errors, report)
