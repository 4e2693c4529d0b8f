#!/usr/bin/python3
"""Loads a checkpoint folder as a Hugging Face MiniCPM model and prints its loss, computed by the reference model.

    export_check.py FOLDER --ids FILE [--dtype float64|float32]

FILE holds {"rows": [{"ids": [...], "targets": [...], "segments": [lengths]}, ...]}. Every row is one packed sequence
whose segments do not see each other; a target below zero bears no loss. The loss is the sum of the token cross
entropies over all rows divided by their number, in nats. Prints {"loss": ..., "tokens": ...}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

import safetensors_io
from minicpm_reference import ModelShape, Parameters, forward, parameter_specs, token_losses

# The defaults of the Hugging Face configuration class are not the values of MiniCPM, so a missing scale is a fault.
REQUIRED = (
    "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads",
    "vocab_size", "scale_emb", "scale_depth", "dim_model_base", "rms_norm_eps",
)  # fmt: skip


def read_shape(path: Path) -> ModelShape:
    config = json.loads(path.read_text())
    missing = [key for key in REQUIRED if key not in config]
    if missing:
        raise ValueError(f"{path} lacks {', '.join(missing)}")
    for key, expected in {"model_type": "minicpm", "hidden_act": "silu"}.items():
        if config.get(key, expected) != expected:
            raise ValueError(f"{path}: expected {key} = {expected}, found {config[key]}")
    scaling = config.get("rope_scaling")
    if scaling is not None:
        # "dynamic" says by its positions alone what the length was before.
        scaling = {"original_max_position_embeddings": config["max_position_embeddings"]} | scaling
    values = {key: config[key] for key in REQUIRED}
    return ModelShape(
        **values,
        head_dim=config.get("head_dim", config["hidden_size"] // config["num_attention_heads"]),
        rope_theta=config.get("rope_theta", 10000.0),
        tie_word_embeddings=config.get("tie_word_embeddings", True),
        rope_scaling=scaling,
    )


def read_parameters(path: Path, shape: ModelShape, dtype: torch.dtype) -> Parameters:
    stored, _ = safetensors_io.read(path)
    expected = {spec.name: spec.shape for spec in parameter_specs(shape)}
    found = {name: array.shape for name, array in stored.items()}
    if expected != found:
        wrong = sorted(name for name in expected.keys() | found.keys() if expected.get(name) != found.get(name))
        lines = [f"  {name}: expected {expected.get(name)}, found {found.get(name)}" for name in wrong]
        raise ValueError(f"{path} does not hold the tensors that config.json describes:\n" + "\n".join(lines))
    return {name: torch.from_numpy(array.copy()).to(dtype) for name, array in stored.items()}


def mean_loss(rows: list[dict[str, list[int]]], parameters: Parameters, shape: ModelShape) -> tuple[float, int]:
    total, tokens = 0.0, 0
    for row in rows:
        ids, targets = (torch.tensor([row[key]], dtype=torch.int64) for key in ("ids", "targets"))
        lengths = torch.tensor(row["segments"])
        segments = torch.repeat_interleave(torch.arange(len(lengths)), lengths).unsqueeze(0)
        bearing = targets >= 0
        losses = token_losses(forward(ids, parameters, shape, segments), targets)
        total += float(losses[bearing].double().sum())
        tokens += int(bearing.sum())
    if tokens == 0:
        raise ValueError("no row has a target: there is nothing to predict")
    return total / tokens, tokens


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--ids", type=Path, required=True)
    arguments.add_argument("--dtype", choices=("float64", "float32"), default="float64")
    options = arguments.parse_args()
    torch.set_num_threads(1)
    try:
        shape = read_shape(options.folder / "config.json")
        parameters = read_parameters(options.folder / "model.safetensors", shape, getattr(torch, options.dtype))
        with torch.no_grad():
            loss, tokens = mean_loss(json.loads(options.ids.read_text())["rows"], parameters, shape)
    except (OSError, ValueError, KeyError) as fault:
        print(fault, file=sys.stderr)
        return 2
    print(json.dumps({"loss": loss, "tokens": tokens}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
