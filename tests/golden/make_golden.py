#!/usr/bin/python3
"""Writes the golden files of this folder, or compares them with a new computation.

    make_golden.py [CASE ...]            write the files
    make_golden.py --check [CASE ...]    recompute, print one line, exit 1 when a value differs

Without a case, all of them.
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import numpy as np
import torch

import adapters_case
import counter_random_case
import experts_case
import grouped_queries_case
import large_vocabulary_case
import nano_case
import odd_batches_case
import packed_segments_case
import preferences_case
import rotary_angles_case
import safetensors_io
import schedules_case
import stretched_positions_case
import tiny_steps_case
import vision_case
from float32_yardstick import relative_error
from golden_case import Golden

FOLDER = Path(__file__).resolve().parent
FORMAT = 1
# Of numbers alone, without tensors.
PLAIN: dict[str, Callable[[], dict[str, Any]]] = {
    "counter-random": counter_random_case.compute,
    "rotary-angles": rotary_angles_case.compute,
}
CASES: dict[str, Callable[[], Golden]] = {
    "nano": nano_case.compute,
    "tiny-steps": tiny_steps_case.compute,
    "grouped-queries": grouped_queries_case.compute,
    "schedules": schedules_case.compute,
    "large-vocabulary": lambda: large_vocabulary_case.compute(tied=True),
    "large-vocabulary-untied": lambda: large_vocabulary_case.compute(tied=False),
    "odd-batches": odd_batches_case.compute,
    "packed-segments": packed_segments_case.compute,
    "preferences": preferences_case.compute,
    "experts": experts_case.compute,
    "adapters": adapters_case.compute,
    "positions-dynamic": lambda: stretched_positions_case.compute("dynamic"),
    "positions-yarn": lambda: stretched_positions_case.compute("yarn"),
    "positions-longrope": lambda: stretched_positions_case.compute("longrope"),
    "vision-nearest": lambda: vision_case.compute(interpolated=False),
    "vision-interpolated": lambda: vision_case.compute(interpolated=True),
}

# Storing a float64 value as float32 costs half a unit in the last place at most; other CPUs add float64 noise.
STORED_AS = {"F32": 2.0**-24 * 1.01, "F64": 1e-10}
# The float32 run depends on the BLAS kernels of the CPU: only the magnitude of its error is reproducible.
ERROR_FACTOR = 4.0


def document(golden: Golden) -> dict[str, Any]:
    versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    return {
        "format": FORMAT,
        "case": golden.name,
        "made_with": versions,
        **golden.report,
        "float32_relative_error": golden.errors,
    }


def write_json(path: Path, content: dict[str, Any]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n")


def write(golden: Golden) -> None:
    write_json(FOLDER / f"{golden.name}.json", document(golden))
    metadata = {"format": str(FORMAT), "case": golden.name}
    safetensors_io.write(FOLDER / f"{golden.name}.safetensors", golden.tensors, metadata)


def differences(golden: Golden) -> Iterator[str]:
    stored, _ = safetensors_io.read(FOLDER / f"{golden.name}.safetensors")
    described = json.loads((FOLDER / f"{golden.name}.json").read_text())
    if stored.keys() != golden.tensors.keys():
        yield f"{golden.name}: tensor names differ: {sorted(stored.keys() ^ golden.tensors.keys())}"
        return
    for name, expected in golden.exact.items():
        if not np.array_equal(stored[name], expected):
            yield f"{golden.name}: {name} differs"
    for name, expected in golden.measured.items():
        error, limit = relative_error(stored[name], expected), STORED_AS[safetensors_io.type_name(expected)]
        if not error <= limit:
            yield f"{golden.name}: {name} differs by {error:.2e} relative, accepted is {limit:.2e}"
    for name, error in golden.errors.items():
        recorded = described["float32_relative_error"][name]
        if not recorded / ERROR_FACTOR <= error <= recorded * ERROR_FACTOR:
            yield f"{golden.name}: the float32 error of {name} is {error:.2e}, recorded is {recorded:.2e}"
    yield from report_differences(golden.name, described, golden.report)


def report_differences(where: str, stored: Any, computed: Any) -> Iterator[str]:
    """Numbers may differ by float64 noise, everything else must be equal."""
    if isinstance(computed, dict):
        for key, value in computed.items():
            yield from report_differences(f"{where}.{key}", stored.get(key), value)
    elif isinstance(computed, list) and isinstance(stored, list) and len(stored) == len(computed):
        for index, value in enumerate(computed):
            yield from report_differences(f"{where}[{index}]", stored[index], value)
    elif isinstance(computed, float) and isinstance(stored, (int, float)):
        if not abs(stored - computed) <= STORED_AS["F64"] * abs(computed):
            yield f"{where}: stored {stored!r}, computed {computed!r}"
    elif stored != computed:
        yield f"{where}: stored {stored!r}, computed {computed!r}"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--check", action="store_true", help="compare with the stored files instead of writing them")
    arguments.add_argument("cases", nargs="*", metavar="CASE", help=", ".join([*PLAIN, *CASES]))
    options = arguments.parse_args()
    wanted = options.cases or [*PLAIN, *CASES]
    unknown = [name for name in wanted if name not in PLAIN and name not in CASES]
    if unknown:
        arguments.error(f"no such case: {', '.join(unknown)}; expected {', '.join([*PLAIN, *CASES])}")
    torch.set_num_threads(1)
    found: list[str] = []
    tensors = 0
    for name in (name for name in wanted if name in PLAIN):
        path, values = FOLDER / f"{name}.json", PLAIN[name]()
        if not options.check:
            write_json(path, values)
        else:
            found += report_differences(name, json.loads(path.read_text()), values)
    for name in (name for name in wanted if name in CASES):
        golden = CASES[name]()
        tensors += len(golden.tensors)
        if options.check:
            found += differences(golden)
        else:
            write(golden)
    if options.check:
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        print(f"golden: {found[0]}{more}" if found else f"golden: {len(wanted)} cases with {tensors} tensors agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
