"""Builds a large corpus with `minicpm data build` and prints its speed and peak memory. Called by
tests/bench/corpus."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import time
from itertools import cycle
from pathlib import Path

import settings
import tokenize_rate

WORK = settings.WORK / "corpus"
LEAST_RATE = 5      # MB of text a second and core
MOST_MEMORY = 1000  # MB
FILES = 8
COMPRESSORS = {"jsonl": None, "json.gz": ["gzip", "-1"], "jsonl.zst": ["zstd", "-q", "-3"]}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/corpus", description="Builds a large corpus; exit code 1 where a bound is passed.")
    parser.add_argument("--gigabytes", type=float, default=2, help="text (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="threads (default: %(default)s)")
    parser.add_argument("--form", choices=list(COMPRESSORS), default="jsonl", help="files (default: %(default)s)")
    parser.add_argument("--corpus", nargs="+", help="build these files instead, such as '*.parquet'")
    parser.add_argument("--tokenizer", help="with this model (default: the quickstart's, or one of random words)")
    return parser.parse_args()


def write_file(path: Path, texts: list[str], first: int, size: int, compressor: list[str] | None) -> int:
    """Bytes of the texts that were written. Each text gets a number of its own, so that no two files are equal."""
    written = 0
    with path.open("wb") as file:
        process = subprocess.Popen(compressor, stdin=subprocess.PIPE, stdout=file) if compressor else None
        output = process.stdin if process else file
        assert output is not None
        for number, text in enumerate(cycle(texts), first):
            numbered = f"{number} {text}"
            output.write(json.dumps({"text": numbered}, ensure_ascii=False).encode() + b"\n")
            written += len(numbered.encode())
            if written >= size:
                break
        output.close()
        if process and process.wait() != 0:
            raise SystemExit(f"tests/bench/corpus: {compressor} failed")
    return written


def make_corpus(texts: list[str], size: int, form: str) -> int:
    (WORK / "files").mkdir()
    return sum(
        write_file(WORK / "files" / f"{part}.{form}", texts, part * 100_000_000, size // FILES, COMPRESSORS[form])
        for part in range(FILES))


def build(tokenizer: str, corpus: list[str], workers: int) -> tuple[float, float, float]:
    """Seconds, seconds of CPU, and peak memory in MB."""
    command = [
        str(settings.REPOSITORY / "launch" / "minicpm"), "data", "build", "--workers", str(workers),
        "--tokenizer", tokenizer, "--out", str(WORK / "data"), *corpus]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=settings.REPOSITORY, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"tests/bench/corpus: the build ended with {status}")
    return time.monotonic() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024 / 1e6


def text_bytes() -> int:
    manifest = json.loads((WORK / "data" / "manifest.json").read_text())
    return sum(manifest[split]["text_bytes"] for split in ("train", "held_out"))


def main() -> None:
    chosen = arguments()
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    # What the launcher compiles on its first call is no part of a build's time.
    subprocess.run(
        [str(settings.REPOSITORY / "launch" / "minicpm"), "--version"], check=True, stdout=subprocess.DEVNULL)
    load = os.getloadavg()[0]
    what, texts, tokenizer = tokenize_rate.find_texts()
    if not chosen.corpus:
        print(f"Writing {chosen.gigabytes} GB of {what} ...", flush=True)
        make_corpus(texts, int(chosen.gigabytes * 1e9), chosen.form)
    if load > 0.5:
        print(f"The machine is busy (load {load:.1f}): the figures will tell little.")
    seconds, cpu, memory = build(
        chosen.tokenizer or str(tokenizer), chosen.corpus or [str(WORK / "files")], chosen.workers)
    size = text_bytes() / 1e6
    print(f"{size:.0f} MB of text in {seconds:.0f} s with {chosen.workers} workers: {size / seconds:.1f} MB/s, "
          f"{size / cpu:.1f} MB per CPU second, peak memory {memory:.0f} MB")
    shutil.rmtree(WORK)
    if size / cpu < LEAST_RATE or memory > MOST_MEMORY:
        raise SystemExit(f"tests/bench/corpus: expected {LEAST_RATE} MB per CPU second and {MOST_MEMORY} MB at most")


if __name__ == "__main__":
    main()
