"""A corpus with planted copies: texts of random words, and edited copies of some of them, so that the true similarity
of every pair is known. Called by dedup_rate.py."""

from __future__ import annotations

import json
import random
from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

WORDS = 30_000
HAN = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
COPIED = 0.15           # share of the texts that have copies
CHINESE = 0.05          # share of the texts that are Chinese
MOST_COPIES = 3
LEAST_SIMILARITY = 0.4  # copies are edited until their similarity is about this to 1


@dataclass
class Corpus:
    """Texts, and for every planted family the numbers of its texts."""

    texts: list[str] = field(default_factory=list)
    families: list[list[int]] = field(default_factory=list)


class Language:
    """Words by Zipf's law, and what stands between them."""

    def __init__(self, words: list[str], between: str, length: int) -> None:
        self.words, self.between, self.length = words, between, length
        self._sums = list(accumulate(1.0 / (rank + 10) for rank in range(len(words))))

    def draw(self, chance: random.Random, count: int) -> list[str]:
        total = self._sums[-1]
        return [self.words[bisect(self._sums, chance.random() * total)] for _ in range(count)]


def languages(chance: random.Random) -> tuple[Language, Language]:
    letters = "etaoinshrdlucmfwypvbgkjqxz"
    words = {"".join(chance.choice(letters) for _ in range(chance.randint(2, 9))) for _ in range(WORDS)}
    # A text is about a kilobyte of UTF-8 in both.
    return Language(sorted(words), " ", 160), Language(HAN, "", 330)


def edit(chance: random.Random, language: Language, words: list[str], shingle: int) -> list[str]:
    """A copy with words replaced, left out and put in, until about as many shingles are lost as the similarity says."""
    similarity = chance.uniform(LEAST_SIMILARITY, 1)
    lost = len(words) * (1 - similarity) / (1 + similarity)
    copy = list(words)
    for _ in range(round(lost / shingle)):
        at = chance.randrange(len(copy))
        new = language.draw(chance, 1)
        copy[at:at + 1] = chance.choice([new, [], new + [copy[at]]])
    return copy


def make(documents: int, shingle: int, seed: int = 1) -> Corpus:
    """So many texts in a random order."""
    chance = random.Random(seed)
    english, chinese = languages(chance)
    families: list[list[str]] = []
    count = 0
    while count < documents:
        language = chinese if chance.random() < CHINESE else english
        words = language.draw(chance, round(language.length * chance.uniform(0.7, 1.3)))
        family = [words]
        if chance.random() < COPIED:
            for _ in range(chance.randint(1, MOST_COPIES)):
                family.append(edit(chance, language, chance.choice(family), shingle))
        families.append([language.between.join(text) for text in family[:documents - count]])
        count += len(families[-1])
    places = list(range(documents))
    chance.shuffle(places)
    corpus = Corpus(texts=[""] * documents)
    at = iter(places)
    for family in families:
        numbers = [next(at) for _ in family]
        for number, text in zip(numbers, family):
            corpus.texts[number] = text
        if len(numbers) > 1:
            corpus.families.append(sorted(numbers))
    return corpus


def write(corpus: Corpus, folder: Path, files: int) -> None:
    """JSON lines in so many files, one text a line, in order."""
    folder.mkdir(parents=True)
    each = (len(corpus.texts) + files - 1) // files
    for number in range(files):
        with (folder / f"{number:03}.jsonl").open("w", encoding="utf-8") as file:
            for text in corpus.texts[number * each:(number + 1) * each]:
                file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
