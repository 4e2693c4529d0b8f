"""Alternates `minicpm data build` and spm_encode on the same text and prints who tokenizes how much a second. Called by
tests/bench/tokenize."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import time
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Iterator

import bench_data
import settings

WORK = settings.WORK / "tokenize"
OURS, PEER = "data build", "spm_encode"


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/tokenize",
        description="Tokenizes the same text with this project and with spm_encode, in turn.")
    parser.add_argument("--megabytes", type=int, default=64, help="text (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each side (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.megabytes < 1 or chosen.rounds < 1:
        parser.error("--megabytes and --rounds: expected at least 1")
    return chosen


def quickstart_texts() -> Iterator[str]:
    for shard in sorted((bench_data.QUICKSTART / "corpus").glob("*/*.json.gz")):
        with gzip.open(shard, "rt", encoding="utf-8") as lines:
            for line in lines:
                yield json.loads(line)["text"]


def find_texts() -> tuple[str, list[str], Path]:
    """What the text is, its documents, and a tokenizer for it."""
    tokenizer = bench_data.QUICKSTART / "tokenizer.model"
    texts = list(quickstart_texts()) if tokenizer.is_file() else []
    if texts:
        return "the quickstart's documentation and source code", texts, tokenizer
    print("Making random words (launch/quickstart would leave real ones) ...", flush=True)
    return "random words", bench_data.random_texts(), bench_data.make_random_words(WORK / "random-words")[1]


def write_inputs(texts: list[str], size: int) -> int:
    """The same documents, one a JSON line for ours and as plain lines for the peer; their bytes."""
    written = 0
    with (WORK / "corpus.jsonl").open("w") as ours, (WORK / "corpus.text").open("w") as peer:
        for text in cycle(texts):
            ours.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            peer.write(text + "\n")
            written += len(text.encode())
            if written >= size:
                return written
    raise AssertionError("a cycle ends only where there are no texts")


def commands(tokenizer: Path) -> dict[str, list[str]]:
    return {
        OURS: [
            str(settings.REPOSITORY / "launch" / "minicpm"), "data", "build", "--workers", "1",
            "--tokenizer", str(tokenizer), "--out", str(WORK / "data"), str(WORK / "corpus.jsonl")],
        PEER: [
            "spm_encode", f"--model={tokenizer}", "--output_format=id", f"--output={WORK / 'ids'}",
            f"--input={WORK / 'corpus.text'}"],
    }


def run(command: list[str], core: int) -> tuple[float, float]:
    """Seconds from start to end, and seconds of CPU, of a command on one core."""
    log = WORK / "output.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            command, cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}))
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    if status != 0:
        raise SystemExit(f"tests/bench/tokenize: {' '.join(command)} ended with {status}:\n{log.read_text()[-3000:]}")
    return seconds, usage.ru_utime + usage.ru_stime


def measure(tokenizer: Path, rounds: int) -> dict[str, list[tuple[float, float]]]:
    core = max(os.sched_getaffinity(0))
    sides = commands(tokenizer)
    times: dict[str, list[tuple[float, float]]] = {side: [] for side in sides}
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", flush=True)
        for side in (OURS, PEER) if turn % 2 == 0 else (PEER, OURS):
            # Nothing is gone on with, and nothing is overwritten.
            shutil.rmtree(WORK / "data", ignore_errors=True)
            (WORK / "ids").unlink(missing_ok=True)
            times[side].append(run(sides[side], core))
    return times


def report(size: int, times: dict[str, list[tuple[float, float]]]) -> None:
    rates = {side: [size / 1e6 / seconds for seconds, _ in pairs] for side, pairs in times.items()}
    print(f"\n{'one core':<12} {'MB/s (range)':>20} {'MB per CPU second':>18}")
    for side, pairs in times.items():
        found = rates[side]
        speed = f"{median(found):.2f} ({min(found):.2f}-{max(found):.2f})"
        print(f"{side:<12} {speed:>20} {median(size / 1e6 / cpu for _, cpu in pairs):>18.2f}")
    # Runs of one round were neighbours in time, so that a machine that slows down slows both.
    ratios = [a / b for a, b in zip(rates[OURS], rates[PEER])]
    print(f"ratio        {median(ratios):.2f} ({min(ratios):.2f}-{max(ratios):.2f})")


def main() -> None:
    chosen = arguments()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    what, texts, tokenizer = find_texts()
    size = write_inputs(texts, chosen.megabytes * 1_000_000)
    print(f"{size / 1e6:.1f} MB of text: {what}")
    if os.getloadavg()[0] > 0.5:
        print(f"The machine is busy (load {os.getloadavg()[0]:.1f}): the figures will tell little.")
    report(size, measure(tokenizer, chosen.rounds))
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
