"""Where a coordinator keeps the curves of runs: a file for each, or rows of one SQLite database.

    /usr/bin/python3 tests/bench/coordinator_state.py

Writes a state for 1,000 runs of 60 KB both ways, again and again, kills the writer with SIGKILL at moments all over
that, and reads what is left: every run has to be there, whole, in the version before or the one that was being written.
Then it damages a byte in the middle of the state and counts the runs that can still be read. SQLite is the library that
Python has, with a write-ahead log and synchronous=FULL, which is what a promise takes."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from pathlib import Path

RUNS = 1000
BYTES = 60_000
KILLS = 20


def content(run: int, version: int) -> bytes:
    """What is kept of a run: a checksum, the version, and numbers."""
    numbers = bytes((run * 31 + version * 7 + i * i) & 255 for i in range(64)) * (BYTES // 64)
    body = version.to_bytes(8, "little") + numbers
    return zlib.crc32(body).to_bytes(4, "little") + body


def version_of(kept: bytes | None) -> int | None:
    """None where it is not whole."""
    if kept is None or len(kept) < 12 or zlib.crc32(kept[4:]).to_bytes(4, "little") != kept[:4]:
        return None
    return int.from_bytes(kept[4:12], "little")


class Files:
    """A file for each run, renamed into its place when it is synced."""

    name = "a file for each run"

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, run: int, kept: bytes) -> None:
        new = self.folder / ".new"
        with new.open("wb") as file:
            file.write(kept)
            file.flush()
            os.fsync(file.fileno())
        new.rename(self.folder / f"run-{run:04}")

    def read(self) -> list[bytes | None]:
        return [path.read_bytes() if (path := self.folder / f"run-{run:04}").exists() else None for run in range(RUNS)]

    def largest(self) -> Path:
        return self.folder / f"run-{RUNS // 2:04}"


class Database:
    """Rows of one SQLite file, each written in a transaction of its own."""

    name = "rows of SQLite"

    def __init__(self, folder: Path) -> None:
        self.path = folder / "state.db"
        self.connection = sqlite3.connect(self.path, isolation_level=None)
        self.connection.execute("pragma journal_mode=wal")
        self.connection.execute("pragma synchronous=full")
        self.connection.execute("create table if not exists runs (run integer primary key, kept blob)")

    def write(self, run: int, kept: bytes) -> None:
        self.connection.execute("insert or replace into runs values (?, ?)", (run, kept))

    def read(self) -> list[bytes | None]:
        rows: dict[int, bytes] = {}
        try:
            for run in range(RUNS):
                row = self.connection.execute("select kept from runs where run = ?", (run,)).fetchone()
                if row is not None:
                    rows[run] = row[0]
        except sqlite3.DatabaseError:
            pass
        return [rows.get(run) for run in range(RUNS)]

    def largest(self) -> Path:
        self.connection.execute("pragma wal_checkpoint(truncate)")
        return self.path


KINDS = {"files": Files, "sqlite": Database}


def write_for_ever(kind: str, folder: Path) -> None:
    """The process that is killed: version after version of all runs."""
    store = KINDS[kind](folder)
    kept = [content(run, 0) for run in range(RUNS)]
    version = 1
    while True:
        for run in range(RUNS):
            body = version.to_bytes(8, "little") + kept[run][12:]
            store.write(run, zlib.crc32(body).to_bytes(4, "little") + body)
        (folder / "done").write_text(str(version))
        version += 1


def measure(kind: str) -> None:
    folder = Path(tempfile.mkdtemp(prefix="minicpm-state-"))
    store = KINDS[kind](folder)
    contents = [content(run, 0) for run in range(RUNS)]
    begin = time.monotonic()
    for run, kept in enumerate(contents):
        store.write(run, kept)
    wrote = time.monotonic() - begin
    lost = 0
    for kill in range(KILLS):
        writer = subprocess.Popen([sys.executable, __file__, kind, str(folder)])
        time.sleep(0.5 + 0.37 * (kill % 7))
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        lost += sum(version_of(kept) is None for kept in KINDS[kind](folder).read())
    store = KINDS[kind](folder)
    begin = time.monotonic()
    store.read()
    read = time.monotonic() - begin
    size = sum(path.stat().st_size for path in folder.iterdir())
    victim = store.largest()
    with victim.open("r+b") as file:
        file.seek(victim.stat().st_size // 2)
        octet = file.read(4096)
        file.seek(-len(octet), os.SEEK_CUR)
        file.write(bytes(value ^ 255 for value in octet))
    damaged = sum(version_of(kept) is None for kept in KINDS[kind](folder).read())
    shutil.rmtree(folder)
    print(
        f"{KINDS[kind].name}: {RUNS} runs written in {wrote:.2f} s ({1000 * wrote / RUNS:.2f} ms each), read in "
        f"{read:.2f} s, {size / 1e6:.0f} MB; {lost} lost by {KILLS} kills; 4 KB damaged: {damaged} of {RUNS} lost",
        flush=True)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        write_for_ever(sys.argv[1], Path(sys.argv[2]))
    for name in KINDS:
        measure(name)
