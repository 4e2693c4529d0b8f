"""How long it takes from the command to the first step's line, and what takes it. Called by tests/bench/start."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from dataclasses import replace
from pathlib import Path
from statistics import median

import bench_data
import our_side
import settings

MOST_SECONDS = 2.0
STEPS = 1
# The quickstart's: 2048 tokens a step of two ranks.
SEQUENCE_LENGTH = 256
RUN_NAME = "ours"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/start",
        description="Starts nano again and again and prints where the time to its first step goes.")
    parser.add_argument("--preset", default="nano", choices=sorted(settings.PRESETS))
    parser.add_argument(
        "--ranks", default="1 2", help="worlds in one argument (default: %(default)s; one has no mpirun)")
    parser.add_argument("--starts", type=int, default=7, help="of each world (default: %(default)s)")
    parser.add_argument(
        "--build", type=Path, help="folder of another build's minicpm.dll, to start by turns with this one's")
    chosen = parser.parse_args()
    chosen.ranks = [int(word) for word in chosen.ranks.split()]
    if chosen.starts < 1 or not chosen.ranks or min(chosen.ranks) < 1:
        parser.error("expected at least one start and worlds of one rank or more")
    return chosen


def start(preset: settings.Preset, data: Path, build: Path | None) -> dict[str, float]:
    """Milliseconds of each part, in the order of their beginning, and all of it as `first step`."""
    folder = settings.WORK / "start"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    recipe = folder / "recipe.yaml"
    # A coordinator listens, as it does where nobody has said otherwise.
    recipe.write_text(our_side.run_file(preset, STEPS, data, "never", "http://127.0.0.1:0", "fused"))
    ours = str(settings.REPOSITORY / "launch" / "minicpm")
    tool = [ours] if build is None else ["dotnet", str(build / "minicpm.dll")]
    command = [*tool, "train", str(recipe), "--runs", str(folder), "--name", RUN_NAME, "--profile", "1..1"]
    if preset.ranks > 1:
        name = ["minicpm"] if build is None else tool
        command = [
            str(settings.REPOSITORY / "launch" / "mpirun"), "-n", str(preset.ranks), *name, *command[len(tool):]]
    began = time.time()
    with (folder / "output.log").open("w") as output:
        process = subprocess.Popen(
            command, cwd=settings.REPOSITORY, env={**os.environ, "NO_COLOR": "1"}, stdin=subprocess.DEVNULL,
            stdout=output, stderr=subprocess.STDOUT)
        stepped = wait_for_line(folder / RUN_NAME / "metrics.jsonl", process)
        code = process.wait()
    if code != 0 or stepped is None:
        raise SystemExit(f"tests/bench/start: exit code {code}:\n{(folder / 'output.log').read_text()[-3000:]}")
    trace = json.loads((folder / RUN_NAME / "trace-rank0.json").read_text())["traceEvents"]
    shutil.rmtree(folder)
    return parts(trace, began, stepped)


def wait_for_line(path: Path, process: subprocess.Popen) -> float | None:
    while process.poll() is None:
        try:
            if path.stat().st_size > 0:
                return time.time()
        except FileNotFoundError:
            pass
        time.sleep(0.002)
    return None


def parts(trace: list[dict], began: float, stepped: float) -> dict[str, float]:
    """Each moment belongs to the innermost span, as far as the step; what none covers is `between`."""
    spans = sorted(
        (span["ts"] / 1000, -span["dur"] / 1000, span["name"])
        for span in trace if span["ph"] == "X" and span["ts"] / 1e6 < stepped)
    found: dict[str, float] = {"launcher": spans[0][0] - began * 1000}
    inside: list[tuple[float, str]] = []
    now = spans[0][0]

    def pass_to(moment: float) -> None:
        nonlocal now
        while now < moment:
            while inside and inside[-1][0] <= now:
                inside.pop()
            until = min(moment, inside[-1][0]) if inside else moment
            name = inside[-1][1] if inside else "between"
            found[name] = found.get(name, 0) + until - now
            now = until

    for begin, minus_length, name in spans:
        pass_to(begin)
        inside.append((begin - minus_length, "in step, between" if name == "step" else name))
    pass_to(stepped * 1000)
    return {**found, "first step": (stepped - began) * 1000}


def main() -> None:
    chosen = arguments()
    data = bench_data.find_or_make(SEQUENCE_LENGTH)
    builds = [None] if chosen.build is None else [None, chosen.build]
    late = False
    for ranks in chosen.ranks:
        preset = replace(settings.PRESETS[chosen.preset], ranks=ranks, sequence_length=SEQUENCE_LENGTH)
        starts: dict[Path | None, list[dict]] = {build: [] for build in builds}
        # One more than is counted: the first brings files into memory.
        for _ in range(chosen.starts + 1):
            for build in builds:
                starts[build].append(start(preset, data, build))
        for build, found in starts.items():
            counted = found[1:]
            which = "" if build is None else f", {build}"
            print(f"\n{preset.name}, {ranks} rank(s){which}: ms to the first step's line, "
                  f"median and quickest of {chosen.starts} starts (load {os.getloadavg()[0]:.1f})")
            for name in dict.fromkeys(name for parts in found for name in parts):
                values = [parts.get(name, 0.0) for parts in counted]
                print(f"  {name:<20} {median(values):>8.0f} {min(values):>8.0f}")
            late |= build is None and median(parts["first step"] for parts in counted) >= MOST_SECONDS * 1000
    if late:
        raise SystemExit(f"tests/bench/start: expected the first step within {MOST_SECONDS:.0f} s")


if __name__ == "__main__":
    main()
