"""Five optimizer steps of a tiny model with grouped queries: two micro-batches a step, unequal loss-bearing counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from adamw_reference import AdamWSettings, FormulaAdamW, TorchAdamW
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
from minicpm_reference import ModelShape, loss_positions
from optimizer_steps import optimizer_steps, require_same

TINY = ModelShape(
    hidden_size=64,
    intermediate_size=160,
    num_hidden_layers=2,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=16,
    vocab_size=97,
    dim_model_base=33,
)
SETTINGS = AdamWSettings()
IDS_STREAM = "golden.tiny-steps.ids"
STEPS, MICRO_BATCHES, SEQUENCES, LENGTH = 5, 2, 3, 7
# (step, micro-batch, sequence, position), partial indices ignore all below them: step 3 loses a whole sequence.
IGNORED_TARGETS = [(0, 0, 0, 0), (0, 1, 2, 6), (1, 0, 1, 3), (2, 1, 0), (3, 0, 2, 1), (3, 0, 2, 2), (4, 1, 1, 6)]


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (STEPS, MICRO_BATCHES, SEQUENCES, LENGTH + 1), TINY.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(TINY)
    rates = [SETTINGS.learning_rate_at(step) for step in range(1, STEPS + 1)]

    def run(
        values: dict[str, np.ndarray], dtype: torch.dtype, optimizer: type[FormulaAdamW] | type[TorchAdamW]
    ) -> dict[str, np.ndarray]:
        return optimizer_steps(values, inputs, targets, TINY, rates, SETTINGS, dtype, optimizer)

    reference = run(start, torch.float64, FormulaAdamW)
    if len({bool(norm > SETTINGS.clip_norm) for norm in reference["gradient_norms"]}) != 2:
        raise ArithmeticError(f"expected clipped and unclipped steps, found norms {reference['gradient_norms']}")
    require_same(reference, run(start, torch.float64, TorchAdamW))
    errors = largest_errors(
        lambda values: run(values, torch.float32, TorchAdamW), start, reference, prefixes=("final.",)
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(TINY),
        "optimizer": dataclasses.asdict(SETTINGS),
        "scale_width": TINY.scale_width,
        "learning_rates": rates,
        "losses": reference["losses"].tolist(),
        "gradient_norms": reference["gradient_norms"].tolist(),
        "loss_positions": [loss_positions(torch.from_numpy(step)) for step in targets],
        "initial_parameters_sha256": fingerprints(start),
    }
    initial = {f"initial.{name}": value for name, value in start.items()}
    return Golden("tiny-steps", {"input_ids": inputs, "targets": targets} | initial, reference, errors, report)
