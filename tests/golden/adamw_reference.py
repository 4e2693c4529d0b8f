"""AdamW with the two learning rates of the tensor program, global norm clipping and the warm-up of the schedule.

    g = gradient * min(1, clip_norm / |all gradients|)
    m = beta1 m + (1 - beta1) g           v = beta2 v + (1 - beta2) g^2
    p = p - lr_group ( (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + eps) + weight_decay p )

lr_group is lr / scale_width for the matrices and lr for embedding and norms; no parameter is exempt from decay.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from minicpm_reference import Parameters, ParameterSpec


@dataclass(frozen=True)
class AdamWSettings:
    learning_rate: float = 0.01
    warmup_steps: int = 2
    beta1: float = 0.9
    beta2: float = 0.95
    epsilon: float = 1e-8
    weight_decay: float = 0.1
    clip_norm: float = 1.0

    def learning_rate_at(self, step: int) -> float:
        """Steps count from 1 and the rate is the one at the end of the step; stable after the warm-up."""
        return self.learning_rate * min(step / self.warmup_steps, 1.0)


def gradient_norm(parameters: Parameters) -> float:
    """Norm over all gradients; squares are added in float64 whatever the dtype of the gradients."""
    return math.sqrt(sum(float((p.grad.double() ** 2).sum()) for p in parameters.values()))


def clip(parameters: Parameters, norm: float, limit: float) -> None:
    factor = min(1.0, limit / norm)
    for parameter in parameters.values():
        parameter.grad *= factor


class FormulaAdamW:
    """The three lines above, as they stand there."""

    def __init__(self, parameters: Parameters, specs: list[ParameterSpec], scale_width: float, settings: AdamWSettings):
        self._parameters, self._settings, self._step = parameters, settings, 0
        self._divisors = {spec.name: scale_width if spec.is_matrix else 1.0 for spec in specs}
        self._first: dict[str, Tensor] = {name: torch.zeros_like(p) for name, p in parameters.items()}
        self._second: dict[str, Tensor] = {name: torch.zeros_like(p) for name, p in parameters.items()}

    @torch.no_grad()
    def step(self, learning_rate: float) -> None:
        s = self._settings
        self._step += 1
        for name, p in self._parameters.items():
            g, m, v = p.grad, self._first[name], self._second[name]
            m.copy_(s.beta1 * m + (1 - s.beta1) * g)
            v.copy_(s.beta2 * v + (1 - s.beta2) * g * g)
            direction = (m / (1 - s.beta1**self._step)) / ((v / (1 - s.beta2**self._step)).sqrt() + s.epsilon)
            p -= learning_rate / self._divisors[name] * (direction + s.weight_decay * p)


class TorchAdamW:
    """PyTorch's own optimizer with two parameter groups: the float32 yardstick and a check of the formula."""

    def __init__(self, parameters: Parameters, specs: list[ParameterSpec], scale_width: float, settings: AdamWSettings):
        groups = [
            {"params": [parameters[spec.name] for spec in specs if spec.is_matrix], "divisor": scale_width},
            {"params": [parameters[spec.name] for spec in specs if not spec.is_matrix], "divisor": 1.0},
        ]
        self._optimizer = torch.optim.AdamW(
            groups,
            betas=(settings.beta1, settings.beta2),
            eps=settings.epsilon,
            weight_decay=settings.weight_decay,
            foreach=False,
        )

    def step(self, learning_rate: float) -> None:
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate / group["divisor"]
        self._optimizer.step()
