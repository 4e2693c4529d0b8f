"""MiniCPM-V's image encoder and resampler from their formulas, with PyTorch's own operations where it has one.

    patches = conv(pixels, stride = patch) + positions resized to the grid
    x       = x + proj(attention(norm1(x)));  x = x + fc2(gelu_tanh(fc1(norm2(x))))      every patch sees every patch
    kv      = norm_kv(W . norm(x));  q = norm_q(query) [+ positions of a square]
    y       = norm_post(attention(q, kv + positions of the grid, kv)) @ P
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from minicpm_reference import EMBEDDING, LM_HEAD, ModelShape, Parameters, attention, rms_norm, swiglu

EPSILON = 1e-6


@dataclass(frozen=True)
class VisionShape:
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    patch_size: int
    table_side: int
    interpolated: bool
    query_num: int
    query_positions: bool
    resampler_head_dim: int


def parameter_shapes(vision: VisionShape, hidden: int) -> dict[str, tuple[int, ...]]:
    width, inner, patch = vision.hidden_size, vision.intermediate_size, vision.patch_size
    shapes: dict[str, tuple[int, ...]] = {
        "vpm.pos_embed": (1, vision.table_side**2, width),
        "vpm.patch_embed.proj.weight": (width, 3, patch, patch),
        "vpm.patch_embed.proj.bias": (width,),
    }
    for layer in range(vision.num_hidden_layers):
        prefix = f"vpm.blocks.{layer}."
        maps = {
            "attn.qkv": (3 * width, width),
            "attn.proj": (width, width),
            "mlp.fc1": (inner, width),
            "mlp.fc2": (width, inner),
        }
        for name in ("norm1", "norm2"):
            shapes |= {f"{prefix}{name}.weight": (width,), f"{prefix}{name}.bias": (width,)}
        for name, (rows, columns) in maps.items():
            shapes |= {f"{prefix}{name}.weight": (rows, columns), f"{prefix}{name}.bias": (rows,)}
    shapes |= {"vpm.norm.weight": (width,), "vpm.norm.bias": (width,), "resampler.query": (vision.query_num, hidden)}
    if vision.query_positions:
        shapes["resampler.pos_embed"] = (vision.query_num, hidden)
    shapes |= {
        "resampler.proj": (hidden, hidden),
        "resampler.kv_proj.weight": (hidden, width),
        "resampler.attn.in_proj_weight": (3 * hidden, hidden),
        "resampler.attn.in_proj_bias": (3 * hidden,),
        "resampler.attn.out_proj.weight": (hidden, hidden),
        "resampler.attn.out_proj.bias": (hidden,),
    }
    for name in ("ln_q", "ln_kv", "ln_post"):
        shapes |= {f"resampler.{name}.weight": (hidden,), f"resampler.{name}.bias": (hidden,)}
    return shapes


def sine_cosine_positions(rows: int, columns: int, width: int) -> Tensor:
    """[rows * columns, width], float64: the first half of the channels is the column."""
    omega = 10000.0 ** -(torch.arange(width // 4, dtype=torch.float64) / (width / 4))

    def half(places: Tensor) -> Tensor:
        angles = places.reshape(-1, 1).to(torch.float64) * omega
        return torch.cat([angles.sin(), angles.cos()], dim=1)

    down, across = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    return torch.cat([half(across), half(down)], dim=1)


def nearest_rows(side: int, count: int) -> Tensor:
    """Row of the table for each of `count` places, as float32 compares them."""
    places = torch.arange(0, 1 - 1e-6, 1 / count)
    return torch.bucketize(places, torch.arange(1 / side, 1.0, 1 / side), right=True)


def grid_positions(table: Tensor, vision: VisionShape, rows: int, columns: int) -> Tensor:
    side = vision.table_side
    square = table.reshape(side, side, -1)
    if not vision.interpolated:
        down, across = nearest_rows(side, rows), nearest_rows(side, columns)
        return square[down][:, across].reshape(rows * columns, -1)
    image = square.permute(2, 0, 1).unsqueeze(0)
    resized = F.interpolate(image, size=(rows, columns), mode="bicubic", antialias=True)
    return resized[0].permute(1, 2, 0).reshape(rows * columns, -1)


def encode(pixels: Tensor, parameters: Parameters, vision: VisionShape) -> Tensor:
    """[3, height, width] to [patches, width]."""
    convolved = F.conv2d(
        pixels.unsqueeze(0),
        parameters["vpm.patch_embed.proj.weight"],
        parameters["vpm.patch_embed.proj.bias"],
        stride=vision.patch_size,
    )[0]
    _, rows, columns = convolved.shape
    x = convolved.flatten(1).T + grid_positions(parameters["vpm.pos_embed"], vision, rows, columns)
    heads, width = vision.num_attention_heads, vision.hidden_size
    for layer in range(vision.num_hidden_layers):
        prefix = f"vpm.blocks.{layer}."

        def linear(name: str, value: Tensor) -> Tensor:
            return F.linear(value, parameters[f"{prefix}{name}.weight"], parameters[f"{prefix}{name}.bias"])

        normed = layer_norm(x, parameters, prefix + "norm1")
        q, k, v = linear("attn.qkv", normed).reshape(-1, 3, heads, width // heads).permute(1, 2, 0, 3)
        weights = (q @ k.transpose(1, 2) / math.sqrt(width / heads)).softmax(-1)
        x = x + linear("attn.proj", (weights @ v).transpose(0, 1).reshape(-1, width))
        inner = linear("mlp.fc1", layer_norm(x, parameters, prefix + "norm2"))
        x = x + linear("mlp.fc2", F.gelu(inner, approximate="tanh"))
    return layer_norm(x, parameters, "vpm.norm")


def layer_norm(x: Tensor, parameters: Parameters, name: str) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], parameters[name + ".weight"], parameters[name + ".bias"], EPSILON)


def resample(encoded: Tensor, rows: int, columns: int, parameters: Parameters, vision: VisionShape) -> Tensor:
    """[rows * columns, width] to [queries, hidden]."""
    hidden = parameters["resampler.query"].shape[1]
    kv = layer_norm(encoded @ parameters["resampler.kv_proj.weight"].T, parameters, "resampler.ln_kv")
    queries = layer_norm(parameters["resampler.query"], parameters, "resampler.ln_q")
    if vision.query_positions:
        queries = queries + parameters["resampler.pos_embed"]
    keys = kv + sine_cosine_positions(rows, columns, hidden).to(kv.dtype)
    mixed, _ = F.multi_head_attention_forward(
        queries.unsqueeze(1),
        keys.unsqueeze(1),
        kv.unsqueeze(1),
        hidden,
        hidden // vision.resampler_head_dim,
        parameters["resampler.attn.in_proj_weight"],
        parameters["resampler.attn.in_proj_bias"],
        None,
        None,
        False,
        0.0,
        parameters["resampler.attn.out_proj.weight"],
        parameters["resampler.attn.out_proj.bias"],
    )
    return layer_norm(mixed[:, 0], parameters, "resampler.ln_post") @ parameters["resampler.proj"]


def features(part: Tensor, parameters: Parameters, vision: VisionShape) -> Tensor:
    """Bytes [height, width, 3] to [queries, hidden]."""
    dtype = parameters["resampler.query"].dtype
    pixels = ((part.to(torch.float32) / 255 - 0.5) / 0.5).permute(2, 0, 1).to(dtype)
    rows, columns = part.shape[0] // vision.patch_size, part.shape[1] // vision.patch_size
    return resample(encode(pixels, parameters, vision), rows, columns, parameters, vision)


def forward(
    ids: Tensor,
    parts: list[tuple[tuple[int, int], Tensor]],
    parameters: Parameters,
    shape: ModelShape,
    vision: VisionShape,
    segments: Tensor,
) -> tuple[Tensor, Tensor]:
    """`parts` are [(row, first position), bytes]. Returns logits, and the features of all parts one after the other."""
    x = parameters[EMBEDDING][ids] * shape.scale_emb
    seen = [features(part, parameters, vision) for _, part in parts]
    for ((row, at), _), values in zip(parts, seen):
        x = torch.cat([x[:row], torch.cat([x[row, :at], values, x[row, at + len(values) :]])[None], x[row + 1 :]])
    for layer in range(shape.num_hidden_layers):
        prefix = f"model.layers.{layer}."
        normed = rms_norm(x, parameters[prefix + "input_layernorm.weight"], shape.rms_norm_eps)
        x = x + shape.residual_scale * attention(normed, segments, parameters, prefix + "self_attn.", shape)
        normed = rms_norm(x, parameters[prefix + "post_attention_layernorm.weight"], shape.rms_norm_eps)
        x = x + shape.residual_scale * swiglu(normed, parameters, prefix + "mlp.")
    x = rms_norm(x, parameters["model.norm.weight"], shape.rms_norm_eps)
    head = parameters[EMBEDDING if shape.tie_word_embeddings else LM_HEAD]
    return (x / shape.scale_width) @ head.T, torch.cat(seen)
