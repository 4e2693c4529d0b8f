"""The other side in C#: a training in plain TorchSharp, started with mpirun or as one process with several threads."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from dataclasses import asdict
from pathlib import Path

import settings
from settings import Preset

PROGRAM = "MiniCpmDist.PlainPeer"


def program() -> str:
    return str(settings.REPOSITORY / "artifacts" / "bin" / PROGRAM / "release" / PROGRAM)


def check() -> None:
    """Its logits are those of the runtime's model, or nothing is timed."""
    result = subprocess.run([program(), "check"], capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench/run: {PROGRAM} check failed:\n{result.stdout}{result.stderr}")


def run(preset: Preset, steps: int, data: Path, precision: str, ranks: int) -> dict:
    """Seconds and losses of every step, and every rank's peak memory in bytes. One rank takes all sequences of a step,
    with as many threads as there would be ranks."""
    threads = preset.ranks // ranks
    values = {
        "shape": asdict(preset.shape), "micro_batch": preset.micro_batch * threads, "steps": steps, "data": str(data),
        "precision": precision, "threads": threads, "learning_rate": settings.LEARNING_RATE,
    }
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [program(), json.dumps(values), str(result)]
        if ranks > 1:
            command = [str(settings.REPOSITORY / "launch" / "mpirun"), "-n", str(ranks), *command]
        ended = subprocess.run(
            command, cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
            env={**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)})
        if ended.returncode != 0:
            raise SystemExit(
                f"tests/bench/run: {PROGRAM} ended with exit code {ended.returncode}:\n{ended.stderr[-3000:]}")
        return json.loads(result.read_text())
