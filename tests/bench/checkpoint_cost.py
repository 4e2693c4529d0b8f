"""Alternates runs with and without checkpoints and prints what saving costs. Called by tests/bench/checkpoint."""

from __future__ import annotations

import argparse
from statistics import mean, median

import bench_data
import our_side
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


def training_seconds(report: dict, steps: int) -> float:
    """What the run took but for its start and its end: steps, and what training stood still for between them."""
    stalls = sum(entry["stall_seconds"] for entry in report["checkpoints"] if entry["step"] < steps)
    return sum(report["seconds"][1:]) + stalls


def main() -> None:
    chosen = arguments()
    preset = settings.PRESETS[chosen.preset]
    data = bench_data.find_or_make()
    lost, saves = [], []
    for number in range(1, chosen.rounds + 1):
        # Each goes first in turn: a machine that grows warm favours neither.
        sides = [("never", "never"), ("saving", f"{chosen.every} steps")]
        reports = {
            name: our_side.run(preset, chosen.steps, data, every)
            for name, every in (sides if number % 2 else reversed(sides))
        }
        seconds = {name: training_seconds(report, chosen.steps) for name, report in reports.items()}
        lost.append(1 - seconds["never"] / seconds["saving"])
        saves += [entry for entry in reports["saving"]["checkpoints"] if entry["step"] < chosen.steps]
        print(
            f"round {number}: {seconds['never']:.2f} s without checkpoints, {seconds['saving']:.2f} s with one every "
            f"{chosen.every} steps: {lost[-1]:.2%} of throughput lost", flush=True)
    verdict = "below" if median(lost) < MOST_LOST else "NOT BELOW"
    print(f"{preset.name}, {settings.RANKS} ranks: {median(lost):.2%} of throughput lost, {verdict} {MOST_LOST:.0%}")
    print(
        f"a save: {mean(entry['bytes'] for entry in saves) / 2**20:,.1f} MiB, training stands still for "
        f"{mean(entry['stall_seconds'] for entry in saves) * 1000:.1f} ms (longest "
        f"{max(entry['stall_seconds'] for entry in saves) * 1000:.1f} ms), rank 0 works on it for "
        f"{mean(entry['seconds'] for entry in saves) * 1000:.0f} ms beside training")


if __name__ == "__main__":
    main()
