"""Alternates runs of this build and of another one, and prints who trains how many tokens a second in how much memory.

Called by tests/bench/builds."""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path
from statistics import median

import bench_data
import figures
import our_side
import settings

WARMUP_STEPS = 3
WATCH = (
    "import resource, subprocess, sys\n"
    "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)\n"
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/builds", description="Trains the same models with this build and with another one, in turn.")
    parser.add_argument("--build", type=Path, required=True, help="folder of the other build's minicpm.dll")
    parser.add_argument("--presets", default="nano 9m 30m", help="names in one argument (default: %(default)s)")
    parser.add_argument("--steps", type=int, help="steps of a run (default: by preset)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each build (default: 3)")
    chosen = parser.parse_args()
    chosen.presets = chosen.presets.split()
    unknown = [name for name in chosen.presets if name not in settings.PRESETS]
    if unknown or not chosen.presets:
        parser.error(f"--presets: expected some of {', '.join(settings.PRESETS)}; found {' '.join(unknown) or 'none'}")
    if chosen.rounds < 1 or (chosen.steps is not None and chosen.steps <= WARMUP_STEPS):
        parser.error(f"--rounds: expected at least 1; --steps: more than {WARMUP_STEPS}")
    if not (chosen.build / "minicpm.dll").is_file():
        parser.error(f"--build: expected a folder with minicpm.dll, found {chosen.build}")
    return chosen


def base_bytes(tool: list[str]) -> int:
    """Peak of resident memory of a process that loads libtorch and says its version: what comes before any tensor.

    By a small process in between: a child's peak counts what its parent held when it was made."""
    result = subprocess.run(
        [settings.PYTHON, "-c", WATCH, *tool, "--version"], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        check=True)
    return int(result.stdout)


def measure(preset: settings.Preset, steps: int, data: Path, tools: dict[str, list[str]], rounds: int) -> None:
    found: dict[str, list[dict]] = {name: [] for name in tools}
    for turn in range(rounds):
        names = list(tools) if turn % 2 == 0 else list(reversed(tools))
        for name in names:
            found[name].append(our_side.run(preset, steps, data, tool=tools[name]))
    rates = {
        name: [figures.tokens_per_second(preset, run["seconds"], WARMUP_STEPS) for run in runs]
        for name, runs in found.items()}
    ratios = [a / b for a, b in zip(rates["this"], rates["other"])]
    peaks = {name: max(peak for run in runs for peak in run["peak_bytes"]) for name, runs in found.items()}
    losses = max(
        abs(a - b) for a, b in zip(found["this"][0]["losses"], found["other"][0]["losses"]))
    print(
        f"{preset.name:<20} {median(rates['this']):>9,.0f} {median(rates['other']):>9,.0f} "
        f"{median(ratios):>6.2f} ({min(ratios):.2f}-{max(ratios):.2f}) "
        f"{peaks['this'] / 2**20:>8,.0f} {peaks['other'] / 2**20:>8,.0f} {peaks['this'] / peaks['other']:>6.2f} "
        f"{losses:>10.1e}", flush=True)


def main() -> None:
    chosen = arguments()
    # Both builds look at the CPU themselves, and believe a setting that somebody has made.
    os.environ.pop("OPENBLAS_CORETYPE", None)
    tools = {
        "this": [str(settings.REPOSITORY / "launch" / "minicpm")],
        "other": ["dotnet", str(chosen.build.resolve() / "minicpm.dll")],
    }
    for name, tool in tools.items():
        version = subprocess.run([*tool, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()
        print(f"{name}: {version[0]}, {version[1]}, {base_bytes(tool) / 2**20:,.0f} MiB before any tensor")
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): the figures will tell little.")
    print(
        f"\n{'preset':<20} {'tokens/s':>9} {'other':>9} {'ratio (range)':>18} {'MiB':>8} {'other':>8} {'ratio':>6} "
        f"{'losses':>10}", flush=True)
    data = bench_data.find_or_make()
    for name in chosen.presets:
        preset = settings.PRESETS[name]
        measure(preset, max(chosen.steps or preset.steps, WARMUP_STEPS + 1), data, tools, chosen.rounds)
    print("\nlosses: the largest difference between the two builds over the steps of a run, in nats")


if __name__ == "__main__":
    main()
