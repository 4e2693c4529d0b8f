"""Starts the PyTorch ranks of a script on this machine and takes rank 0's report."""

from __future__ import annotations

import json
import os
import resource
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import settings

MEMORY_WORDS = ("can't allocate memory", "MemoryError", "bad_alloc", "Cannot allocate memory")


class RanksFailed(SystemExit):
    """Ranks that ended otherwise than well; the end of a benchmark, unless it knows better."""

    def __init__(self, script: str, codes: list, words: str):
        super().__init__(f"tests/bench: {script} ended with exit codes {codes}:\n{words[-3000:]}")
        self.ran_out_of_memory = any(word in words for word in MEMORY_WORDS)
        self.took_too_long = None in codes


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_ranks(
    script: str, arguments: list[str], count: int, most_bytes: int | None = None, most_seconds: float | None = None,
) -> dict:
    """Runs script ARGUMENTS RESULT in every rank. One thread a rank; all else is as PyTorch has it. `most_bytes` are
    what a rank may allocate, where that is to be less than what the machine has."""
    with tempfile.TemporaryDirectory() as folder:
        result, words = Path(folder) / "result.json", Path(folder) / "stderr"
        command = [settings.PYTHON, str(Path(__file__).parent / script), *arguments, str(result)]
        world = {
            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(count),
            "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }
        most = (most_bytes, most_bytes)
        limits = None if most_bytes is None else lambda: resource.setrlimit(resource.RLIMIT_DATA, most)
        with words.open("w") as stderr:
            ranks = [
                subprocess.Popen(
                    command, env={**os.environ, **world, "RANK": str(rank)}, cwd=settings.REPOSITORY, stderr=stderr,
                    preexec_fn=limits)
                for rank in range(count)
            ]
            try:
                codes = [wait(rank, most_seconds) for rank in ranks]
            finally:
                for rank in ranks:
                    rank.kill()
        if any(code != 0 for code in codes):
            raise RanksFailed(script, codes, words.read_text(errors="replace"))
        sys.stderr.write(words.read_text(errors="replace"))
        return json.loads(result.read_text())


def wait(rank: subprocess.Popen, most_seconds: float | None) -> int | None:
    """The exit code; None where there was none in time."""
    try:
        return rank.wait(most_seconds)
    except subprocess.TimeoutExpired:
        return None
