"""Tokens a second and peak memory against the size of model and batch, ours and PyTorch's.

Called by tests/bench/growth."""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass, replace
from pathlib import Path

import bench_data
import our_side
import settings
from benchmark import give_the_peer_its_best_kernels, introduce, machine
from check_peer import check_peer
from figures import tokens_per_second
from settings import Preset
from torch_ranks import RanksFailed, run_ranks

STEPS = 3
WARMUP_STEPS = 1
HEAD_DIM = 64
MEBIBYTE = 2**20
# With memory that grows with the square, the last slope over 512 .. 8192 positions is eight times the first.
MOST_BEND = 2.0
PEER_SECONDS = 400.0


def model(hidden: int = 256, layers: int = 4, vocabulary: int = settings.SMALL_VOCABULARY):
    return settings.shape(hidden=hidden, layers=layers, heads=hidden // HEAD_DIM, vocabulary=vocabulary)


BASE = Preset("base", model(), STEPS, ranks=1)


@dataclass(frozen=True)
class Axis:
    """Points from small to large; `quick` of them do for a look."""

    title: str
    points: dict[int, Preset]
    quick: int


AXES = {
    "layers": Axis("layers", {n: replace(BASE, shape=model(layers=n)) for n in (2, 4, 8, 16)}, 3),
    "width": Axis("width (d_m)", {n: replace(BASE, shape=model(hidden=n)) for n in (128, 256, 512, 1024)}, 3),
    "seq": Axis(
        "sequence length, one sequence a step",
        {n: replace(BASE, sequence_length=n, micro_batch=1) for n in (512, 1024, 2048, 4096, 8192)}, 3),
    "vocab": Axis("vocabulary", {n: replace(BASE, shape=model(vocabulary=n)) for n in (4096, 16384, 65536, 122753)}, 2),
    "micro": Axis("micro-batch", {n: replace(BASE, micro_batch=n) for n in (1, 2, 4, 8, 16)}, 3),
}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/growth",
        description="Prints tokens a second and peak memory as model, sequence and batch grow, ours beside PyTorch's.")
    parser.add_argument("--only", default=" ".join(AXES), help="axes in one argument (default: %(default)s)")
    parser.add_argument("--quick", action="store_true", help="the smaller points of each axis")
    parser.add_argument(
        "--peer-memory", type=float, metavar="GIB", help="what PyTorch may allocate (default: 0.6 of what is free)")
    parser.add_argument(
        "--out", type=Path, default=settings.WORK / "growth.json", help="results file (default: %(default)s)")
    chosen = parser.parse_args()
    chosen.only = chosen.only.replace(",", " ").split()
    unknown = [name for name in chosen.only if name not in AXES]
    if unknown or not chosen.only:
        parser.error(f"--only: expected some of {', '.join(AXES)}; found {' '.join(unknown) or 'none'}")
    return chosen


def free_bytes() -> int:
    lines = Path("/proc/meminfo").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def measure_ours(preset: Preset, data: Path) -> dict:
    return figures_of(preset, our_side.run(preset, STEPS, data))


def measure_peer(preset: Preset, data: Path, most_bytes: int) -> dict:
    """What it is short of instead, where it cannot do it: that is a result."""
    try:
        return figures_of(preset, run_ranks(
            "peer.py", [preset.to_json(), str(STEPS), str(data)], preset.ranks, most_bytes, PEER_SECONDS))
    except RanksFailed as failed:
        if failed.ran_out_of_memory:
            return {"failed": f"more than {most_bytes / 2**30:.1f} GiB"}
        if failed.took_too_long:
            return {"failed": f"more than {PEER_SECONDS:.0f} s"}
        raise


def figures_of(preset: Preset, report: dict) -> dict:
    return {
        "tokens_per_second": tokens_per_second(preset, report["seconds"], WARMUP_STEPS),
        "peak_bytes": max(report["peak_bytes"]),
    }


def slopes(sizes: list[int], results: list[dict]) -> list[float]:
    """Bytes that one more of what grows costs, between neighbouring points that both have a result."""
    points = [(size, result["peak_bytes"]) for size, result in zip(sizes, results) if "peak_bytes" in result]
    return [(after - before) / (larger - smaller) for (smaller, before), (larger, after) in zip(points, points[1:])]


def side_text(result: dict) -> str:
    if "failed" in result:
        return f"{'-':>9} {result['failed']:>18}"
    return f"{result['tokens_per_second']:>9,.0f} {result['peak_bytes'] / MEBIBYTE:>14,.0f} MiB"


def print_axis(name: str, axis: Axis, sizes: list[int], rows: list[dict]) -> None:
    print(f"\n{axis.title}")
    print(f"{'':>8} {'ours: tok/s':>11} {'memory':>16}    {'PyTorch: tok/s':>14} {'memory':>13}  {'faster':>6}"
          f" {'memory':>7}")
    for size, row in zip(sizes, rows):
        ours, peer = row["ours"], row["peer"]
        ratios = "" if "failed" in peer else (
            f"{ours['tokens_per_second'] / peer['tokens_per_second']:>6.2f}"
            f" {ours['peak_bytes'] / peer['peak_bytes']:>7.2f}")
        print(f"{size:>8}   {side_text(ours)}      {side_text(peer)}  {ratios}", flush=True)
    units = {"layers": "a layer", "width": "a column", "seq": "a position", "vocab": "a piece", "micro": "a sequence"}
    unit = units[name]
    for side in ("ours", "peer"):
        costs = slopes(sizes, [row[side] for row in rows])
        title = "our memory" if side == "ours" else "PyTorch's"
        print(f"  {title}, KiB for {unit} more: {', '.join(f'{cost / 1024:,.0f}' for cost in costs)}"
              + (f" (the last is {costs[-1] / costs[0]:.2f} times the first)" if len(costs) > 1 else ""))


def main() -> None:
    chosen = arguments()
    began = time.monotonic()
    facts = machine()
    give_the_peer_its_best_kernels()
    introduce(facts, BASE)
    check_peer()
    most_bytes = int(chosen.peer_memory * 2**30) if chosen.peer_memory else int(free_bytes() * 0.6)
    print(
        f"base: {BASE.shape.num_hidden_layers} layers, width {BASE.shape.hidden_size}, {BASE.shape.vocab_size} pieces; "
        f"{STEPS} steps, the first does not count; PyTorch may allocate {most_bytes / 2**30:.1f} GiB")
    results = {}
    for name in chosen.only:
        axis = AXES[name]
        sizes = list(axis.points)[: axis.quick if chosen.quick else None]
        rows = []
        for size in sizes:
            preset = axis.points[size]
            data = bench_data.find_or_make(preset.sequence_length)
            rows.append({"ours": measure_ours(preset, data), "peer": measure_peer(preset, data, most_bytes)})
        print_axis(name, axis, sizes, rows)
        results[name] = [{"size": size, **row} for size, row in zip(sizes, rows)]
    chosen.out.parent.mkdir(parents=True, exist_ok=True)
    chosen.out.write_text(json.dumps({"machine": facts, "axes": results}, indent=2) + "\n")
    print(f"\n{time.monotonic() - began:.0f} seconds; all figures are in {chosen.out}")
    if "seq" in results:
        costs = slopes([row["size"] for row in results["seq"]], [row["ours"] for row in results["seq"]])
        if max(costs) > MOST_BEND * min(costs):
            raise SystemExit("tests/bench/growth: expected memory that grows linearly with the sequence length")


if __name__ == "__main__":
    main()
