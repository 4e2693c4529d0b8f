"""A step of two unequal micro-batches of a model with experts, with both losses of its routers, which are those of the
whole step: the gradient of every parameter.
"""

from __future__ import annotations

import numpy as np
import torch

from experts_reference import ExpertShape, Routers, expert_half
from float32_yardstick import largest_errors
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
from minicpm_reference import forward, loss_positions, parameter_specs, token_losses

# Factors so large that a router loss that is forgotten, or is one of a micro-batch alone, is far outside of rounding.
SHAPE = ExpertShape(
    hidden_size=24,
    intermediate_size=20,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=4,
    vocab_size=61,
    dim_model_base=16,
    num_experts=6,
    num_experts_per_tok=2,
    balance_loss=0.5,
    router_z_loss=0.05,
)
IDS_STREAM = "golden.experts.ids"
MICRO_BATCHES, SEQUENCES, LENGTH = 2, 3, 17
# (micro-batch, sequence, position): the second micro-batch bears fewer losses, and its tokens are routed all the same.
IGNORED_TARGETS = [(0, 0, 0), (1, 0), (1, 2, 16)]
LEAST_DISTANCE = 1e-4


def step(
    start: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray, dtype: torch.dtype
) -> tuple[dict[str, np.ndarray], Routers]:
    parameters, routers = trainable(start, dtype), Routers(SHAPE)
    logits = torch.stack(
        [forward(torch.from_numpy(ids), parameters, SHAPE, feed_forward=routers) for ids in inputs]
    )
    wanted = torch.from_numpy(targets)
    cross_entropy = token_losses(logits, wanted).sum() / loss_positions(wanted)
    balance, z = routers.balance_loss(), routers.z_loss()
    loss = cross_entropy + SHAPE.balance_loss * balance + SHAPE.router_z_loss * z
    loss.backward()
    values = {
        "loss": cross_entropy.reshape(1),
        "balance_loss": balance.reshape(1),
        "router_z_loss": z.reshape(1),
        "logits": logits,
    }
    gradients = {f"gradient.{name}": parameter.grad for name, parameter in parameters.items()}
    return {name: to_numpy(value) for name, value in (values | gradients).items()}, routers


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (MICRO_BATCHES, SEQUENCES, LENGTH + 1), SHAPE.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(SHAPE, parameter_specs(SHAPE, expert_half))
    reference, routers = step(start, inputs, targets, torch.float64)
    if routers.closest_choice() < LEAST_DISTANCE or int(routers.counts().min()) == 0:
        raise ArithmeticError(f"expected clear choices of all experts, found {routers.closest_choice()}")
    errors = largest_errors(
        lambda values: step(values, inputs, targets, torch.float32)[0], start, reference, prefixes=("gradient.",)
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(SHAPE),
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {"input_ids": inputs, "targets": targets, "counts": to_numpy(routers.counts())}
    return Golden("experts", exact, reference, errors, report)
