"""MinHash and LSH in plain numpy: the same words, shingles, permutations and bands as `minicpm data dedup`, written as
one would write them in numpy. Called by dedup_rate.py."""

from __future__ import annotations

import re

import numpy as np

WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")
BITS = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
BASE = 0x2127599BF4325C37


def step(word: int) -> int:
    word = word * GOLDEN & BITS
    return word ^ word >> 32


class WordHashes(dict[str, int]):
    """Hashes of words; each is computed once."""

    def __missing__(self, word: str) -> int:
        utf8 = word.encode()
        state, whole = 0, len(utf8) // 8 * 8
        for at in range(0, whole, 8):
            state = step(state ^ int.from_bytes(utf8[at:at + 8], "little"))
        chunk = int.from_bytes(utf8[whole:], "little")
        self[word] = found = step(step(state ^ chunk) + len(utf8) & BITS)
        return found


class Peer:
    """Texts to candidate pairs."""

    def __init__(self, masks: list[int], factors: list[int], bands: int, shingle: int) -> None:
        self.masks, self.factors = np.array(masks, np.uint32), np.array(factors, np.uint32)
        self.bands, self.shingle = bands, shingle
        self.hashes = WordHashes()
        self.powers = np.array([pow(BASE, shingle - 1 - place, 1 << 64) for place in range(shingle)], np.uint64)

    def shingles(self, text: str) -> np.ndarray:
        words = WORD.findall(text.lower())
        hashes = np.fromiter(map(self.hashes.__getitem__, words), np.uint64, len(words))
        count = len(words) - self.shingle + 1
        found = np.zeros(count, np.uint64)
        for place, power in enumerate(self.powers):
            found += hashes[place:place + count] * power
        found = (found ^ found >> np.uint64(33)) * np.uint64(0xFF51AFD7ED558CCD)
        found = (found ^ found >> np.uint64(33)) * np.uint64(0xC4CEB9FE1A85EC53)
        return ((found ^ found >> np.uint64(33)) >> np.uint64(32)).astype(np.uint32)

    def sign(self, shingles: np.ndarray) -> np.ndarray:
        return ((shingles[:, None] ^ self.masks) * self.factors).min(axis=0)

    def find(self, texts: list[str]) -> np.ndarray:
        """The pairs in ascending order, each as one number: the smaller one in the low half."""
        signatures = np.stack([self.sign(self.shingles(text)) for text in texts])
        rows = signatures.shape[1] // self.bands
        pairs: list[int] = []
        for band in range(self.bands):
            cut = np.ascontiguousarray(signatures[:, band * rows:(band + 1) * rows])
            _, buckets = np.unique(cut.view(f"V{4 * rows}").ravel(), return_inverse=True)
            order = np.argsort(buckets, kind="stable")
            ends = np.flatnonzero(np.diff(buckets[order], append=-1)) + 1
            starts = np.concatenate([[0], ends[:-1]])
            for start, end in zip(starts[ends - starts > 1], ends[ends - starts > 1]):
                members = order[start:end].tolist()
                pairs.extend(
                    first | second << 32 for place, first in enumerate(members) for second in members[place + 1:])
        return np.unique(np.array(pairs, np.int64))
