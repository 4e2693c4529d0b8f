"""The MiniCPM forward pass from the formulas of the paper (arXiv 2404.06395, sections 3 and 6, table 7).

    x      = scale_emb * E[ids]
    x      = x + s * attention(norm(x));  x = x + s * swiglu(norm(x))      s = scale_depth / sqrt(layers)
    logits = W . (norm(x) / scale_width)                                   scale_width = hidden / dim_model_base

Every tensor has the dtype of the parameters: float64 is the reference, float32 is what it is compared with.
Plain products and sums only, no fused operator, so that each line can be read against the formula.

A row can be packed: `segments` [batch, length] then says with any numbers which document each position belongs to. The
scores of a query with keys of other documents are masked, and the position of a token is counted from where its own
document begins in the row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Callable

import torch
from torch import Tensor

import rotary_angles

IGNORED_TARGET = -100
EMBEDDING = "model.embed_tokens.weight"
FINAL_NORM = "model.norm.weight"
LM_HEAD = "lm_head.weight"

Parameters = dict[str, Tensor]


@dataclass(frozen=True)
class ModelShape:
    """Dimensions and scales under the names that config.json gives them."""

    hidden_size: int
    intermediate_size: int
    num_hidden_layers: int
    num_attention_heads: int
    num_key_value_heads: int
    head_dim: int
    vocab_size: int
    dim_model_base: int
    scale_emb: float = 12.0
    scale_depth: float = 1.4
    rms_norm_eps: float = 1e-5
    rope_theta: float = 10000.0
    init_std: float = 0.1
    tie_word_embeddings: bool = True
    # As config.json has it, and with the length before the model was extended; None: the base alone.
    rope_scaling: dict[str, Any] | None = None

    @property
    def scale_width(self) -> float:
        return self.hidden_size / self.dim_model_base

    @property
    def residual_scale(self) -> float:
        return self.scale_depth / math.sqrt(self.num_hidden_layers)


@dataclass(frozen=True)
class ParameterSpec:
    """`init_std` 0 means ones. `is_matrix`: learning rate divided by scale_width."""

    name: str
    shape: tuple[int, ...]
    init_std: float
    is_matrix: bool


def dense_half(shape: ModelShape, prefix: str, std: float) -> list[ParameterSpec]:
    hidden, inner = shape.hidden_size, shape.intermediate_size
    return [
        ParameterSpec(prefix + "mlp.gate_proj.weight", (inner, hidden), std, True),
        ParameterSpec(prefix + "mlp.up_proj.weight", (inner, hidden), std, True),
        ParameterSpec(prefix + "mlp.down_proj.weight", (hidden, inner), std, True),
    ]


def parameter_specs(shape: ModelShape, half: Callable[..., list[ParameterSpec]] = dense_half) -> list[ParameterSpec]:
    """All parameters in storage order: q, k, v are neighbours, gate and up are neighbours."""
    hidden = shape.hidden_size
    query = shape.num_attention_heads * shape.head_dim
    key_value = shape.num_key_value_heads * shape.head_dim
    matrix_std = shape.init_std / math.sqrt(shape.scale_width)

    def matrix(name: str, rows: int, columns: int) -> ParameterSpec:
        return ParameterSpec(name, (rows, columns), matrix_std, True)

    def norm(name: str) -> ParameterSpec:
        return ParameterSpec(name, (hidden,), 0.0, False)

    specs = [ParameterSpec(EMBEDDING, (shape.vocab_size, hidden), shape.init_std, False)]
    for layer in range(shape.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        specs += [
            norm(prefix + "input_layernorm.weight"),
            matrix(prefix + "self_attn.q_proj.weight", query, hidden),
            matrix(prefix + "self_attn.k_proj.weight", key_value, hidden),
            matrix(prefix + "self_attn.v_proj.weight", key_value, hidden),
            matrix(prefix + "self_attn.o_proj.weight", hidden, query),
            norm(prefix + "post_attention_layernorm.weight"),
            *half(shape, prefix, matrix_std),
        ]
    specs.append(norm(FINAL_NORM))
    if not shape.tie_word_embeddings:
        specs.append(ParameterSpec(LM_HEAD, (shape.vocab_size, hidden), shape.init_std, False))
    return specs


def rms_norm(x: Tensor, weight: Tensor, eps: float) -> Tensor:
    wide = x if x.dtype in (torch.float32, torch.float64) else x.float()
    variance = (wide * wide).mean(-1, keepdim=True)
    return (wide / torch.sqrt(variance + eps)).to(x.dtype) * weight


def positions_in_segments(segments: Tensor) -> Tensor:
    """The number of earlier positions of the row in the same segment, [batch, length]."""
    same = segments.unsqueeze(-1) == segments.unsqueeze(-2)
    return same.tril(-1).sum(-1)


def rotary_tables(positions: Tensor, shape: ModelShape, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
    """cos and sin, [batch, 1, length, head_dim]. The angles are float64 whatever the dtype of the model. A row is one
    sequence, whose length decides them where length does."""
    frequencies, scale = rotary_angles.angles(
        shape.head_dim, shape.rope_theta, shape.rope_scaling, positions.shape[1]
    )
    angles = positions.to(torch.float64)[:, None, :, None] * torch.from_numpy(frequencies)
    angles = torch.cat([angles, angles], dim=-1)
    return (scale * angles.cos()).to(dtype), (scale * angles.sin()).to(dtype)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Turns the pairs (i, i + head_dim / 2) of [..., length, head_dim]."""
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat([-second, first], dim=-1) * sin


