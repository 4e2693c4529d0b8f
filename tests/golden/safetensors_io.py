"""Reads and writes safetensors files: 8 bytes of header length, a JSON header, then the bytes of the tensors."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

NUMPY_TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4"}


def type_name(array: np.ndarray) -> str:
    for name, code in NUMPY_TYPES.items():
        if array.dtype == np.dtype(code):
            return name
    raise ValueError(f"expected one of {sorted(NUMPY_TYPES)}, found an array of {array.dtype}")


def write(path: Path, tensors: dict[str, np.ndarray], metadata: dict[str, str]) -> None:
    """Wide types first, so that every tensor begins at a multiple of its element size."""
    ordered = sorted(tensors.items(), key=lambda item: -item[1].dtype.itemsize)
    header: dict[str, object] = {"__metadata__": metadata}
    offset = 0
    for name, array in ordered:
        end = offset + array.nbytes
        header[name] = {"dtype": type_name(array), "shape": list(array.shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with path.open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, array in ordered:
            file.write(np.ascontiguousarray(array).tobytes())


def read(path: Path) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """Tensors and metadata. BF16 comes back as float32, exactly."""
    content = path.read_bytes()
    start = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:start])
    metadata = header.pop("__metadata__", {})
    return {name: _tensor(content, start, name, entry) for name, entry in header.items()}, metadata


def _tensor(content: bytes, start: int, name: str, entry: dict) -> np.ndarray:
    begin, end = (start + offset for offset in entry["data_offsets"])
    if end > len(content):
        raise ValueError(f"tensor {name} ends at byte {end}, but the file has {len(content)}")
    dtype = entry["dtype"]
    if dtype == "BF16":
        halves = np.frombuffer(content[begin:end], dtype="<u2").astype("<u4")
        flat = (halves << np.uint32(16)).view("<f4")
    elif dtype in NUMPY_TYPES:
        flat = np.frombuffer(content[begin:end], dtype=NUMPY_TYPES[dtype])
    else:
        raise ValueError(f"tensor {name}: expected BF16 or one of {sorted(NUMPY_TYPES)}, found {dtype}")
    return flat.reshape(entry["shape"])
