"""Alternates runs without a coordinator and runs whose coordinator is watched. Called by tests/bench/control."""

from __future__ import annotations

import argparse

import bench_data
import cost
import settings

MOST_LOST = 0.01


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/control",
        description="Trains without a coordinator and with one that tells a watcher of every step, in turn.")
    parser.add_argument("--preset", default="nano", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=120, help="of a run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.rounds < 1 or chosen.steps < 2:
        parser.error("expected at least one round and two steps")
    preset = settings.PRESETS[chosen.preset]
    lost, _ = cost.measure(
        preset, chosen.steps, bench_data.find_or_make(), chosen.rounds, "a coordinator that is watched",
        coordinator="http://127.0.0.1:0", beside=["ctl", "watch"])
    print(f"{preset.name}, {settings.RANKS} ranks: {cost.verdict(lost, MOST_LOST)}")


if __name__ == "__main__":
    main()
