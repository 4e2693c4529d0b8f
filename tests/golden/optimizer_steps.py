"""Optimizer steps of the reference model: micro-batches, clipping, and a learning rate for each step."""

from __future__ import annotations

from typing import Sequence

import numpy as np
import torch

from adamw_reference import AdamWSettings, FormulaAdamW, TorchAdamW, clip, gradient_norm
from float32_yardstick import relative_error
from golden_case import to_numpy, trainable
from minicpm_reference import ModelShape, forward, loss_positions, parameter_specs, token_losses


def optimizer_steps(
    start: dict[str, np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    shape: ModelShape,
    rates: Sequence[float],
    settings: AdamWSettings,
    dtype: torch.dtype,
    optimizer_class: type[FormulaAdamW] | type[TorchAdamW],
) -> dict[str, np.ndarray]:
    """Ids [step, micro-batch, sequence, position] to `losses`, `gradient_norms` [step] and `final.NAME`."""
    parameters = trainable(start, dtype)
    optimizer = optimizer_class(parameters, parameter_specs(shape), shape.scale_width, settings)
    step_losses, norms = [], []
    for ids, wanted, rate in zip(torch.from_numpy(inputs), torch.from_numpy(targets), rates):
        positions = loss_positions(wanted)
        for parameter in parameters.values():
            parameter.grad = None
        step_loss = 0.0
        for micro_ids, micro_wanted in zip(ids, wanted):
            loss = token_losses(forward(micro_ids, parameters, shape), micro_wanted).sum() / positions
            loss.backward()
            step_loss += float(loss)
        step_losses.append(step_loss)
        norms.append(gradient_norm(parameters))
        clip(parameters, norms[-1], settings.clip_norm)
        optimizer.step(rate)
    final = {f"final.{name}": to_numpy(parameter).astype(np.float64) for name, parameter in parameters.items()}
    return {"losses": np.array(step_losses), "gradient_norms": np.array(norms)} | final


def require_same(formula: dict[str, np.ndarray], library: dict[str, np.ndarray]) -> None:
    for name, expected in formula.items():
        error = relative_error(library[name], expected)
        if error > 1e-11:
            raise ArithmeticError(f"{name}: the formula and torch.optim.AdamW differ by {error:.2e} in float64")
