"""Alternates runs of ours and of PyTorch's, and prints who trains how many tokens a second.

Called by tests/bench/run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from pathlib import Path
from statistics import median

import bench_data
import figures
import our_side
import plain_side
import settings
from check_peer import check_peer
from settings import Preset
from torch_ranks import run_ranks

PEAK_SECONDS = 5.0

# The other sides: what they are called in the table, and what is said of them.
PEERS = {
    "pytorch": (
        "PyTorch", "PyTorch 1.13.1 as Debian ships it: DistributedDataParallel over gloo, AdamW, logits in full"),
    "torchsharp": (
        "TorchSharp", "plain TorchSharp 0.107.0 (libtorch 2.10): modules, sdpa, AdamW, one MPI all-reduce a step"),
    "torchsharp-threads": (
        "TorchSharp", "plain TorchSharp 0.107.0 (libtorch 2.10): modules, sdpa, AdamW, one process with two threads"),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/run", description="Trains the same models with this project and with PyTorch, in turn.")
    parser.add_argument(
        "--presets", default=" ".join(settings.PRESETS), help="names in one argument (default: %(default)s)")
    parser.add_argument(
        "--steps", type=int, help="steps of a run (default: by preset, half a minute to a minute of training)")
    parser.add_argument(
        "--warmup-steps", type=int, default=3, help="first steps of a run that do not count (default: 3)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side (default: 3)")
    parser.add_argument(
        "--out", type=Path, default=settings.WORK / "results.json", help="results file (default: %(default)s)")
    parser.add_argument(
        "--peer", choices=PEERS, default="pytorch", help="who trains on the other side (default: %(default)s)")
    parser.add_argument(
        "--precision", choices=("float32", "bfloat16"), default="float32",
        help="of both sides; bfloat16 is ours with plain kernels, and not PyTorch's (default: %(default)s)")
    chosen = parser.parse_args()
    chosen.presets = chosen.presets.replace(",", " ").split()
    unknown = [name for name in chosen.presets if name not in settings.PRESETS]
    if unknown or not chosen.presets:
        parser.error(f"--presets: expected some of {', '.join(settings.PRESETS)}; found {' '.join(unknown) or 'none'}")
    if chosen.precision != "float32" and chosen.peer == "pytorch":
        parser.error("--precision: expected --peer torchsharp with bfloat16; Debian's PyTorch has no kernels for it")
    if chosen.rounds < 1 or chosen.warmup_steps < 0:
        parser.error("--rounds: expected at least 1; --warmup-steps: at least 0")
    if chosen.steps is not None and chosen.steps <= chosen.warmup_steps:
        parser.error(f"--steps: expected more than the {chosen.warmup_steps} warm-up steps, found {chosen.steps}")
    return chosen


def measure_peak() -> float:
    return run_ranks("matmul_rate.py", [str(PEAK_SECONDS)], settings.RANKS)["flops_per_second"]


def measure_pair(name: str, steps: int, data: Path, ours_first: bool, peer: str, precision: str) -> dict:
    preset = settings.PRESETS[name]
    sides = {
        "ours": lambda: our_side.run(
            preset, steps, data, kernels="fused" if precision == "float32" else "plain", precision=precision),
        "peer": lambda: run_peer(peer, preset, steps, data, precision),
    }
    order = ["ours", "peer"] if ours_first else ["peer", "ours"]
    return {side: sides[side]() for side in order}


def run_peer(peer: str, preset: Preset, steps: int, data: Path, precision: str) -> dict:
    if peer == "pytorch":
        return run_ranks("peer.py", [preset.to_json(), str(steps), str(data)], preset.ranks)
    return plain_side.run(preset, steps, data, precision, ranks=preset.ranks if peer == "torchsharp" else 1)


def machine() -> dict:
    model = next(
        (line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
         if line.startswith("model name")), "unknown")
    version = subprocess.run(
        [str(settings.REPOSITORY / "launch" / "minicpm"), "--version"], capture_output=True, text=True, check=True)
    return {
        "cpu": model, "cores": len(os.sched_getaffinity(0)), "load": os.getloadavg()[0],
        "ours": version.stdout.splitlines(),
    }


def give_the_peer_its_best_kernels() -> None:
    """By the CPU's features, whatever the environment says: OpenBLAS looks an Intel CPU up by its model number, and one
    that is newer than the library gets the kernels of a CPU of 2004; and a setting that somebody made for another CPU
    can halve the peer's speed. The ratio would be that of these."""
    facts = Path("/proc/cpuinfo").read_text()
    flags = set(next((line for line in facts.splitlines() if line.startswith("flags")), "").split())
    os.environ.pop("OPENBLAS_CORETYPE", None)
    if {"avx512f", "avx512cd", "avx512bw", "avx512dq", "avx512vl"} <= flags:
        os.environ["OPENBLAS_CORETYPE"] = "Cooperlake" if "avx512_bf16" in flags else "SkylakeX"
    elif {"avx2", "fma"} <= flags:
        os.environ["OPENBLAS_CORETYPE"] = "Haswell"


