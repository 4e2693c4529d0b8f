"""Rows that hold several documents: attention stays inside a document and positions restart in each."""

from __future__ import annotations

import packed_rows
from golden_case import SMALL, Golden

# One position, more than a window that short documents share, a crowd of short ones, and a whole row.
ROWS = [[1, 70, 25], [7, 3, 1, 1, 12, 5, 30, 2, 35], [96]]
IGNORED_TARGETS = [(0, 0), (0, 40), (1, 10), (1, 95), (2, 95)]


def compute() -> Golden:
    return packed_rows.compute("packed-segments", SMALL, "golden.packed-segments.ids", ROWS, IGNORED_TARGETS)
