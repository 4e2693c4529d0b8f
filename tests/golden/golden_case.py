"""What the golden cases share: their content, starting weights, and the measure of errors."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

import counter_random
from minicpm_reference import IGNORED_TARGET, ModelShape, Parameters, ParameterSpec, parameter_specs

SEED = 1

# Six query heads share two key-value heads.
SMALL = ModelShape(
    hidden_size=24,
    intermediate_size=40,
    num_hidden_layers=2,
    num_attention_heads=6,
    num_key_value_heads=2,
    head_dim=4,
    vocab_size=61,
    dim_model_base=16,
)


@dataclass(frozen=True)
class Golden:
    """`exact` values are compared bit by bit, `measured` ones within the rounding of their stored dtype."""

    name: str
    exact: dict[str, np.ndarray]
    measured: dict[str, np.ndarray]
    errors: dict[str, float]
    report: dict[str, Any]

    @property
    def tensors(self) -> dict[str, np.ndarray]:
        return self.exact | self.measured


def initial_values(shape: ModelShape, specs: list[ParameterSpec] | None = None) -> dict[str, np.ndarray]:
    return {spec.name: _initial_value(spec) for spec in specs or parameter_specs(shape)}


def _initial_value(spec: ParameterSpec) -> np.ndarray:
    count = int(np.prod(spec.shape))
    if spec.init_std == 0.0:
        return np.ones(spec.shape, dtype=np.float32)
    return counter_random.fill_normal(count, 0, SEED, spec.name, spec.init_std).reshape(spec.shape)


def trainable(values: dict[str, np.ndarray], dtype: torch.dtype) -> Parameters:
    return {name: torch.tensor(array, dtype=dtype, requires_grad=True) for name, array in values.items()}


def random_tokens(stream: str, shape: tuple[int, ...], vocabulary: int) -> np.ndarray:
    """Element i, in row-major order, is the i-th 64-bit word of the stream modulo the vocabulary."""
    count = int(np.prod(shape))
    words = [counter_random.uint64(SEED, stream, i) for i in range(count)]
    return np.array([word % vocabulary for word in words], dtype=np.int64).reshape(shape)


def inputs_and_targets(tokens: np.ndarray, ignored: list[tuple[int, ...]]) -> tuple[np.ndarray, np.ndarray]:
    """Splits [..., length + 1] in inputs and the targets one position later; `ignored` are indices of targets."""
    inputs, targets = tokens[..., :-1].copy(), tokens[..., 1:].copy()
    for index in ignored:
        targets[index] = IGNORED_TARGET
    return inputs, targets


def to_numpy(values: Tensor) -> np.ndarray:
    return values.detach().numpy()


def model_report(shape: ModelShape) -> dict[str, Any]:
    # What a model does not have, its report does not mention.
    return {name: value for name, value in dataclasses.asdict(shape).items() if value is not None}


def fingerprints(values: dict[str, np.ndarray]) -> dict[str, str]:
    """SHA-256 of the little-endian float32 bytes of every tensor, row-major."""
    return {name: hashlib.sha256(array.astype("<f4").tobytes()).hexdigest() for name, array in values.items()}
