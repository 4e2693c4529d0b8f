"""MiniCPM as a PyTorch user writes it: nn.Module, nn.Linear, fused operators where PyTorch 1.13 has them.

Its parameters have the names of the published models, and check_peer.py holds it to tests/golden/minicpm_reference.py.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from settings import ModelShape


class RmsNorm(nn.Module):
    def __init__(self, size: int, eps: float):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, x: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.eps) * self.weight


class Attention(nn.Module):
    def __init__(self, shape: ModelShape):
        super().__init__()
        self.heads, self.head_dim = shape.num_attention_heads, shape.head_dim
        width = self.heads * self.head_dim
        self.q_proj = nn.Linear(shape.hidden_size, width, bias=False)
        self.k_proj = nn.Linear(shape.hidden_size, width, bias=False)
        self.v_proj = nn.Linear(shape.hidden_size, width, bias=False)
        self.o_proj = nn.Linear(width, shape.hidden_size, bias=False)

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        batch, length, _ = x.shape

        def heads(projected: Tensor) -> Tensor:
            return projected.view(batch, length, self.heads, self.head_dim).transpose(1, 2)

        query = rotate(heads(self.q_proj(x)), cos, sin).reshape(batch * self.heads, length, self.head_dim)
        key = rotate(heads(self.k_proj(x)), cos, sin).reshape(batch * self.heads, length, self.head_dim)
        value = heads(self.v_proj(x)).reshape(batch * self.heads, length, self.head_dim)
        # One call scales, multiplies and masks.
        scores = torch.baddbmm(mask, query, key.transpose(1, 2), alpha=1 / math.sqrt(self.head_dim))
        mixed = torch.bmm(F.softmax(scores, dim=-1), value).view(batch, self.heads, length, self.head_dim)
        return self.o_proj(mixed.transpose(1, 2).reshape(batch, length, -1))


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.chunk(2, dim=-1)
    return x * cos + torch.cat((-second, first), dim=-1) * sin


class SwiGlu(nn.Module):
    def __init__(self, shape: ModelShape):
        super().__init__()
        self.gate_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.up_proj = nn.Linear(shape.hidden_size, shape.intermediate_size, bias=False)
        self.down_proj = nn.Linear(shape.intermediate_size, shape.hidden_size, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        return self.down_proj(F.silu(self.gate_proj(x)) * self.up_proj(x))


class DecoderLayer(nn.Module):
    def __init__(self, shape: ModelShape):
        super().__init__()
        self.input_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.self_attn = Attention(shape)
        self.post_attention_layernorm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)
        self.mlp = SwiGlu(shape)
        self.scale = shape.residual_scale

    def forward(self, x: Tensor, cos: Tensor, sin: Tensor, mask: Tensor) -> Tensor:
        x = torch.add(x, self.self_attn(self.input_layernorm(x), cos, sin, mask), alpha=self.scale)
        return torch.add(x, self.mlp(self.post_attention_layernorm(x)), alpha=self.scale)


class Decoder(nn.Module):
    def __init__(self, shape: ModelShape):
        super().__init__()
        self.embed_tokens = nn.Embedding(shape.vocab_size, shape.hidden_size)
        self.layers = nn.ModuleList(DecoderLayer(shape) for _ in range(shape.num_hidden_layers))
        self.norm = RmsNorm(shape.hidden_size, shape.rms_norm_eps)


class MiniCpm(nn.Module):
    """Token ids [batch, length] and next ids to the mean cross entropy; the head is the embedding."""

    def __init__(self, shape: ModelShape, length: int):
        super().__init__()
        assert shape.num_key_value_heads == shape.num_attention_heads and shape.tie_word_embeddings
        self.shape = shape
        self.model = Decoder(shape)
        exponents = torch.arange(0, shape.head_dim, 2, dtype=torch.float64) / shape.head_dim
        angles = torch.outer(torch.arange(length, dtype=torch.float64), shape.rope_theta**-exponents)
        angles = torch.cat((angles, angles), dim=-1)
        self.register_buffer("cos", angles.cos().float(), persistent=False)
        self.register_buffer("sin", angles.sin().float(), persistent=False)
        self.register_buffer("mask", torch.full((length, length), -math.inf).triu(1), persistent=False)
        self.initialize()

    @torch.no_grad()
    def initialize(self) -> None:
        for name, parameter in self.named_parameters():
            if parameter.dim() == 2:
                is_embedding = name.startswith("model.embed_tokens")
                parameter.normal_(0, self.shape.init_std / (1 if is_embedding else math.sqrt(self.shape.scale_width)))

    def logits(self, ids: Tensor) -> Tensor:
        x = self.model.embed_tokens(ids) * self.shape.scale_emb
        for layer in self.model.layers:
            x = layer(x, self.cos, self.sin, self.mask)
        return F.linear(self.model.norm(x) / self.shape.scale_width, self.model.embed_tokens.weight)

    def forward(self, ids: Tensor, targets: Tensor) -> Tensor:
        return F.cross_entropy(self.logits(ids).view(-1, self.shape.vocab_size), targets.reshape(-1))
