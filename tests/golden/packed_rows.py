"""Rows of packed documents through a model: loss, logits and every gradient."""

from __future__ import annotations

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


def compute(
    name: str, shape: ModelShape, ids_stream: str, rows: list[list[int]], ignored: list[tuple[int, ...]]
) -> Golden:
    """`rows` has the lengths of each row's documents, `ignored` the indices of targets that bear no loss."""
    tokens = random_tokens(ids_stream, (len(rows), sum(rows[0]) + 1), shape.vocab_size)
    inputs, targets = inputs_and_targets(tokens, ignored)
    segments = np.array([np.repeat(np.arange(len(row)), row) for row in rows])
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
        "ids_stream": ids_stream,
        "model": model_report(shape),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {
        "input_ids": inputs,
        "targets": targets,
        "segment_lengths": np.array([length for row in rows for length in row], dtype=np.int64),
    }
    return Golden(name, exact, reference, errors, report)
