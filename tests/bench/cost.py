"""Alternates plain runs of ours with runs that have something more to do, and says what that costs."""

from __future__ import annotations

from statistics import median

import our_side
from settings import Preset


def training_seconds(report: dict, steps: int) -> float:
    """What the run took but for its start and its end: steps, and what training stood still for between them."""
    stalls = sum(entry["stall_seconds"] for entry in report["checkpoints"] if entry["step"] < steps)
    return sum(report["seconds"][1:]) + stalls


def measure(preset: Preset, steps: int, data, rounds: int, what: str, **more) -> tuple[float, list[dict]]:
    """The share of throughput that is lost, median over rounds, and the reports of the runs with `more`."""
    lost, reports = [], []
    for number in range(1, rounds + 1):
        sides = [("plain", {}), ("more", more)]
        # Each goes first in turn: a machine that grows warm favours neither.
        pair = {
            name: our_side.run(preset, steps, data, **options)
            for name, options in (sides if number % 2 else reversed(sides))
        }
        seconds = {name: training_seconds(report, steps) for name, report in pair.items()}
        lost.append(1 - seconds["plain"] / seconds["more"])
        reports.append(pair["more"])
        print(
            f"round {number}: {seconds['plain']:.2f} s without, {seconds['more']:.2f} s with {what}: "
            f"{lost[-1]:.2%} of throughput lost", flush=True)
    return median(lost), reports


def verdict(lost: float, most: float) -> str:
    return f"{lost:.2%} of throughput lost, {'below' if lost < most else 'NOT BELOW'} {most:.0%}"
