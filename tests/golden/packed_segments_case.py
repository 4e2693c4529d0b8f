"""Rows that hold several documents: attention stays inside a document and positions restart in each."""

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

PACKED = ModelShape(
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=4,
    vocab_size=61,
    dim_model_base=16,
)
IDS_STREAM = "golden.packed-segments.ids"
LENGTH = 96
# One position, more than a window that short documents share, a crowd of short ones, and a whole row.
ROWS = [[1, 70, 25], [7, 3, 1, 1, 12, 5, 30, 2, 35], [LENGTH]]
IGNORED_TARGETS = [(0, 0), (0, 40), (1, 10), (1, 95), (2, 95)]


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (len(ROWS), LENGTH + 1), PACKED.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    segments = np.array([np.repeat(np.arange(len(row)), row) for row in ROWS])
    start = initial_values(PACKED)
    reference = loss_and_gradients(start, inputs, targets, PACKED, torch.float64, segments)
    errors = largest_errors(
        lambda values: loss_and_gradients(values, inputs, targets, PACKED, torch.float32, segments),
        start,
        reference,
        prefixes=("gradient.",),
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(PACKED),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {
        "input_ids": inputs,
        "targets": targets,
        "segment_lengths": np.array([length for row in ROWS for length in row], dtype=np.int64),
    }
    return Golden("packed-segments", exact, reference, errors, report)
