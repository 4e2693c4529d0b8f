"""Writes a tiny Hugging Face MiniCPM folder, byte by byte, and beside it what each parameter is in float32.

    make_model_folder.py FOLDER F32|F16|BF16 [--shards N] [--untied] [--head-copy] [--derived-tables]

FOLDER/expected.bin holds the parameters as little-endian float32, one after the other, in the order of expected.txt.
Knows nothing of the C# code: half-precision values are made as bit patterns first and widened by arithmetic.
"""

from __future__ import annotations

import argparse
import json
import struct
from pathlib import Path

CONFIG = {
    "architectures": ["MiniCPMForCausalLM"], "model_type": "minicpm", "hidden_size": 32, "intermediate_size": 80,
    "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 400,
    "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "rope_scaling": None, "hidden_act": "silu",
    "initializer_range": 0.1, "scale_emb": 12, "scale_depth": 1.4, "dim_model_base": 256, "attention_bias": False,
}


def shapes(tied: bool) -> dict[str, list[int]]:
    hidden, inner, keys = CONFIG["hidden_size"], CONFIG["intermediate_size"], 16
    result = {"model.embed_tokens.weight": [CONFIG["vocab_size"], hidden]}
    for layer in range(CONFIG["num_hidden_layers"]):
        prefix = f"model.layers.{layer}."
        result |= {
            prefix + "self_attn.q_proj.weight": [hidden, hidden],
            prefix + "self_attn.k_proj.weight": [keys, hidden],
            prefix + "self_attn.v_proj.weight": [keys, hidden],
            prefix + "self_attn.o_proj.weight": [hidden, hidden],
            prefix + "mlp.gate_proj.weight": [inner, hidden],
            prefix + "mlp.up_proj.weight": [inner, hidden],
            prefix + "mlp.down_proj.weight": [hidden, inner],
            prefix + "input_layernorm.weight": [hidden],
            prefix + "post_attention_layernorm.weight": [hidden],
        }
    result["model.norm.weight"] = [hidden]
    if not tied:
        result["lm_head.weight"] = [CONFIG["vocab_size"], hidden]
    return result


def elements(count: int, seed: int, dtype: str) -> tuple[bytes, bytes]:
    """Stored bytes and the same numbers as float32: any finite pattern, subnormal ones and both zeros included."""
    stored, widened = bytearray(), bytearray()
    state = seed * 2654435761 % 2**32 or 1
    for _ in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        if dtype == "F32":
            # Sign, an exponent near that of trained weights, and all bits of the mantissa.
            bits = (state & 0x807FFFFF) | (0x3C000000 + (state >> 27 & 3) * 0x800000)
            stored += struct.pack("<I", bits)
            widened += struct.pack("<I", bits)
            continue
        bits = state >> 16
        exponent_bits, mantissa_bits = (8, 7) if dtype == "BF16" else (5, 10)
        exponent = bits >> mantissa_bits & (2**exponent_bits - 1)
        if exponent == 2**exponent_bits - 1:        # infinities and not-a-number are no weights
            bits ^= 1 << mantissa_bits
            exponent -= 1
        mantissa = bits & (2**mantissa_bits - 1)
        bias = 2 ** (exponent_bits - 1) - 1
        value = (
            mantissa * 2.0 ** (1 - bias - mantissa_bits)
            if exponent == 0
            else (2**mantissa_bits + mantissa) * 2.0 ** (exponent - bias - mantissa_bits)
        )
        stored += struct.pack("<H", bits)
        widened += struct.pack("<f", -value if bits >> 15 else value)
    return bytes(stored), bytes(widened)


def write_file(path: Path, tensors: list[tuple[str, str, list[int], bytes]]) -> None:
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, dtype, shape, data in tensors:
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + len(data)]}
        offset += len(data)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data for *_, data in tensors))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("dtype", choices=["F32", "F16", "BF16"])
    parser.add_argument("--shards", type=int, default=1)
    parser.add_argument("--untied", action="store_true")
    parser.add_argument("--head-copy", action="store_true", help="save the tied head, too, as some exporters do")
    parser.add_argument("--derived-tables", action="store_true", help="save rotary tables, as older classes did")
    options = parser.parse_args()
    options.folder.mkdir(parents=True)
    tensors, names, expected = [], [], b""
    for number, (name, shape) in enumerate(shapes(not options.untied).items()):
        count = 1
        for size in shape:
            count *= size
        stored, widened = elements(count, number + 1, options.dtype)
        tensors.append((name, options.dtype, shape, stored))
        names.append(name)
        expected += widened
    if options.head_copy:
        tensors.append(("lm_head.weight", *tensors[0][1:]))
    if options.derived_tables:
        tensors.append(("model.layers.0.self_attn.rotary_emb.inv_freq", "F32", [4], bytes(16)))
    (options.folder / "config.json").write_text(
        json.dumps(CONFIG | {"tie_word_embeddings": False} if options.untied else CONFIG))
    (options.folder / "expected.txt").write_text("\n".join(names))
    (options.folder / "expected.bin").write_bytes(expected)
    if options.shards == 1:
        write_file(options.folder / "model.safetensors", tensors)
        return
    weight_map = {}
    for shard in range(options.shards):
        # Every n-th tensor, so that a layer is spread over files.
        name = f"model-{shard + 1:05d}-of-{options.shards:05d}.safetensors"
        write_file(options.folder / name, tensors[shard :: options.shards])
        weight_map |= {tensor[0]: name for tensor in tensors[shard :: options.shards]}
    (options.folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": sum(len(t[3]) for t in tensors)}, "weight_map": weight_map}))


if __name__ == "__main__":
    main()
