"""Sequences of 1, 7 and 33 tokens in micro-batches of 1, 3 and 5, in a model whose widths are odd."""

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
from minicpm_reference import ModelShape

ODD = ModelShape(
    hidden_size=21,
    intermediate_size=29,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=4,
    vocab_size=61,
    dim_model_base=14,
)
LENGTHS, MICRO_BATCHES = (1, 7, 33), (1, 3, 5)


def compute() -> Golden:
    start = initial_values(ODD)
    exact: dict[str, np.ndarray] = {}
    measured: dict[str, np.ndarray] = {}
    errors: dict[str, float] = {}
    batches = [f"{micro_batch}x{length}" for length in LENGTHS for micro_batch in MICRO_BATCHES]
    for batch in batches:
        micro_batch, length = (int(text) for text in batch.split("x"))
        tokens = random_tokens(f"golden.odd-batches.{batch}", (micro_batch, length + 1), ODD.vocab_size)
        inputs, targets = inputs_and_targets(tokens, [])
        found, found_errors = _measured(start, inputs, targets)
        exact |= {f"{batch}.input_ids": inputs, f"{batch}.targets": targets}
        measured |= {f"{batch}.{name}": value for name, value in found.items()}
        errors |= {f"{batch}.{name}": error for name, error in found_errors.items()}
    report = {
        "seed": SEED,
        "ids_streams": "golden.odd-batches.BATCH",
        "batches": batches,
        "model": model_report(ODD),
        "initial_parameters_sha256": fingerprints(start),
    }
    return Golden("odd-batches", exact, measured, errors, report)


def _measured(
    start: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    def run(values: dict[str, np.ndarray], dtype: torch.dtype) -> dict[str, np.ndarray]:
        results = loss_and_gradients(values, inputs, targets, ODD, dtype)
        return {name: value for name, value in results.items() if name not in ("logits", "token_losses")}

    reference = run(start, torch.float64)
    errors = largest_errors(lambda values: run(values, torch.float32), start, reference, prefixes=("gradient.",))
    return reference, errors
