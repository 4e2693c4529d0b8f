"""Runs one rank's command and writes the peak of its resident memory (VmHWM) in bytes to FOLDER/peak-RANK."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path


def main(folder: str, command: list[str]) -> int:
    rank = os.environ.get("OMPI_COMM_WORLD_RANK") or os.environ.get("PMI_RANK") or os.environ["SLURM_PROCID"]
    code = subprocess.run(command, check=False).returncode
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    (Path(folder) / f"peak-{rank}").write_text(str(peak))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
