"""Two sequences through a model whose matrices have low-rank adapters (arXiv 2106.09685, equation 3): the gradient
of every adapter. B is not zero here, as after some steps of training, so that no gradient of A is.
"""

from __future__ import annotations

import math

import numpy as np
import torch

import counter_random
from float32_yardstick import largest_errors
from golden_case import (
    SEED,
    SMALL,
    Golden,
    fingerprints,
    initial_values,
    inputs_and_targets,
    model_report,
    random_tokens,
    to_numpy,
    trainable,
)
from minicpm_reference import forward, loss_positions, token_losses

IDS_STREAM = "golden.adapters.ids"
BATCH, LENGTH = 2, 20
IGNORED_TARGETS = [(0, 0), (1, 7)]
RANK, ALPHA = 3, 4.5
UP_STD = 0.2
# Not k, up: neighbours of adapted matrices that have none.
MATRICES = ["q_proj", "v_proj", "o_proj", "gate_proj", "down_proj"]


def adapters(start: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    found: dict[str, np.ndarray] = {}
    for name, value in start.items():
        stem = name.removesuffix(".weight")
        if stem.rsplit(".", 1)[-1] not in MATRICES:
            continue
        down, up = f"{stem}.lora_A.weight", f"{stem}.lora_B.weight"
        rows, columns = value.shape
        drawn = counter_random.fill_normal(RANK * columns, 0, SEED, down, 1 / math.sqrt(3 * columns))
        found[down] = drawn.reshape(RANK, columns)
        found[up] = counter_random.fill_normal(rows * RANK, 0, SEED, up, UP_STD).reshape(rows, RANK)
    return found


def loss_and_gradients(
    values: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray, dtype: torch.dtype
) -> dict[str, np.ndarray]:
    parameters = trainable(values, dtype)
    adapted = dict(parameters)
    for down in [name for name in parameters if ".lora_A." in name]:
        stem = down.removesuffix(".lora_A.weight")
        product = parameters[f"{stem}.lora_B.weight"] @ parameters[down]
        adapted[f"{stem}.weight"] = parameters[f"{stem}.weight"] + ALPHA / RANK * product
    wanted = torch.from_numpy(targets)
    logits = forward(torch.from_numpy(inputs), adapted, SMALL)
    loss = token_losses(logits, wanted).sum() / loss_positions(wanted)
    loss.backward()
    gradients = {f"gradient.{name}": value.grad for name, value in parameters.items() if ".lora_" in name}
    return {name: to_numpy(value) for name, value in ({"loss": loss.reshape(1), "logits": logits} | gradients).items()}


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (BATCH, LENGTH + 1), SMALL.vocab_size)
    inputs, targets = inputs_and_targets(tokens, IGNORED_TARGETS)
    start = initial_values(SMALL)
    trained = adapters(start)
    reference = loss_and_gradients(start | trained, inputs, targets, torch.float64)
    errors = largest_errors(
        lambda values: loss_and_gradients(values, inputs, targets, torch.float32),
        start | trained,
        reference,
        prefixes=("gradient.",),
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(SMALL),
        "lora": {"rank": RANK, "alpha": ALPHA, "matrices": MATRICES},
        "loss_positions": loss_positions(torch.from_numpy(targets)),
        "initial_parameters_sha256": fingerprints(start | {k: v for k, v in trained.items() if ".lora_A." in k}),
    }
    exact = {"input_ids": inputs, "targets": targets} | {f"start.{name}": value for name, value in trained.items()}
    return Golden("adapters", exact, reference, errors, report)
