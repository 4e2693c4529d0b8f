#!/usr/bin/python3
"""Computes the log-probabilities of options again, in float64, and the choices by the four rules of docs/evaluation.md.

    task_scores.py FOLDER --details FILE --window N

FOLDER is a checkpoint folder as Hugging Face has it, FILE is what `minicpm eval --details` has written for forms in
likelihood. Every option is computed by itself with everything before it, by the reference model of this folder: no
prefix is shared, nothing is batched. The rules are written here a second time, after the published definitions: sum
(acc), over the characters of the option as Python counts them (acc_norm), over its bytes in UTF-8 (acc_bytes), over
its tokens. Prints {"items": ..., "options": ..., "largest_error": ..., "largest_relative_error": ..., "picks": {rule:
[index of the chosen option, for each item]}}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import torch

from export_check import read_parameters, read_shape
from minicpm_reference import ModelShape, Parameters, forward


def log_probability(ids: list[int], scored: int, window: int, parameters: Parameters, shape: ModelShape) -> float:
    """The sum over the last so many ids, each predicted from what is before it within the window."""
    ids = ids[-(window + 1):]
    logits = forward(torch.tensor([ids[:-1]]), parameters, shape, torch.zeros((1, len(ids) - 1), dtype=torch.int64))
    rows = torch.log_softmax(logits[0], dim=-1)
    return sum(float(rows[i - 1, ids[i]]) for i in range(len(ids) - scored, len(ids)))


def rules(option: str, total: float, tokens: int) -> dict[str, float]:
    text = option.lstrip(" ")
    return {
        "sum": total,
        "characters": total / len(text),
        "bytes": total / len(text.encode("utf-8")),
        "tokens": total / tokens,
    }


def best(values: list[float]) -> int:
    return max(range(len(values)), key=lambda i: (values[i], -i))


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--details", type=Path, required=True)
    arguments.add_argument("--window", type=int, required=True)
    options = arguments.parse_args()
    torch.set_num_threads(1)
    shape = read_shape(options.folder / "config.json")
    parameters = read_parameters(options.folder / "model.safetensors", shape, torch.float64)
    items, count, largest, relative = 0, 0, 0.0, 0.0
    picks: dict[str, list[int]] = {"sum": [], "characters": [], "bytes": [], "tokens": []}
    with torch.no_grad():
        for line in options.details.read_text().splitlines():
            item = json.loads(line)
            values = []
            for text, whole, found in zip(item["options"], item["whole_ids"], item["sums"]):
                scored = len(whole) - len(item["prompt_ids"])
                total = log_probability(whole, scored, options.window, parameters, shape)
                largest = max(largest, abs(total - found))
                relative = max(relative, abs(total - found) / abs(total))
                values.append(rules(text, total, scored))
                count += 1
            for rule, chosen in picks.items():
                chosen.append(best([value[rule] for value in values]))
            items += 1
    print(json.dumps({
        "items": items, "options": count, "largest_error": largest, "largest_relative_error": relative, "picks": picks,
    }))
    return 0


if __name__ == "__main__":
    sys.exit(main())