def attention(x: Tensor, segments: Tensor, parameters: Parameters, prefix: str, shape: ModelShape) -> Tensor:
    """Causal attention inside each segment of [batch, length, hidden]; query head h reads key head
    h // (heads / kv heads).
    """
    batch, length, _ = x.shape

    def heads(name: str, count: int) -> Tensor:
        projected = x @ parameters[prefix + name + "_proj.weight"].T
        return projected.view(batch, length, count, shape.head_dim).transpose(1, 2)

    cos, sin = rotary_tables(positions_in_segments(segments), shape, x.dtype)
    query = rotate(heads("q", shape.num_attention_heads), cos, sin)
    key = rotate(heads("k", shape.num_key_value_heads), cos, sin)
    value = heads("v", shape.num_key_value_heads)
    group = shape.num_attention_heads // shape.num_key_value_heads
    key, value = key.repeat_interleave(group, dim=1), value.repeat_interleave(group, dim=1)

    future = torch.ones(length, length, dtype=torch.bool).triu(1)
    foreign = segments[:, None, :, None] != segments[:, None, None, :]
    scores = query @ key.transpose(-1, -2) / math.sqrt(shape.head_dim)
    weights = scores.masked_fill(future | foreign, -math.inf).softmax(dim=-1)
    mixed = (weights @ value).transpose(1, 2).reshape(batch, length, -1)
    return mixed @ parameters[prefix + "o_proj.weight"].T


def swiglu(x: Tensor, parameters: Parameters, prefix: str) -> Tensor:
    gate = x @ parameters[prefix + "gate_proj.weight"].T
    up = x @ parameters[prefix + "up_proj.weight"].T
    return (gate * torch.sigmoid(gate) * up) @ parameters[prefix + "down_proj.weight"].T


def forward(
    ids: Tensor,
    parameters: Parameters,
    shape: ModelShape,
    segments: Tensor | None = None,
    feed_forward: Callable[[Tensor, Parameters, str], Tensor] = swiglu,
) -> Tensor:
    """Token ids [batch, length] to logits [batch, length, vocabulary]. Without `segments` a row is one segment."""
    if segments is None:
        segments = torch.zeros_like(ids)
    x = parameters[EMBEDDING][ids] * shape.scale_emb
    for layer in range(shape.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        normed = rms_norm(x, parameters[prefix + "input_layernorm.weight"], shape.rms_norm_eps)
        x = x + shape.residual_scale * attention(normed, segments, parameters, prefix + "self_attn.", shape)
        normed = rms_norm(x, parameters[prefix + "post_attention_layernorm.weight"], shape.rms_norm_eps)
        x = x + shape.residual_scale * feed_forward(normed, parameters, prefix + "mlp.")
    x = rms_norm(x, parameters[FINAL_NORM], shape.rms_norm_eps)
    head = parameters[EMBEDDING if shape.tie_word_embeddings else LM_HEAD]
    return (x / shape.scale_width) @ head.T


def token_losses(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy in nats at every position, [batch, length]; 0 where the target is negative."""
    kept = targets >= 0
    chosen = logits.gather(-1, targets.clamp(min=0).unsqueeze(-1)).squeeze(-1)
    return torch.where(kept, logits.logsumexp(-1) - chosen, torch.zeros_like(chosen))


def loss_positions(targets: Tensor) -> int:
    return int((targets >= 0).sum())
