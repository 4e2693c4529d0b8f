"""Steps of 2 and of 4 ranks on this machine, as `minicpm plan --cluster` predicts them and as they are. Called by
tests/bench/cluster."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path
from statistics import mean, median

import bench_data
import settings

LANES = 4
MICRO_BATCH = 2
FOLDER = settings.WORK / "cluster"


def run_file(preset: settings.Preset, steps: int, micro_batches: int, data: Path) -> Path:
    step = settings.SEQUENCE_LENGTH * MICRO_BATCH * micro_batches
    path = FOLDER / "recipe.yaml"
    path.write_text(f"""\
seed: 1
model: {json.dumps(asdict(preset.shape))}
data: {{ train: {data}, sequence_length: {settings.SEQUENCE_LENGTH}, evaluate_every: never, evaluate_sequences: 1 }}
schedule: {{ learning_rate: 0.001, warmup: 1 steps, stable: {steps - 1} steps, decay: 0 steps, \
token_batch: {step} tokens }}
parallel: {{ lanes: {LANES}, micro_batch: {MICRO_BATCH} }}
checkpoint: {{ every: never, at_phase_ends: false }}
coordinator: {{ address: null }}
""")
    return path


def start(recipe: Path, ranks: int, name: str) -> subprocess.Popen:
    command = ["minicpm", "train", str(recipe), "--runs", str(FOLDER), "--name", name]
    launch = settings.REPOSITORY / "launch"
    alone = [str(launch / command[0]), *command[1:]]
    whole = [str(launch / "mpirun"), "-n", str(ranks), *command] if ranks > 1 else alone
    output = (FOLDER / f"{name}.log").open("w")
    return subprocess.Popen(
        whole, cwd=settings.REPOSITORY, env={**os.environ, "NO_COLOR": "1"}, stdin=subprocess.DEVNULL, stdout=output,
        stderr=subprocess.STDOUT)


def step_seconds(process: subprocess.Popen, name: str) -> float:
    """The median of a run's steps, the first left out."""
    if process.wait() != 0:
        raise SystemExit(f"tests/bench/cluster: a training failed:\n{(FOLDER / f'{name}.log').read_text()[-3000:]}")
    lines = [json.loads(line) for line in (FOLDER / name / "metrics.jsonl").read_text().splitlines()]
    return median([line["seconds"] for line in lines if "seconds" in line and "loss" in line][1:])


def crowded_step_seconds(recipe: Path, ranks: int, attempt: int) -> float:
    """A step of one rank while as many as there will be do the same: they share cores, caches and memory."""
    names = [f"alone-{ranks}-{attempt}-{i}" for i in range(ranks)]
    runs = [start(recipe, 1, name) for name in names]
    return mean(step_seconds(process, name) for process, name in zip(runs, names))


def rounds_of(recipe: Path, ranks: int, rounds: int) -> tuple[float, float]:
    """Steps alone and steps together, in turn; the quickest round of each counts: other programs only ever add to
    it."""
    alone, together = [], []
    for attempt in range(rounds):
        alone.append(crowded_step_seconds(recipe, ranks, attempt))
        name = f"together-{ranks}-{attempt}"
        together.append(step_seconds(start(recipe, ranks, name), name))
    return min(alone), min(together)


def link(ranks: int, bucket: int) -> tuple[float, float]:
    """Bytes a second of an exchange, half of the times with the addition that follows it, and the seconds of a short
    one."""
    program = FOLDER / "link"
    subprocess.run(["mpicc", "-O3", "-o", str(program), str(Path(__file__).parent / "link.c")], check=True)

    def seconds(size: int, rounds: int) -> float:
        mpirun = str(settings.REPOSITORY / "launch" / "mpirun")
        command = [mpirun, "-n", str(ranks), str(program), str(size), str(rounds)]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        if result.returncode != 0:
            raise SystemExit(f"tests/bench/cluster: {' '.join(command)}\n{result.stderr}")
        stages = [list(map(float, line.split()))[1:] for line in result.stdout.splitlines() if line[:1].isdigit()]
        return mean(exchange + addition / 2 for exchange, addition in stages)

    latency = seconds(4, 101)
    return bucket / max(1e-9, seconds(bucket, 15) - latency), latency


def predict(recipe: Path, ranks: int, seconds: float, rate: float, latency: float) -> dict:
    command = [
        str(settings.REPOSITORY / "launch" / "minicpm"), "plan", str(recipe), "--cluster", "--gpus", str(ranks),
        "--gpus-per-host", str(ranks), "--nvlink", f"{rate:.0f}B/s", "--latency", f"{latency:.9f}s",
        "--step-seconds", f"{seconds:.6f}s", "--no-overlap", "--json",
    ]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench/cluster: {' '.join(command)}\n{result.stderr}")
    return json.loads(result.stdout)["cluster"][0]["lanes"]


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/cluster",
        description="Predicts steps of 2 and 4 ranks from one rank's step and the link between ranks, and "
                    "measures them.")
    parser.add_argument("--preset", default="9m", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=5, help="of each run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--micro-batches", type=int, default=8, help="of a step (default: %(default)s)")
    parser.add_argument("--ranks", nargs="+", type=int, default=[2, 4], choices=[2, 4])
    chosen = parser.parse_args()
    preset, data = settings.PRESETS[chosen.preset], bench_data.find_or_make()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    recipe = run_file(preset, chosen.steps, chosen.micro_batches, data)
    print(f"{preset.name}, {chosen.micro_batches} micro-batches a step; seconds")
    print(f"{'ranks':>5} {'1 rank, as many busy':>21} {'link MB/s':>10} {'compute':>8} {'exchange':>9}"
          f" {'predicted':>10} {'measured':>9}")
    for ranks in chosen.ranks:
        alone, measured = rounds_of(recipe, ranks, chosen.rounds)
        rate, latency = link(ranks, 2 * preset.parameters)
        step = predict(recipe, ranks, alone, rate, latency)
        print(f"{ranks:>5} {alone:>21.3f} {rate / 1e6:>10.0f} {step['compute_seconds']:>8.3f}"
              f" {step['exposed_seconds']:>9.4f} {step['seconds']:>10.3f} {measured:>9.3f}"
              f" {step['seconds'] / measured - 1:>+7.1%}", flush=True)
    shutil.rmtree(FOLDER)


if __name__ == "__main__":
    main()
