"""Trains with fused and with plain kernels and compares the two loss curves. Called by tests/bench/curves."""

from __future__ import annotations

import argparse
from statistics import median

import bench_data
import our_side
import settings

MOST_APART = 1e-2  # nats; rounding grows with every step, and a wrong gradient is seen within ten


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/curves",
        description="Trains with fused and with plain kernels and prints how far the losses are apart.")
    parser.add_argument("--preset", default="nano", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=200, help="of each run (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.steps < 2:
        parser.error("expected two steps or more")
    preset, data = settings.PRESETS[chosen.preset], bench_data.find_or_make()
    runs = {kernels: our_side.run(preset, chosen.steps, data, kernels=kernels) for kernels in ("plain", "fused")}
    plain, fused = (runs[kernels]["losses"] for kernels in ("plain", "fused"))
    apart = [abs(a - b) for a, b in zip(plain, fused)]
    print(f"{preset.name}, {settings.RANKS} ranks, {chosen.steps} steps")
    print(f"{'step':>6} {'plain':>10} {'fused':>10} {'apart':>10}")
    for step in sorted({1, 2, 5, 10, 20, 50, 100, 150, chosen.steps}):
        if step <= chosen.steps:
            print(f"{step:>6} {plain[step - 1]:>10.6f} {fused[step - 1]:>10.6f} {apart[step - 1]:>10.1e}")
    seconds = {kernels: median(run["seconds"][1:]) for kernels, run in runs.items()}
    print(f"most apart: {max(apart):.1e} nats; fused {seconds['plain'] / seconds['fused']:.2f} times as fast")
    if max(apart) > MOST_APART:
        raise SystemExit(f"tests/bench/curves: expected curves at most {MOST_APART} apart")


if __name__ == "__main__":
    main()