def introduce(facts: dict, preset: Preset, peer: str, precision: str) -> None:
    print(f"{facts['cpu']}, {facts['cores']} cores")
    for line in facts["ours"]:
        print(f"    {line}")
    print(PEERS[peer][1])
    print(
        f"{preset.ranks} ranks with 1 thread each, {precision}, {preset.micro_batch} sequences of "
        f"{preset.sequence_length} tokens a rank and step")
    if peer == "pytorch":
        print(f"PyTorch's OpenBLAS has the kernels: {os.environ.get('OPENBLAS_CORETYPE', 'its own choice')}")
    if facts["load"] > 0.5:
        print(f"The machine is busy (load {facts['load']:.1f}): the figures will tell little.")
    if facts["cores"] < preset.ranks:
        print("There are fewer cores than ranks: the figures will tell little.")
    print(flush=True)


def main() -> None:
    chosen = arguments()
    began = time.monotonic()
    facts = machine()
    give_the_peer_its_best_kernels()
    introduce(facts, settings.PRESETS[chosen.presets[0]], chosen.peer, chosen.precision)
    if chosen.peer == "pytorch":
        check_peer()
    else:
        plain_side.check()
    data = bench_data.find_or_make()
    pairs: dict[str, list[dict]] = {name: [] for name in chosen.presets}
    peaks = []
    for turn in range(chosen.rounds):
        peaks.append(measure_peak())
        for name in chosen.presets:
            print(f"round {turn + 1} of {chosen.rounds}: {name}", flush=True)
            steps = chosen.steps or max(settings.PRESETS[name].steps, chosen.warmup_steps + 1)
            pairs[name].append(measure_pair(
                name, steps, data, turn % 2 == 0, chosen.peer, chosen.precision))
    peak = median(peaks)
    summaries = [
        figures.summarize(settings.PRESETS[name], pairs[name], peak, chosen.warmup_steps) for name in chosen.presets]
    print(f"\n{figures.heading()}")
    for summary in summaries:
        print(figures.rows(summary, PEERS[chosen.peer][0]))
    print(f"\n{figures.waits(summaries)}")
    print(figures.exposed(summaries))
    print(f"peak: {peak / 1e9:,.1f} GFLOP/s, {settings.RANKS} ranks multiplying 2048 x 2048 float32 at once")
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    results = {
        "machine": facts, "peer": PEERS[chosen.peer][1], "precision": chosen.precision,
        "matmul_flops_per_second": peaks, "warmup_steps": chosen.warmup_steps, "presets": summaries, "runs": pairs,
    }
    chosen.out.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{time.monotonic() - began:.0f} seconds; every step's time is in {chosen.out}")


if __name__ == "__main__":
    main()
