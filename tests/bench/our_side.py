"""One run of ours: launch/mpirun -n 2 minicpm train, as a user types it; times from the run's metrics.jsonl."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from dataclasses import asdict
from pathlib import Path

import settings
from settings import Preset

RUN_NAME = "ours"
COLLECTIVES = ("broadcast", "all-gather", "exchange", "barrier")


def run_file(preset: Preset, steps: int, data: Path, checkpoint_every: str, coordinator: str, kernels: str,
             halves: bool = False, precision: str = "float32") -> str:
    """One micro-batch per rank and step, or two halves of it, which are the same numbers but for their sums. The end of
    a run always evaluates and saves: once, after the last timed step."""
    lanes, micro_batch = (2, preset.micro_batch // 2) if halves else (1, preset.micro_batch)
    warmup = settings.learning_rate_warmup(steps)
    return f"""\
seed: 1
model: {json.dumps(asdict(preset.shape))}
data:
  train: {data}
  sequence_length: {preset.sequence_length}
  evaluate_every: never
  evaluate_sequences: 1
schedule:
  shape: wsd
  learning_rate: {settings.LEARNING_RATE}
  warmup: {warmup} steps
  stable: {steps - warmup} steps
  decay: 0 steps
  token_batch: {preset.tokens_per_step} tokens
optimizer:
  beta1: {settings.BETAS[0]}
  beta2: {settings.BETAS[1]}
  epsilon: {settings.EPSILON}
  weight_decay: {settings.WEIGHT_DECAY}
  clip_norm: {settings.CLIP_NORM}
parallel: {{ lanes: {lanes * preset.ranks}, micro_batch: {micro_batch}, threads_per_rank: 1 }}
precision: {precision}
kernels: {kernels}
checkpoint: {{ every: {checkpoint_every}, at_phase_ends: false }}
coordinator: {{ address: {coordinator} }}
"""


def collective_seconds(events: list[dict], steps: int) -> list[float]:
    """Seconds of each step in which a rank stood in a collective and computed nothing, waiting for the others
    included."""
    whole = {event["args"]["step"]: event for event in events if event["ph"] == "X" and event["name"] == "step"}
    seconds = [0.0] * steps
    for event in events:
        step = whole.get(event["args"]["step"]) if event["ph"] == "X" and event["name"] in COLLECTIVES else None
        # What evaluation and checkpoints exchange comes after the step.
        if step is not None and step["ts"] <= event["ts"] <= step["ts"] + step["dur"]:
            seconds[event["args"]["step"] - 1] += event["dur"] / 1e6
    return seconds


def follow(run_folder: Path, training: subprocess.Popen, command: list[str]) -> None:
    """Runs a command of minicpm on a run from when its coordinator listens to the end of both."""
    while not (run_folder / "coordinator.json").exists() and training.poll() is None:
        time.sleep(0.05)
    subprocess.run(
        [str(settings.REPOSITORY / "launch" / "minicpm"), *command, str(run_folder)],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)


def run(
    preset: Preset, steps: int, data: Path, checkpoint_every: str = "never", coordinator: str = "null",
    beside: list[str] | None = None, kernels: str = "fused", halves: bool = False, precision: str = "float32",
    tool: list[str] | None = None,
) -> dict:
    """Seconds, seconds of waiting for data and losses of every step, every rank's peak memory in bytes, and the
    checkpoints as the journal tells of them. `beside` is a command of minicpm that runs as long as the training and
    gets its folder; `tool` is what stands for minicpm."""
    folder = settings.WORK / "run"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    recipe = folder / "recipe.yaml"
    recipe.write_text(run_file(preset, steps, data, checkpoint_every, coordinator, kernels, halves, precision))
    command = [
        str(settings.REPOSITORY / "launch" / "mpirun"), "-n", str(preset.ranks),
        settings.PYTHON, str(Path(__file__).parent / "rank_memory.py"), str(folder),
        *(tool or ["minicpm"]),
        "train", str(recipe), "--runs", str(folder), "--name", RUN_NAME, "--profile", f"1..{steps}",
    ]
    log = folder / "output.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=settings.REPOSITORY, env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        if beside is not None:
            follow(folder / RUN_NAME, process, beside)
        code = process.wait()
    if code != 0:
        raise SystemExit(f"tests/bench/run: minicpm train ended with exit code {code}:\n{log.read_text()[-3000:]}")
    lines = [json.loads(line) for line in (folder / RUN_NAME / "metrics.jsonl").read_text().splitlines()]
    reports = [line for line in lines if "seconds" in line and "loss" in line]
    if len(reports) != steps:
        raise SystemExit(f"tests/bench/run: expected {steps} steps in metrics.jsonl, found {len(reports)}")
    journal = [json.loads(line) for line in (folder / RUN_NAME / "journal.jsonl").read_text().splitlines()]
    peaks = [int((folder / f"peak-{rank}").read_text()) for rank in range(preset.ranks)]
    traces = [json.loads((folder / RUN_NAME / f"trace-rank{rank}.json").read_text()) for rank in range(preset.ranks)]
    shutil.rmtree(folder)
    return {
        "seconds": [report["seconds"] for report in reports],
        "data_seconds": [report["data_seconds"] for report in reports],
        "losses": [report["loss"] for report in reports],
        "collective_seconds": [collective_seconds(trace["traceEvents"], steps) for trace in traces],
        "peak_bytes": peaks,
        "checkpoints": [entry for entry in journal if entry["event"] == "checkpoint"],
    }
