"""What is measured: presets, batch, and what one token costs. Both sides take everything from here."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
PYTHON = "/usr/bin/python3"
WORK = REPOSITORY / ".cache" / "bench"

sys.path.insert(0, str(REPOSITORY / "tests" / "golden"))
from minicpm_reference import ModelShape, parameter_specs  # noqa: E402

RANKS = 2
SEQUENCE_LENGTH = 512
MICRO_BATCH = 4

LEARNING_RATE = 0.01
BETAS = (0.9, 0.95)
EPSILON = 1e-8
WEIGHT_DECAY = 0.1
CLIP_NORM = 1.0

SMALL_VOCABULARY = 4096
LARGE_VOCABULARY = 122_753


def learning_rate_warmup(steps: int) -> int:
    """Steps over which the learning rate rises in a run of so many: the same on both sides, so that losses compare."""
    return min(steps, 20)


def shape(hidden: int, layers: int, heads: int, vocabulary: int = SMALL_VOCABULARY) -> ModelShape:
    return ModelShape(
        hidden_size=hidden,
        intermediate_size=hidden * 5 // 2,
        num_hidden_layers=layers,
        num_attention_heads=heads,
        num_key_value_heads=heads,
        head_dim=hidden // heads,
        vocab_size=vocabulary,
        dim_model_base=256,
    )


@dataclass(frozen=True)
class Preset:
    """`steps` are half a minute to a minute of training; `micro_batch` is of a rank, which has one a step."""

    name: str
    shape: ModelShape
    steps: int
    sequence_length: int = SEQUENCE_LENGTH
    micro_batch: int = MICRO_BATCH
    ranks: int = RANKS

    @staticmethod
    def of_json(text: str) -> Preset:
        values = json.loads(text)
        return Preset(**{**values, "shape": ModelShape(**values["shape"])})

    def to_json(self) -> str:
        return json.dumps(asdict(self))

    @property
    def tokens_per_step(self) -> int:
        return self.ranks * self.micro_batch * self.sequence_length

    @property
    def parameters(self) -> int:
        total = 0
        for spec in parameter_specs(self.shape):
            size = 1
            for length in spec.shape:
                size *= length
            total += size
        return total

    @property
    def flops_per_token(self) -> float:
        """Products of forward and backward: 6 a parameter, of which the tied embedding counts once, as the output head;
        and 6 · layers · d_m · sequence for attention, half of what a product without the causal mask takes."""
        shape = self.shape
        return 6.0 * self.parameters + 6.0 * shape.num_hidden_layers * shape.hidden_size * self.sequence_length


_NINE = shape(hidden=320, layers=8, heads=5)

PRESETS = {
    preset.name: preset
    for preset in (
        Preset("nano", shape(hidden=128, layers=4, heads=4), steps=40),
        Preset("9m", _NINE, steps=16),
        Preset("30m", shape(hidden=512, layers=12, heads=8), steps=7),
        Preset("9m-large-vocabulary", replace(_NINE, vocab_size=LARGE_VOCABULARY), steps=6),
    )
}
