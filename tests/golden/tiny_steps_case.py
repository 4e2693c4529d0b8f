"""Five optimizer steps of a tiny model with grouped queries: two micro-batches a step, unequal loss-bearing counts."""

from __future__ import annotations

import dataclasses

import numpy as np
import torch

from adamw_reference import AdamWSettings, FormulaAdamW, TorchAdamW, clip, gradient_norm
from float32_yardstick import largest_errors, relative_error
from golden_case import (
    SEED,
    Golden,
    fingerprints,
    initial_values,
    inputs_and_targets,
    model_report,
    random_tokens,
    to_numpy,
    trainable,
)
from minicpm_reference import ModelShape, forward, loss_positions, parameter_specs, token_losses

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
    reference = _run(start, inputs, targets, torch.float64, FormulaAdamW)
    if len({bool(norm > SETTINGS.clip_norm) for norm in reference["gradient_norms"]}) != 2:
        raise ArithmeticError(f"expected clipped and unclipped steps, found norms {reference['gradient_norms']}")
    _require_same(reference, _run(start, inputs, targets, torch.float64, TorchAdamW))
    errors = largest_errors(
        lambda values: _run(values, inputs, targets, torch.float32, TorchAdamW), start, reference, prefix="final."
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(TINY),
        "optimizer": dataclasses.asdict(SETTINGS),
        "scale_width": TINY.scale_width,
        "learning_rates": [SETTINGS.learning_rate_at(step) for step in range(1, STEPS + 1)],
        "losses": reference["losses"].tolist(),
        "gradient_norms": reference["gradient_norms"].tolist(),
        "loss_positions": [loss_positions(torch.from_numpy(step)) for step in targets],
        "initial_parameters_sha256": fingerprints(start),
    }
    initial = {f"initial.{name}": value for name, value in start.items()}
    return Golden("tiny-steps", {"input_ids": inputs, "targets": targets} | initial, reference, errors, report)


def _run(
    start: dict[str, np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    dtype: torch.dtype,
    optimizer_class: type[FormulaAdamW] | type[TorchAdamW],
) -> dict[str, np.ndarray]:
    parameters = trainable(start, dtype)
    optimizer = optimizer_class(parameters, parameter_specs(TINY), TINY.scale_width, SETTINGS)
    step_losses, norms = [], []
    for step in range(STEPS):
        ids, wanted = torch.from_numpy(inputs[step]), torch.from_numpy(targets[step])
        positions = loss_positions(wanted)
        for parameter in parameters.values():
            parameter.grad = None
        step_loss = 0.0
        for micro_batch in range(MICRO_BATCHES):
            losses = token_losses(forward(ids[micro_batch], parameters, TINY), wanted[micro_batch])
            loss = losses.sum() / positions
            loss.backward()
            step_loss += float(loss)
        step_losses.append(step_loss)
        norms.append(gradient_norm(parameters))
        clip(parameters, norms[-1], SETTINGS.clip_norm)
        optimizer.step(SETTINGS.learning_rate_at(step + 1))
    final = {f"final.{name}": to_numpy(parameter).astype(np.float64) for name, parameter in parameters.items()}
    return {"losses": np.array(step_losses), "gradient_norms": np.array(norms)} | final


def _require_same(formula: dict[str, np.ndarray], library: dict[str, np.ndarray]) -> None:
    for name, expected in formula.items():
        error = relative_error(library[name], expected)
        if error > 1e-11:
            raise ArithmeticError(f"{name}: the formula and torch.optim.AdamW differ by {error:.2e} in float64")
