"""Five optimizer steps under each kind of decay, and the rates of longer schedules."""

from __future__ import annotations

import dataclasses
from typing import Any

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
from schedule_rates import Schedule, rates

SMALL = ModelShape(
    hidden_size=32,
    intermediate_size=48,
    num_hidden_layers=1,
    num_attention_heads=4,
    num_key_value_heads=2,
    head_dim=8,
    vocab_size=53,
    dim_model_base=12,
)
SETTINGS = AdamWSettings()
IDS_STREAM = "golden.schedules.ids"
STEPS, MICRO_BATCHES, SEQUENCES, LENGTH = 5, 2, 2, 5
IGNORED_TARGETS = [(0, 0, 1, 4), (3, 1, 0, 2)]

KINDS = [
    ("exponential", "wsd", "exponential"),
    ("linear", "wsd", "linear"),
    ("1-sqrt", "wsd", "1-sqrt"),
    ("cosine-decay", "wsd", "cosine"),
    ("cosine", "cosine", "exponential"),
]
# No phase ends with a step, and the run ends 10 tokens after the sum of its phases.
TRAINED = [
    Schedule(name, shape, decay, learning_rate=0.01, warmup=30, stable=15, decay=45, token_batch=20)
    for name, shape, decay in KINDS
]
LONG = [
    Schedule("long-" + name, shape, decay, 0.0123, 700, 2345, 1999, token_batch=96, final_ratio=0.03)
    for name, shape, decay in KINDS
]
SPECIAL = [
    Schedule("half-life", "wsd", "exponential", 0.01, 100, 300, 1000, token_batch=50, half_life=170),
    Schedule("no-fall", "wsd", "exponential", 0.01, 100, 300, 600, token_batch=50, final_ratio=1.0),
    Schedule("linear-to-zero", "wsd", "linear", 0.01, 0, 300, 600, token_batch=50, final_ratio=0.0),
    Schedule("no-decay", "wsd", "exponential", 0.01, 110, 321, 0, token_batch=50),
    Schedule("no-warmup", "cosine", "exponential", 0.01, 0, 1000, 0, token_batch=50),
]


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (STEPS, MICRO_BATCHES, SEQUENCES, LENGTH + 1), SMALL.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(SMALL)
    measured: dict[str, np.ndarray] = {}
    errors: dict[str, float] = {}
    for schedule in TRAINED:
        found, found_errors = _trained(schedule, start, inputs, targets)
        measured |= {f"{schedule.name}.{name}": value for name, value in found.items()}
        errors |= {f"{schedule.name}.{name}": error for name, error in found_errors.items()}
    optimizer = dataclasses.asdict(SETTINGS)
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(SMALL),
        "optimizer": {key: value for key, value in optimizer.items() if key not in ("learning_rate", "warmup_steps")},
        "loss_positions": [loss_positions(torch.from_numpy(step)) for step in targets],
        "trained": [schedule.name for schedule in TRAINED],
        "schedules": [_described(schedule) for schedule in TRAINED + LONG + SPECIAL],
        "initial_parameters_sha256": fingerprints(start),
    }
    return Golden("schedules", {"input_ids": inputs, "targets": targets}, measured, errors, report)


def _trained(
    schedule: Schedule, start: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    planned = rates(schedule)
    if len(planned) != STEPS:
        raise ArithmeticError(f"{schedule.name} has {len(planned)} steps, expected {STEPS}")

    def run(
        values: dict[str, np.ndarray], dtype: torch.dtype, optimizer: type[FormulaAdamW] | type[TorchAdamW]
    ) -> dict[str, np.ndarray]:
        return optimizer_steps(values, inputs, targets, SMALL, planned, SETTINGS, dtype, optimizer)

    reference = run(start, torch.float64, FormulaAdamW)
    require_same(reference, run(start, torch.float64, TorchAdamW))
    errors = largest_errors(
        lambda values: run(values, torch.float32, TorchAdamW), start, reference, prefixes=("final.",)
    )
    return reference, errors


def _described(schedule: Schedule) -> dict[str, Any]:
    return dataclasses.asdict(schedule) | {"rates": rates(schedule)}
