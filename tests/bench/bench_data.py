"""Tokens for both sides: of the quickstart's documentation where it is, else of random words.

Speed does not depend on them."""

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
QUICKSTART = settings.REPOSITORY / ".cache" / "quickstart"


def find_or_make(length: int = settings.SEQUENCE_LENGTH) -> Path:
    """A data folder whose sequences have a length, the benchmark's unless told otherwise. Documents are concatenated in
    it: attention over the whole sequence is what an ordinary PyTorch model computes, and ours then computes the
    same."""
    corpus, tokenizer = QUICKSTART / "corpus" / "docs", QUICKSTART / "tokenizer.model"
    has_quickstart = corpus.is_dir() and tokenizer.is_file()
    folder = settings.WORK / ("data" if length == settings.SEQUENCE_LENGTH else f"data-{length}")
    name = "quickstart" if has_quickstart else "random-words"
    if is_made(folder, name, length):
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    if has_quickstart:
        print("Packing the quickstart's documentation ...", flush=True)
        build(name, tokenizer, folder, corpus, length)
    else:
        print("Making random tokens (launch/quickstart would leave real ones) ...", flush=True)
        words = settings.WORK / "random-words"
        corpus, tokenizer = make_random_words(words)
        build(name, tokenizer, folder, corpus, length)
        shutil.rmtree(words)
    return folder


def is_made(folder: Path, name: str, length: int) -> bool:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except FileNotFoundError:
        return False
    found = [manifest.get(key) for key in ("format", "name", "sequence_length", "packing")]
    return found == [2, name, length, "concatenate"]


def build(name: str, tokenizer: Path, folder: Path, corpus: Path, length: int) -> None:
    minicpm(
        "data", "build", "--name", name, "--sequence-length", str(length), "--packing", "concatenate",
        "--held-out", "0.1", "--tokenizer", str(tokenizer), "--out", str(folder), str(corpus))


def make_random_words(folder: Path) -> tuple[Path, Path]:
    """A corpus and its tokenizer. A model may have more pieces than the tokenizer, so a small one does for every
    preset."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    corpus, tokenizer = folder / "corpus.jsonl", folder / "tokenizer.model"
    with corpus.open("w") as file:
        for text in random_texts():
            file.write(json.dumps({"text": text}) + "\n")
    minicpm("tokenizer", "train", "--out", str(tokenizer), "--pieces", str(PIECES), str(corpus))
    return corpus, tokenizer


def random_texts() -> list[str]:
    chance = random.Random(1)
    letters = "etaoinshrdlucmfw"
    words = ["".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(5000)]
    return [" ".join(chance.choices(words, k=WORDS_PER_DOCUMENT)) for _ in range(DOCUMENTS)]


def minicpm(*arguments: str) -> None:
    command = [str(settings.REPOSITORY / "launch" / "minicpm"), *arguments]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise SystemExit(f"tests/bench: {' '.join(command)}\n{result.stdout}{result.stderr}")
