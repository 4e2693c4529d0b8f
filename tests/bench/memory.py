"""Peak memory of a rank, as `minicpm plan` predicts it and as it is. Called by tests/bench/memory."""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path

import bench_data
import settings

STEPS = 2
TOLERATED = 0.10


@dataclass(frozen=True)
class Case:
    preset: str
    kernels: str
    checkpointing: str
    micro_batch: int
    ranks: int = 1

    def __str__(self) -> str:
        return f"{self.preset:<20} {self.kernels:<6} {self.checkpointing:<10} {self.micro_batch:>5} {self.ranks:>5}"


def cases(presets: list[str], modes: list[str], micro_batches: list[int], ranks: list[int]) -> list[Case]:
    return [
        Case(preset, kernels, mode, micro_batch, count)
        for preset, kernels, mode, micro_batch, count
        in product(presets, ("fused", "plain"), modes, micro_batches, ranks)
    ]


def run_file(case: Case, data: Path) -> str:
    """Two micro-batches for each of two lanes, whatever the ranks are, so that one rank has a sum that waits."""
    preset = settings.PRESETS[case.preset]
    step = settings.SEQUENCE_LENGTH * case.micro_batch * 4
    return f"""\
seed: 1
model: {json.dumps(asdict(preset.shape))}
data: {{ train: {data}, sequence_length: {settings.SEQUENCE_LENGTH}, evaluate_every: never, evaluate_sequences: 1 }}
schedule: {{ learning_rate: 0.001, warmup: 1 steps, stable: {STEPS - 1} steps, decay: 0 steps, \
token_batch: {step} tokens }}
parallel: {{ lanes: 2, micro_batch: {case.micro_batch}, activation_checkpointing: {case.checkpointing} }}
kernels: {case.kernels}
checkpoint: {{ every: never, at_phase_ends: false }}
coordinator: {{ address: null }}
"""


def measure(case: Case, recipe: Path, folder: Path) -> tuple[int, float]:
    """The largest rank's peak in bytes, and the last step's seconds."""
    command = [
        str(settings.REPOSITORY / "launch" / "mpirun"), "-n", str(case.ranks),
        settings.PYTHON, str(Path(__file__).parent / "rank_memory.py"), str(folder),
        "minicpm", "train", str(recipe), "--runs", str(folder), "--name", "run",
    ]
    result = subprocess.run(command, cwd=settings.REPOSITORY, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench/memory: {' '.join(command)}\n{(result.stdout + result.stderr)[-3000:]}")
    lines = [json.loads(line) for line in (folder / "run" / "metrics.jsonl").read_text().splitlines()]
    seconds = [line["seconds"] for line in lines if "seconds" in line and "loss" in line]
    peaks = [int((folder / f"peak-{rank}").read_text()) for rank in range(case.ranks)]
    return max(peaks), seconds[-1]


def predict(case: Case, recipe: Path) -> dict:
    """Bytes by kind, and their total."""
    minicpm = str(settings.REPOSITORY / "launch" / "minicpm")
    command = [minicpm, "plan", str(recipe), "--ranks", str(case.ranks), "--json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench/memory: {' '.join(command)}\n{result.stderr}")
    return json.loads(result.stdout)["memory"]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/memory",
        description="Trains a few steps of each case and prints a rank's peak of resident memory beside what the plan "
                    "predicts.")
    parser.add_argument("--presets", nargs="+", default=["nano", "9m"], choices=sorted(settings.PRESETS))
    parser.add_argument("--modes", nargs="+", default=["none", "full"], choices=["none", "selective", "full"])
    parser.add_argument("--micro-batches", nargs="+", type=int, default=[1, 2, 4])
    parser.add_argument("--ranks", nargs="+", type=int, default=[1], choices=[1, 2])
    parser.add_argument("--measure-only", action="store_true", help="ask for no prediction")
    chosen = parser.parse_args()
    data, folder = bench_data.find_or_make(), settings.WORK / "memory"
    print(f"{'preset':<20} {'kernels':<6} {'keeps less':<10} {'micro':>5} {'ranks':>5} {'s/step':>7} {'measured':>9}"
          f" {'predicted':>9}")
    worst = 0.0
    for case in cases(chosen.presets, chosen.modes, chosen.micro_batches, chosen.ranks):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        recipe = folder / "recipe.yaml"
        recipe.write_text(run_file(case, data))
        peak, seconds = measure(case, recipe, folder)
        line = f"{case} {seconds:>7.3f} {peak / 1e6:>6.0f} MB"
        if not chosen.measure_only:
            predicted = predict(case, recipe)["total"]
            error = predicted / peak - 1
            worst = max(worst, abs(error))
            line += f" {predicted / 1e6:>6.0f} MB {error:>+7.1%}"
        print(line, flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    if worst > TOLERATED:
        raise SystemExit(
            f"tests/bench/memory: expected predictions within {TOLERATED:.0%}, found one that is off by {worst:.1%}")


if __name__ == "__main__":
    main()
