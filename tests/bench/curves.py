"""Trains with fused and plain kernels and in bfloat16 and compares the loss curves. Called by tests/bench/curves."""

from __future__ import annotations

import argparse
from itertools import accumulate
from statistics import median

import bench_data
import our_side
import settings

RUNS = {
    "plain": {"kernels": "plain"},
    "fused": {"kernels": "fused"},
    # What rounding alone does to this run: the same kernels and batches, added up in another order.
    "reordered": {"kernels": "plain", "halves": True},
    "bfloat16": {"kernels": "plain", "precision": "bfloat16"},
}
# A wrong gradient is seen within ten steps; rounding is as small as float32 has it until steps have made more of it.
MOST_TIMES = 30
FLOAT32 = 1e-5
# bfloat16 keeps 8 bits of a number: 0.4 % of it, and nothing that grows.
BFLOAT16 = 0.02


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/curves",
        description="Trains with fused and plain kernels and in bfloat16 and prints how far the losses are apart, "
                    "beside what rounding does.")
    parser.add_argument("--preset", default="nano", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=200, help="of each run (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.steps < 2:
        parser.error("expected two steps or more")
    preset, data = settings.PRESETS[chosen.preset], bench_data.find_or_make()
    runs = {name: our_side.run(preset, chosen.steps, data, **options) for name, options in RUNS.items()}
    losses = {name: run["losses"] for name, run in runs.items()}
    apart = {name: so_far(losses["plain"], losses[name]) for name in RUNS if name != "plain"}
    print(f"{preset.name}, {settings.RANKS} ranks, {chosen.steps} steps; how far from plain at most, so far, in nats")
    print(f"{'step':>6} {'plain':>10}" + "".join(f" {name:>10} {'apart':>10}" for name in apart))
    for step in sorted({1, 2, 5, 10, 20, 50, 100, 150, chosen.steps}):
        if step <= chosen.steps:
            i = step - 1
            print(f"{step:>6} {losses['plain'][i]:>10.6f}"
                  + "".join(f" {losses[name][i]:>10.6f} {apart[name][i]:>10.1e}" for name in apart))
    seconds = {name: median(run["seconds"][1:]) for name, run in runs.items()}
    print(f"fused {seconds['plain'] / seconds['fused']:.2f} times as fast as plain, "
          f"bfloat16 {seconds['plain'] / seconds['bfloat16']:.2f} times")
    # Between warmup and the end a difference grows ten thousandfold within fifty steps,
    # and nobody knows where it begins.
    watched = [*range(settings.learning_rate_warmup(chosen.steps)), chosen.steps - 1]
    if any(apart["fused"][i] > MOST_TIMES * apart["reordered"][i] + FLOAT32 for i in watched):
        raise SystemExit(f"tests/bench/curves: expected at most {MOST_TIMES} times what another order of sums does")
    last = range(chosen.steps - min(20, chosen.steps), chosen.steps)
    gap = sum(losses["bfloat16"][i] - losses["plain"][i] for i in last) / len(last)
    print(f"bfloat16 above plain in the last {len(last)} steps: {gap:+.4f} nats in the mean")
    if abs(gap) > BFLOAT16 * losses["plain"][-1]:
        raise SystemExit(f"tests/bench/curves: expected bfloat16 within {BFLOAT16:.0%} of the loss")


def so_far(curve: list[float], other: list[float]) -> list[float]:
    return list(accumulate((abs(a - b) for a, b in zip(curve, other)), max))


if __name__ == "__main__":
    main()
