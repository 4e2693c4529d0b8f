"""Alternates runs with and without checkpoints and prints what saving costs. Called by tests/bench/checkpoint."""

from __future__ import annotations

import argparse
from statistics import mean

import bench_data
import cost
import settings

MOST_LOST = 0.03


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/checkpoint", description="Trains with and without a checkpoint every few steps, in turn.")
    parser.add_argument("--preset", default="9m", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=45, help="of a run (default: %(default)s)")
    parser.add_argument("--every", type=int, default=10, help="steps between checkpoints (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each side (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.rounds < 1 or chosen.every < 1 or chosen.steps <= chosen.every:
        parser.error("expected at least one round, and more steps than there are between two checkpoints")
    return chosen


def main() -> None:
    chosen = arguments()
    preset = settings.PRESETS[chosen.preset]
    lost, reports = cost.measure(
        preset, chosen.steps, bench_data.find_or_make(), chosen.rounds, f"a checkpoint every {chosen.every} steps",
        checkpoint_every=f"{chosen.every} steps")
    saves = [entry for report in reports for entry in report["checkpoints"] if entry["step"] < chosen.steps]
    print(f"{preset.name}, {settings.RANKS} ranks: {cost.verdict(lost, MOST_LOST)}")
    print(
        f"a save: {mean(entry['bytes'] for entry in saves) / 2**20:,.1f} MiB, training stands still for "
        f"{mean(entry['stall_seconds'] for entry in saves) * 1000:.1f} ms (longest "
        f"{max(entry['stall_seconds'] for entry in saves) * 1000:.1f} ms), rank 0 works on it for "
        f"{mean(entry['seconds'] for entry in saves) * 1000:.0f} ms beside training")


if __name__ == "__main__":
    main()
