"""A corpus in a store of objects (s3rver, from npm) gives the data folders, filtered and deduplicated texts that the
same corpus gives as files; and what is wrong with a store is told. Called by tests/objects."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MINICPM = REPOSITORY / "launch" / "minicpm"
SERVER = REPOSITORY / "artifacts" / "s3rver"
VERSION = "3.7.1"
BUCKET = "texts"
NOT_RUN = 77
WORDS = ("the of and a model learns tokens from text with rate warm decay stable phase rank lane gradient small large "
         "loss when every step adds what others have read before").split()


def skip(why: str) -> None:
    print(f"tests/objects: not run: {why}")
    raise SystemExit(NOT_RUN)


def install() -> Path:
    program = SERVER / "node_modules" / ".bin" / "s3rver"
    if shutil.which("npm") is None or shutil.which("node") is None:
        skip("this machine has no npm")
    if not program.exists():
        SERVER.mkdir(parents=True, exist_ok=True)
        try:
            subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", f"s3rver@{VERSION}"], cwd=SERVER,
                check=True, capture_output=True, timeout=300)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            skip("npm cannot install s3rver")
    if not program.exists():
        skip("npm has installed no s3rver")
    return program


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Store:
    """A server with one bucket; it takes whatever is put there, and checks the signatures of who reads."""

    def __init__(self, folder: Path) -> None:
        self.address = f"http://127.0.0.1:{(port := free_port())}"
        # pylint: disable-next=consider-using-with
        self.process = subprocess.Popen(
            [str(install()), "-d", str(folder), "-a", "127.0.0.1", "-p", str(port), "--silent",
             "--configure-bucket", BUCKET], start_new_session=True)
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.address}/{BUCKET}", timeout=5).close()
                return
            except OSError:
                if time.monotonic() > until or self.process.poll() is not None:
                    self.close()
                    raise SystemExit("tests/objects: s3rver does not answer") from None
                time.sleep(0.2)

    def put(self, key: str, content: bytes) -> None:
        request = urllib.request.Request(f"{self.address}/{BUCKET}/{key}", data=content, method="PUT")
        urllib.request.urlopen(request, timeout=30).close()

    def close(self) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
        self.process.wait()

    def environment(self) -> dict[str, str]:
        return {
            **os.environ, "AWS_ENDPOINT_URL": self.address, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "S3RVER",
            "AWS_SECRET_ACCESS_KEY": "S3RVER", "AWS_EC2_METADATA_DISABLED": "true"}


def lines(seed: int, count: int) -> bytes:
    chance = random.Random(seed)
    texts = (" ".join(chance.choices(WORDS, k=chance.randrange(20, 200))) for _ in range(count))
    return b"".join(json.dumps({"text": text}).encode() + b"\n" for text in texts)


def corpus() -> dict[str, bytes]:
    return {
        "web/a.jsonl": lines(1, 4000), "web/b.json.gz": gzip.compress(lines(2, 1000)),
        "web/deep/c.txt": b"\n".join(lines(3, 50).splitlines()), "web/table.parquet": (
            REPOSITORY / "tests" / "golden" / "own-corpus.zstd.parquet").read_bytes(),
        "web/readme.md": b"no text of a corpus"}


def hashes(folder: Path) -> dict[str, str]:
    """Of all files but the report of a deduplication, which names paths."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir()) if path.suffix in (".tokens", ".index", ".zst", ".gz", ".json", ".model")
        and not path.name.startswith("removed")}


def run(environment: dict[str, str], *arguments: str, status: int = 0) -> str:
    done = subprocess.run(
        [str(MINICPM), *arguments], env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=300, check=False)
    if done.returncode != status:
        raise SystemExit(f"{done.stdout}{done.stderr}\ntests/objects: {arguments}: {done.returncode}, not {status}")
    return done.stdout + done.stderr


def compare(store: Store, work: Path) -> None:
    for name, content in corpus().items():
        store.put(name, content)
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    environment = store.environment()
    places = {"files": str(work / "web"), "objects": f"s3://{BUCKET}/web"}
    rules = work / "rules.yaml"
    rules.write_text("rules: [{ measure: words, least: 60 }]\n")
    tokenizer = work / "tokenizer.model"
    run(environment, "tokenizer", "train", "--pieces", "400", "--out", str(tokenizer), f"s3://{BUCKET}/web/*.jsonl")
    for what, arguments in {
        "build": ["data", "build", "--name", "web", "--sequence-length", "64", "--tokenizer", str(tokenizer)],
        "filter": ["data", "filter", "--pipeline", str(rules)],
        "dedup": ["data", "dedup", "--exact", "--near"],
    }.items():
        made = {}
        for where, place in places.items():
            # Rows of the table have no text.
            run(environment, *arguments, "--max-broken", "0.1", "--out", str(work / f"{what}-{where}"), place)
            made[where] = hashes(work / f"{what}-{where}")
        if not made["files"] or made["files"] != made["objects"]:
            raise SystemExit(f"tests/objects: {what}: files and objects differ: {made}")
        print(f"data {what}: {len(made['files'])} files are the same")


def refusals(store: Store, work: Path) -> None:
    build = ["data", "build", "--tokenizer", str(work / "tokenizer.model"), "--out", str(work / "never")]
    without = {key: value for key, value in store.environment().items() if not key.startswith("AWS_")}
    without |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(work)}
    silent = {**store.environment(), "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}", "AWS_MAX_ATTEMPTS": "1"}
    stranger = {**store.environment(), "AWS_ACCESS_KEY_ID": "stranger"}
    for environment, path, expected in (
        (store.environment(), "s3://nowhere/web", "a bucket"),
        (store.environment(), f"s3://{BUCKET}/nothing", "nothing of that name"),
        (stranger, f"s3://{BUCKET}/web", "rights to read"),
        (silent, f"s3://{BUCKET}/web", "a store that answers"),
        (without, f"s3://{BUCKET}/web", "AWS_"),
    ):
        told = run(environment, *build, path, status=2)
        if expected not in told or (work / "never").exists():
            raise SystemExit(f"{told}\ntests/objects: expected `{expected}`")
        print(told.strip().splitlines()[-1])


def main() -> None:
    # The first call may build the tool.
    subprocess.run([str(MINICPM), "--version"], check=True, stdout=subprocess.DEVNULL)
    work = Path(tempfile.mkdtemp(prefix="minicpm-objects-"))
    try:
        store = Store(work / "store")
        try:
            compare(store, work)
            refusals(store, work)
        finally:
            store.close()
    finally:
        shutil.rmtree(work)
    print("tests/objects: objects are read as files are")


if __name__ == "__main__":
    sys.exit(main())
