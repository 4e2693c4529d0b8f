"""A feed-forward half with experts, from the formulas (arXiv 2404.06395, section 7.3; 2101.03961, equations 4 to 6).

    p   = softmax(router . x)                                 over all experts of the layer
    y   = sum over the k most probable e of p_e / (sum of their p) * expert_e(x)
    balance loss = E * sum over e of f_e * P_e                f_e: share of the step's assignments, without gradient
                                                              P_e: mean of p_e over the step's tokens
    z-loss       = mean over the step's tokens of (log of the sum of exp of the scores) ** 2

Every expert computes every token here, and what the token did not choose is multiplied with zero.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from minicpm_reference import ModelShape, ParameterSpec, Parameters


@dataclass(frozen=True)
class ExpertShape(ModelShape):
    num_experts: int = 8
    num_experts_per_tok: int = 2
    balance_loss: float = 0.01
    router_z_loss: float = 0.0


def expert_half(shape: ExpertShape, prefix: str, std: float) -> list[ParameterSpec]:
    """A router starts with init_std itself, whatever the width."""
    hidden, inner = shape.hidden_size, shape.intermediate_size
    specs = [ParameterSpec(prefix + "mlp.gate.weight", (shape.num_experts, hidden), shape.init_std, True)]
    for expert in range(shape.num_experts):
        own = f"{prefix}mlp.experts.{expert}."
        specs += [
            ParameterSpec(own + "w1.weight", (inner, hidden), std, True),
            ParameterSpec(own + "w3.weight", (inner, hidden), std, True),
            ParameterSpec(own + "w2.weight", (hidden, inner), std, True),
        ]
    return specs


@dataclass
class Routers:
    """The feed-forward half for `forward`; keeps what the losses of the routers need, of each call."""

    shape: ExpertShape
    scores: dict[str, list[Tensor]] = field(default_factory=dict)
    taken: dict[str, list[Tensor]] = field(default_factory=dict)

    def __call__(self, x: Tensor, parameters: Parameters, prefix: str) -> Tensor:
        scores = x @ parameters[prefix + "gate.weight"].T
        probabilities = scores.softmax(-1)
        # A stable descending sort takes the lower of two equally probable experts first.
        order = probabilities.sort(dim=-1, descending=True, stable=True).indices
        chosen = order[..., : self.shape.num_experts_per_tok]
        taken = torch.zeros_like(probabilities).scatter(-1, chosen, 1.0)
        weights = probabilities * taken
        weights = weights / weights.sum(-1, keepdim=True)
        result = torch.zeros_like(x)
        for expert in range(self.shape.num_experts):
            own = f"{prefix}experts.{expert}."
            gate = x @ parameters[own + "w1.weight"].T
            up = x @ parameters[own + "w3.weight"].T
            left = (gate * torch.sigmoid(gate) * up) @ parameters[own + "w2.weight"].T
            result = result + weights[..., expert : expert + 1] * left
        self.scores.setdefault(prefix, []).append(scores.flatten(0, -2))
        self.taken.setdefault(prefix, []).append(taken.flatten(0, -2))
        return result

    def counts(self) -> Tensor:
        """Tokens of each layer and expert over all calls."""
        return torch.stack([torch.cat(own).sum(0) for own in self.taken.values()]).to(torch.int64)

    def closest_choice(self) -> float:
        """The least distance between the worst score that was taken and the best that was not."""
        distances = []
        for prefix, scores in self.scores.items():
            ordered = torch.cat(scores).detach().sort(-1, descending=True).values
            last = self.shape.num_experts_per_tok
            distances.append(float((ordered[:, last - 1] - ordered[:, last]).min()))
        return min(distances)

    def balance_loss(self) -> Tensor:
        losses = []
        for prefix, scores in self.scores.items():
            taken = torch.cat(self.taken[prefix])
            shares = taken.sum(0) / taken.sum()
            losses.append(self.shape.num_experts * (shares * torch.cat(scores).softmax(-1).mean(0)).sum())
        return torch.stack(losses).mean()

    def z_loss(self) -> Tensor:
        return torch.stack([(torch.cat(scores).logsumexp(-1) ** 2).mean() for scores in self.scores.values()]).mean()
