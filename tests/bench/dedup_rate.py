"""Measures `minicpm data dedup`: candidate pairs against plain numpy, copies that it finds against those that were
planted, and time and memory of the whole command. Called by tests/bench/dedup."""

from __future__ import annotations

import argparse
import gzip
import json
import os
import shutil
import subprocess
import time
from pathlib import Path
from statistics import median

import numpy as np

import dedup_corpus
import settings
from dedup_peer import WORD, Peer

WORK = settings.WORK / "dedup"
THRESHOLD = 0.8
EDGE = 0.82        # pairs between the threshold and this are the hardest
FILES = 8
LEAST_RECALL, LEAST_RATIO = 0.95, 5.0


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/bench/dedup", description="Measures speed and quality of `minicpm data dedup` on planted copies.")
    parser.add_argument("--documents", type=int, default=20_000, help="texts of about 1 KB (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds against numpy (default: %(default)s)")
    parser.add_argument("--permutations", type=int, default=128)
    parser.add_argument("--bands", type=int, default=32)
    parser.add_argument("--shingle", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2, help="threads of the command (default: %(default)s)")
    parser.add_argument("--without-numpy", action="store_true", help="only the command: for many documents")
    parser.add_argument("--program", default=str(settings.REPOSITORY / "launch" / "minicpm"), help="the command")
    parser.add_argument("--rates", required=True, help=argparse.SUPPRESS)
    return parser.parse_args()


def against_numpy(chosen: argparse.Namespace, texts: list[str]) -> bool:
    """Prints documents per second of CPU of both, in turn; True where ours is fast enough and the pairs are equal."""
    command = [
        chosen.rates, str(WORK / "corpus"), str(WORK / "pairs"), str(chosen.permutations), str(chosen.bands),
        str(chosen.shingle), "1"]
    ours, peers = [], []
    for turn in range(chosen.rounds):
        answer = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        ours.append(len(texts) / answer["seconds"][0])
        peer = Peer(answer["masks"], answer["factors"], chosen.bands, chosen.shingle)
        began = time.process_time()
        pairs = peer.find(texts)
        peers.append(len(texts) / (time.process_time() - began))
        if not np.array_equal(pairs, np.fromfile(WORK / "pairs", np.int64)):
            raise SystemExit("tests/bench/dedup: the candidate pairs differ from numpy's")
    ratios = [our / peer for our, peer in zip(ours, peers)]
    print(f"candidate pairs: {len(pairs)}, the same on both sides")
    print(f"texts per second of CPU: ours {median(ours):.0f}, numpy {median(peers):.0f}, "
          f"ratio {median(ratios):.1f} ({min(ratios):.1f}-{max(ratios):.1f})")
    return median(ratios) >= LEAST_RATIO


def run_tool(chosen: argparse.Namespace, count: int) -> None:
    """Runs the command, and prints what it took."""
    log = WORK / "output.log"
    began = time.monotonic()
    with log.open("w") as output:
        process = subprocess.Popen(
            [chosen.program, "data", "dedup", "--out", str(WORK / "clean"), "--workers", str(chosen.workers),
             "--permutations", str(chosen.permutations), "--bands", str(chosen.bands),
             "--shingle", str(chosen.shingle), "--threshold", str(THRESHOLD), str(WORK / "corpus")],
            cwd=settings.REPOSITORY, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
    if status != 0:
        raise SystemExit(f"tests/bench/dedup: the command ended with {status}:\n{log.read_text()[-3000:]}")
    seconds, cpu = time.monotonic() - began, usage.ru_utime + usage.ru_stime
    print(f"the command: {seconds:.1f} s, {cpu:.1f} s of CPU ({1e6 * cpu / count:.1f} microseconds a text, start "
          f"included), {usage.ru_maxrss / 1e6:.2f} GB at most, load {os.getloadavg()[0]:.1f}")


def kept_by_text(count: int) -> list[int]:
    """For every text, the one that is kept in its place."""
    each = (count + FILES - 1) // FILES
    kept = list(range(count))

    def number(place: dict[str, object]) -> int:
        return int(Path(str(place["file"])).stem) * each + int(str(place["line"])) - 1

    with gzip.open(WORK / "clean" / "removed.ndjson.gz", "rt", encoding="utf-8") as lines:
        for line in map(json.loads, lines):
            kept[number(line)] = number(line["kept"])
    for text in range(count):
        while kept[kept[text]] != kept[text]:
            kept[text] = kept[kept[text]]
    return kept


def similarity(left: set[tuple[str, ...]], right: set[tuple[str, ...]]) -> float:
    return len(left & right) / len(left | right)


def judge(corpus: dedup_corpus.Corpus, shingle: int) -> bool:
    """Holds what was removed to the pairs that were planted, whose similarity is computed from the words
    themselves."""
    kept = kept_by_text(len(corpus.texts))
    found = missed = edge_found = edge_missed = chained = 0
    for family in corpus.families:
        words = [WORD.findall(corpus.texts[number]) for number in family]
        sets = [{tuple(own[at:at + shingle]) for at in range(len(own) - shingle + 1)} for own in words]
        for place, left in enumerate(family):
            for other in range(place):
                near, joined = similarity(sets[place], sets[other]), kept[left] == kept[family[other]]
                found, missed = found + (near >= THRESHOLD and joined), missed + (near >= THRESHOLD and not joined)
                chained += near < THRESHOLD and joined
                if THRESHOLD <= near < EDGE:
                    edge_found, edge_missed = edge_found + joined, edge_missed + (not joined)
    planted = {number: index for index, family in enumerate(corpus.families) for number in family}
    removed = [text for text, copy in enumerate(kept) if copy != text]
    strangers = sum(planted.get(text, -1) != planted.get(kept[text], -2) for text in removed)
    recall = found / (found + missed)
    print(f"planted pairs of similarity {THRESHOLD} or more: {found + missed}; recall {recall:.4f}; "
          f"between {THRESHOLD} and {EDGE}: {edge_found} of {edge_found + edge_missed}")
    print(f"removed texts: {len(removed)}; precision {1 - strangers / len(removed):.4f} (of one family with the text "
          f"that is kept); pairs below {THRESHOLD} in one cluster, over others: {chained}")
    return recall >= LEAST_RECALL and strangers == 0


def main() -> None:
    chosen = arguments()
    shutil.rmtree(WORK, ignore_errors=True)
    began = time.monotonic()
    corpus = dedup_corpus.make(chosen.documents, chosen.shingle)
    dedup_corpus.write(corpus, WORK / "corpus", FILES)
    size = sum(file.stat().st_size for file in (WORK / "corpus").iterdir())
    print(f"{chosen.documents} texts, {size / 1e6:.1f} MB, made in {time.monotonic() - began:.0f} s", flush=True)
    is_fast = chosen.without_numpy or against_numpy(chosen, corpus.texts)
    run_tool(chosen, chosen.documents)
    is_right = judge(corpus, chosen.shingle)
    shutil.rmtree(WORK)
    if not is_fast or not is_right:
        raise SystemExit("tests/bench/dedup: slower or worse than promised")


if __name__ == "__main__":
    main()
