"""Fine-tuning and preference losses over packed pairs of answers, with the gradient of every parameter.

DPO is arXiv 2305.18290, equation 7; IPO is arXiv 2310.12036, equation 17. The log-probabilities of the reference are
numbers near the model's own, as after some steps of training, so that no gradient is zero.
"""

from __future__ import annotations

from typing import Callable

import numpy as np
import torch
from torch import Tensor

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
from minicpm_reference import IGNORED_TARGET, forward, token_losses

IDS_STREAM = "golden.preferences.ids"
LENGTH = 96
# The documents of each row and the scored positions at the end of each; the first row ends with filling.
ROWS = [[(30, 7), (26, 3), (40, 0)], [(17, 1), (19, 9), (29, 12), (31, 14)]]
# What the reference gives more than the model, in nats, for each answer.
DISTANCES = [0.5, -1.25, 2.0, 0.125, -3.0, 1.0]
BETA = 0.1

# name -> beta, label smoothing, weight of the chosen answer's token loss, means in place of sums, IPO
METHODS: dict[str, tuple[float, float, float, bool, bool]] = {
    "dpo": (BETA, 0.0, 0.0, False, False),
    "smoothed": (0.4, 0.2, 0.5, False, False),
    "normalized": (2.0, 0.0, 0.0, True, False),
    "ipo": (BETA, 0.0, 0.0, False, True),
}


def masked_targets(targets: np.ndarray) -> np.ndarray:
    masked = np.full_like(targets, IGNORED_TARGET)
    for row, documents in enumerate(ROWS):
        end = 0
        for length, scored in documents:
            end += length
            masked[row, end - scored : end] = targets[row, end - scored : end]
    return masked


def answers(losses: Tensor) -> tuple[Tensor, Tensor]:
    """The log-probability of every answer, and its tokens."""
    sums, counts = [], []
    for row, documents in enumerate(ROWS):
        end = 0
        for length, scored in documents:
            end += length
            if scored:
                sums.append(-losses[row, end - scored : end].sum())
                counts.append(scored)
    return torch.stack(sums), torch.tensor(counts, dtype=losses.dtype)


def preference_loss(method: str, sums: Tensor, counts: Tensor, reference: Tensor) -> Tensor:
    beta, smoothing, sft, normalized, ipo = METHODS[method]
    ratios = (sums - reference) / (counts if normalized else 1)
    difference = ratios[0::2] - ratios[1::2]
    if ipo:
        losses = (difference - 1 / (2 * beta)) ** 2
    else:
        log_sigmoid = torch.nn.functional.logsigmoid
        losses = -(1 - smoothing) * log_sigmoid(beta * difference) - smoothing * log_sigmoid(-beta * difference)
    return (losses - sft * sums[0::2] / counts[0::2]).mean()


def results(
    start: dict[str, np.ndarray], inputs: np.ndarray, targets: np.ndarray, reference: np.ndarray, dtype: torch.dtype
) -> dict[str, np.ndarray]:
    segments = np.array([np.repeat(np.arange(len(row)), [length for length, _ in row]) for row in ROWS])
    found: dict[str, np.ndarray] = {}

    def take(name: str, loss_of: Callable[[Tensor], Tensor]) -> None:
        parameters = trainable(start, dtype)
        logits = forward(torch.from_numpy(inputs), parameters, SMALL, torch.from_numpy(segments))
        losses = token_losses(logits, torch.from_numpy(targets))
        loss = loss_of(losses)
        loss.backward()
        found[f"{name}.loss"] = to_numpy(loss.reshape(1))
        found.update({f"{name}.gradient.{key}": to_numpy(value.grad) for key, value in parameters.items()})

    take("sft", lambda losses: losses.sum() / int((targets >= 0).sum()))
    for method in METHODS:
        take(
            method,
            lambda losses: preference_loss(method, *answers(losses), torch.from_numpy(reference).to(losses.dtype)),
        )
    return found


def compute() -> Golden:
    tokens = random_tokens(IDS_STREAM, (len(ROWS), LENGTH + 1), SMALL.vocab_size)
    inputs, targets = inputs_and_targets(tokens, [])
    targets = masked_targets(targets)
    start = initial_values(SMALL)
    with torch.no_grad():
        segments = np.array([np.repeat(np.arange(len(row)), [length for length, _ in row]) for row in ROWS])
        logits = forward(torch.from_numpy(inputs), trainable(start, torch.float64), SMALL, torch.from_numpy(segments))
        sums, _ = answers(token_losses(logits, torch.from_numpy(targets)))
    reference = (sums.numpy() + np.array(DISTANCES)).astype(np.float32)
    values = results(start, inputs, targets, reference, torch.float64)
    errors = largest_errors(
        lambda changed: results(changed, inputs, targets, reference, torch.float32),
        start,
        values,
        prefixes=tuple(f"{name}.gradient." for name in ["sft", *METHODS]),
    )
    report = {
        "seed": SEED,
        "ids_stream": IDS_STREAM,
        "model": model_report(SMALL),
        "methods": {name: list(options) for name, options in METHODS.items()},
        "initial_parameters_sha256": fingerprints(start),
    }
    exact = {
        "input_ids": inputs,
        "targets": targets,
        "reference": reference,
        "segment_lengths": np.array([length for row in ROWS for length, _ in row], dtype=np.int64),
    }
    return Golden("preferences", exact, values, errors, report)
