"""Starts the PyTorch ranks of a script on this machine and takes rank 0's report."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from pathlib import Path

import settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def run_ranks(script: str, arguments: list[str]) -> dict:
    """Runs script ARGUMENTS RESULT in every rank. One thread a rank; all else is as PyTorch has it."""
    with tempfile.TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        command = [settings.PYTHON, str(Path(__file__).parent / script), *arguments, str(result)]
        world = {
            "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(settings.RANKS),
            "GLOO_SOCKET_IFNAME": "lo", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1",
        }
        ranks = [
            subprocess.Popen(command, env={**os.environ, **world, "RANK": str(rank)}, cwd=settings.REPOSITORY)
            for rank in range(settings.RANKS)
        ]
        try:
            codes = [rank.wait() for rank in ranks]
        finally:
            for rank in ranks:
                rank.kill()
        if any(codes):
            raise SystemExit(f"tests/bench/run: {script} ended with exit codes {codes}; its own words are above")
        return json.loads(result.read_text())
