"""Loss, logits and every gradient of the `nano` preset on one small batch."""

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

NANO = ModelShape(
    hidden_size=128,
    intermediate_size=320,
    num_hidden_layers=4,
    num_attention_heads=4,
    num_key_value_heads=4,
    head_dim=32,
    vocab_size=4096,
    dim_model_base=256,
)
IDS_STREAM = "golden.nano.ids"
BATCH, LENGTH = 2, 32
IGNORED_TARGETS = [(0, 5), (0, 6), (0, 7), (1, 0), (1, 31)]
LOGIT_POSITIONS = [(0, 0), (0, 1), (0, 6), (0, 31), (1, 0), (1, 13), (1, 30), (1, 31)]


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (BATCH, LENGTH + 1), NANO.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(NANO)
    reference = _run(start, inputs, targets, torch.float64)
    errors = largest_errors(
        lambda values: _run(values, inputs, targets, torch.float32), start, reference, prefixes=("gradient.",)
    )
    gradients = [value for name, value in reference.items() if name.startswith("gradient.")]
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(NANO),
        "loss": float(reference["loss"][0]),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "gradient_norm": float(np.sqrt(sum(float((value**2).sum()) for value in gradients))),
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {"input_ids": inputs, "targets": targets, "logit_positions": np.array(LOGIT_POSITIONS, dtype=np.int64)}
    wide = ("loss", "token_losses")
    measured = {name: value if name in wide else value.astype(np.float32) for name, value in reference.items()}
    return Golden("nano", exact, measured, errors, report)


def _run(
    start: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray, dtype: torch.dtype
) -> dict[str, np.ndarray]:
    values = loss_and_gradients(start, inputs, targets, NANO, dtype)
    rows, columns = zip(*LOGIT_POSITIONS)
    return values | {"logits": values["logits"][list(rows), list(columns)]}
