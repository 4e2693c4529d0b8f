"""24 query heads that share 8 key-value heads: loss, all logits, every gradient."""

from __future__ import annotations

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

# The heads together are twice as wide as the residual stream, so that no dimension can stand for another.
GROUPED = ModelShape(
    hidden_size=48,
    intermediate_size=80,
    num_hidden_layers=2,
    num_attention_heads=24,
    num_key_value_heads=8,
    head_dim=4,
    vocab_size=61,
    dim_model_base=32,
)
IDS_STREAM = "golden.grouped-queries.ids"
BATCH, LENGTH = 2, 12
IGNORED_TARGETS = [(0, 3), (1, 11)]


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (BATCH, LENGTH + 1), GROUPED.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(GROUPED)
    reference = loss_and_gradients(start, inputs, targets, GROUPED, torch.float64)
    errors = largest_errors(
        lambda values: loss_and_gradients(values, inputs, targets, GROUPED, torch.float32),
        start,
        reference,
        prefixes=("gradient.",),
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(GROUPED),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    return Golden("grouped-queries", {"input_ids": inputs, "targets": targets}, reference, errors, report)
