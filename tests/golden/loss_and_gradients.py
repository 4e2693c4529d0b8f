"""One forward and backward pass of the reference model: logits, losses, and the gradient of every parameter."""

from __future__ import annotations

import numpy as np
import torch

from golden_case import to_numpy, trainable
from minicpm_reference import ModelShape, forward, loss_positions, token_losses


def loss_and_gradients(
    start: dict[str, np.ndarray],
    inputs: np.ndarray,
    targets: np.ndarray,
    shape: ModelShape,
    dtype: torch.dtype,
    segments: np.ndarray | None = None,
) -> dict[str, np.ndarray]:
    """`loss` [1], the mean over the loss-bearing positions; `token_losses`; all `logits`; `gradient.NAME`."""
    parameters = trainable(start, dtype)
    wanted = torch.from_numpy(targets)
    belongs = None if segments is None else torch.from_numpy(segments)
    logits = forward(torch.from_numpy(inputs), parameters, shape, belongs)
    losses = token_losses(logits, wanted)
    loss = losses.sum() / loss_positions(wanted)
    loss.backward()
    values = {"loss": loss.reshape(1), "token_losses": losses, "logits": logits}
    gradients = {f"gradient.{name}": parameter.grad for name, parameter in parameters.items()}
    return {name: to_numpy(value) for name, value in (values | gradients).items()}
