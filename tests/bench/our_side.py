"""One run of ours: launch/mpirun -n 2 minicpm train, as a user types it; times from the run's metrics.jsonl."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import settings
from settings import Preset

RUN_NAME = "ours"


def run_file(preset: Preset, steps: int, data: Path, checkpoint_every: str) -> str:
    """One micro-batch per rank and step. The end of a run always evaluates and saves: once, after the last timed step."""
    warmup = settings.learning_rate_warmup(steps)
    return f"""\
seed: 1
model: {{ preset: {preset.model}, vocab_size: {preset.shape.vocab_size} }}
data:
  train: {data}
  sequence_length: {settings.SEQUENCE_LENGTH}
  evaluate_every: never
  evaluate_sequences: 1
schedule:
  shape: wsd
  learning_rate: {settings.LEARNING_RATE}
  warmup: {warmup} steps
  stable: {steps - warmup} steps
  decay: 0 steps
  token_batch: {settings.TOKENS_PER_STEP} tokens
optimizer:
  beta1: {settings.BETAS[0]}
  beta2: {settings.BETAS[1]}
  epsilon: {settings.EPSILON}
  weight_decay: {settings.WEIGHT_DECAY}
  clip_norm: {settings.CLIP_NORM}
parallel: {{ lanes: {settings.RANKS}, micro_batch: {settings.MICRO_BATCH}, threads_per_rank: 1 }}
checkpoint: {{ every: {checkpoint_every} }}
"""


def run(preset: Preset, steps: int, data: Path, checkpoint_every: str = "never") -> dict:
    """Seconds, seconds of waiting for data and losses of every step, every rank's peak memory in bytes, and the checkpoints
    as the journal tells of them."""
    folder = settings.WORK / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    recipe = folder / "recipe.yaml"
    recipe.write_text(run_file(preset, steps, data, checkpoint_every))
    command = [
        str(settings.REPOSITORY / "launch" / "mpirun"), "-n", str(settings.RANKS),
        settings.PYTHON, str(Path(__file__).parent / "rank_memory.py"), str(folder),
        "minicpm", "train", str(recipe), "--runs", str(folder), "--name", RUN_NAME,
    ]
    log = folder / "output.log"
    with log.open("w") as output:
        code = subprocess.run(
            command, cwd=settings.REPOSITORY, env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, check=False).returncode
    if code != 0:
        raise SystemExit(f"tests/bench/run: minicpm train ended with exit code {code}:\n{log.read_text()[-3000:]}")
    lines = [json.loads(line) for line in (folder / RUN_NAME / "metrics.jsonl").read_text().splitlines()]
    reports = [line for line in lines if "seconds" in line and "loss" in line]
    if len(reports) != steps:
        raise SystemExit(f"tests/bench/run: expected {steps} steps in metrics.jsonl, found {len(reports)}")
    journal = [json.loads(line) for line in (folder / RUN_NAME / "journal.jsonl").read_text().splitlines()]
    peaks = [int((folder / f"peak-{rank}").read_text()) for rank in range(settings.RANKS)]
    shutil.rmtree(folder)
    return {
        "seconds": [report["seconds"] for report in reports],
        "data_seconds": [report["data_seconds"] for report in reports],
        "losses": [report["loss"] for report in reports],
        "peak_bytes": peaks,
        "checkpoints": [entry for entry in journal if entry["event"] == "checkpoint"],
    }
