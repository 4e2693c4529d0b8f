"""Tokens for both sides: the quickstart's where they are, else made here from random words. Speed does not depend on them."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from pathlib import Path

import settings

DOCUMENTS = 400
WORDS_PER_DOCUMENT = 1500
PIECES = 1000


def find_or_make() -> Path:
    quickstart = settings.REPOSITORY / ".cache" / "quickstart" / "data"
    made = settings.WORK / "data"
    if (quickstart / "train.tokens").is_file():
        return quickstart
    if not (made / "train.tokens").is_file():
        make(made)
    return made


def make(target: Path) -> None:
    """A model may have more pieces than the tokenizer, so a small one does for every preset."""
    print("Making random tokens (launch/quickstart would leave real ones) ...", flush=True)
    folder = settings.WORK / "random-words"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(target, ignore_errors=True)
    folder.mkdir(parents=True)
    corpus, tokenizer = folder / "corpus.jsonl", folder / "tokenizer.model"
    write_corpus(corpus)
    minicpm("tokenizer", "train", "--out", str(tokenizer), "--pieces", str(PIECES), str(corpus))
    minicpm("data", "build", "--tokenizer", str(tokenizer), "--out", str(target), "--held-out", "0.1", str(corpus))
    shutil.rmtree(folder)


def write_corpus(path: Path) -> None:
    chance = random.Random(1)
    letters = "etaoinshrdlucmfw"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(5000)]
    with path.open("w") as file:
        for _ in range(DOCUMENTS):
            text = " ".join(chance.choices(words, k=WORDS_PER_DOCUMENT))
            file.write(json.dumps({"text": text}) + "\n")


def minicpm(*arguments: str) -> None:
    command = [str(settings.REPOSITORY / "launch" / "minicpm"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench/run: {' '.join(command)}\n{result.stdout}{result.stderr}")
