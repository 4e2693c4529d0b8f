"""The tokens of a data folder of ours, for the other side."""

from __future__ import annotations

import struct

import numpy
import torch
from torch import Tensor

HEADER_BYTES = 32


class TokenFile:
    """Sequences of `length` ids and of the ids that follow each, from a token file (magic MCDTOKS1), in a random order."""

    def __init__(self, path: str, length: int):
        with open(path, "rb") as file:
            magic, version, width, count = struct.unpack("<8siiq", file.read(24))
        if magic != b"MCDTOKS1" or version != 1 or width not in (2, 4):
            raise SystemExit(f"{path}: expected a token file of format 1 (MCDTOKS1)")
        self.tokens = numpy.memmap(path, dtype=f"<u{width}", mode="r", offset=HEADER_BYTES, shape=(count,))
        self.length = length
        sequences = (count - 1) // length
        self.order = numpy.random.default_rng(1).permutation(sequences)

    def batch(self, first: int, count: int) -> tuple[Tensor, Tensor]:
        rows = []
        for position in range(first, first + count):
            start = int(self.order[position % len(self.order)]) * self.length
            rows.append(self.tokens[start : start + self.length + 1].astype(numpy.int64))
        both = torch.from_numpy(numpy.stack(rows))
        return both[:, :-1].contiguous(), both[:, 1:].contiguous()
