"""The tokens of a data folder of ours, for the other side."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy
import torch
from torch import Tensor

FORMAT = 2
HEADER_BYTES = 32
NO_LOSS = -100
PART = numpy.dtype([("length", "<u4"), ("last_target", "<i4"), ("loss_start", "<u4"), ("loss_end", "<u4")])


class TokenFolder:
    """The training sequences of a data folder (format 2), in a random order: ids, and the target of each."""

    def __init__(self, folder: str | Path, length: int):
        path = Path(folder) / "train.tokens"
        width, sequences, stored_length = struct.unpack("<iqi", header(path, b"MCDTOKS1")[12:28])
        if width not in (2, 4) or stored_length != length:
            raise SystemExit(
                f"{path}: expected sequences of {length} tokens of 2 or 4 bytes, found {stored_length} of {width}")
        self.path = path
        self.ids = numpy.memmap(path, dtype=f"<u{width}", mode="r", offset=HEADER_BYTES, shape=(sequences, length))
        self.first_parts, self.checksums, self.parts = read_index(path.with_suffix(".index"), sequences)
        self.order = numpy.random.default_rng(1).permutation(sequences)

    def batch(self, first: int, count: int) -> tuple[Tensor, Tensor]:
        """Ids and targets, both [count, length]."""
        rows = [self.sequence(int(self.order[position % len(self.order)])) for position in range(first, first + count)]
        ids, targets = zip(*rows)
        return torch.from_numpy(numpy.stack(ids)), torch.from_numpy(numpy.stack(targets))

    def sequence(self, index: int) -> tuple[numpy.ndarray, numpy.ndarray]:
        row = self.ids[index]
        if zlib.crc32(row.tobytes()) != self.checksums[index]:
            raise SystemExit(f"{self.path}: sequence {index} is not what the index has the checksum of")
        ids = row.astype(numpy.int64)
        # A part's targets are its own ids from the second on, and then the id that the index names.
        targets = numpy.full_like(ids, NO_LOSS)
        start = 0
        for part in self.parts[self.first_parts[index] : self.first_parts[index + 1]]:
            length, loss_start, loss_end = int(part["length"]), int(part["loss_start"]), int(part["loss_end"])
            following = numpy.append(ids[start + 1 : start + length], part["last_target"])
            targets[start + loss_start : start + loss_end] = following[loss_start:loss_end]
            start += length
        return ids, targets


def header(path: Path, magic: bytes) -> bytes:
    with path.open("rb") as file:
        found = file.read(HEADER_BYTES)
    if found[:8] != magic or struct.unpack("<i", found[8:12])[0] != FORMAT:
        raise SystemExit(f"{path}: expected a file of format {FORMAT} that begins with {magic.decode()}")
    return found


def read_index(path: Path, sequences: int) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """The first part of each sequence and the number of parts, the CRC-32 of each sequence's bytes, and the parts."""
    found, parts = struct.unpack("<qq", header(path, b"MCDINDX1")[16:32])
    if found != sequences:
        raise SystemExit(f"{path}: expected the index of {sequences} sequences, found one of {found}")
    with path.open("rb") as file:
        file.seek(HEADER_BYTES)
        first_parts = numpy.fromfile(file, "<u8", sequences + 1).astype(numpy.int64)
        checksums = numpy.fromfile(file, "<u4", sequences)
        return first_parts, checksums, numpy.fromfile(file, PART, parts)
