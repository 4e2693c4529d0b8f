"""Kills ranks of a supervised training at random moments and compares it with an undisturbed one.

Called by tests/chaos."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from workspace import MINICPM, SAVE_EVERY, Workspace

STEPS_BETWEEN_KILLS = 60
PATIENCE = 180.0

# Where a planned fault strikes; "outside" is a signal from this script, at any moment.
MOMENTS = ["outside", "outside", "collective", "write", "commit", "published"]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/chaos",
        description="Trains on 4 ranks and fewer under minicpm launch while ranks, and the coordinator, are killed.")
    parser.add_argument("--kills", type=int, default=5, help="of ranks (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="of the moments (default: %(default)s)")
    parser.add_argument("--keep", action="store_true", help="leave the folder with both runs behind")
    chosen = parser.parse_args()
    if chosen.kills < 1:
        parser.error("expected at least one kill")
    return chosen


class Coordinator:
    """`minicpm coordinator`, which the run joins and trains on without."""

    def __init__(self, workspace: Workspace, port: int) -> None:
        self.workspace, self.address = workspace, f"http://127.0.0.1:{port}"
        self.kills = -1
        self.process: subprocess.Popen | None = None
        self.restart()

    def restart(self) -> None:
        self.end()
        self.kills += 1
        self.process = subprocess.Popen(
            [MINICPM, "coordinator", "--state", "coordinator", "--listen", self.address], cwd=self.workspace.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


class Chaos:
    def __init__(self, workspace: Workspace, coordinator: Coordinator, kills: int, dice: random.Random) -> None:
        self.workspace, self.coordinator, self.dice = workspace, coordinator, dice
        self.name = "disturbed"
        # (step at which it strikes, moment, rank)
        self.plan = [
            (number * STEPS_BETWEEN_KILLS + dice.randrange(1, STEPS_BETWEEN_KILLS // 2),
             dice.choice(MOMENTS), dice.randrange(2))
            for number in range(kills)
        ]
        self.struck: list[str] = []

    def marker(self, number: int) -> Path:
        return self.workspace.folder / f"struck-{number}"

    def faults(self) -> str:
        """Faults inside the ranks. A save begins at a multiple of the interval, so those of a save are moved there."""
        words = []
        for number, (step, moment, rank) in enumerate(self.plan):
            if moment == "outside":
                continue
            at = step if moment == "collective" else -(-step // SAVE_EVERY) * SAVE_EVERY
            # Only rank 0 commits.
            who = 0 if moment in ("commit", "published") else rank
            words.append(f"rank={who} step={at} at={moment} do=kill once={self.marker(number)}")
        return "; ".join(words)

    def train(self) -> int:
        environment = {**os.environ, "MINICPM_FAULTS": self.faults()}
        recipe = self.workspace.run_file(self.name, self.coordinator.address)
        log = (self.workspace.folder / "launch.log").open("w")
        process = subprocess.Popen(
            [MINICPM, "launch", "--hostfile", str(self.workspace.hosts), "train", recipe], cwd=self.workspace.folder,
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        for number, (step, moment, rank) in enumerate(self.plan):
            if moment == "outside":
                self.kill_from_outside(process, number, step, rank)
            self.wait(process, lambda: self.marker(number).exists(), f"kill {number + 1}")
            if process.poll() is not None:
                break
            self.struck.append(moment)
            # The supervisor reads the host file when it starts the next attempt.
            self.workspace.set_slots(self.dice.choice(self.worlds_after(number)))
            if self.dice.random() < 0.3:
                self.coordinator.restart()
        return process.wait()

    def worlds_after(self, number: int) -> list[int]:
        """A world of one rank has no rank 1 to plan a fault in."""
        wants_rank_1 = number + 1 < len(self.plan) and self.plan[number + 1][2] == 1
        return [2, 4] if wants_rank_1 else [1, 2, 4]

    def kill_from_outside(self, process: subprocess.Popen, number: int, step: int, rank: int) -> None:
        self.wait(process, lambda: self.workspace.last_step(self.name) >= step, f"step {step}")
        time.sleep(self.dice.random() * 0.1)
        heartbeats = self.workspace.heartbeats(self.name)
        if not heartbeats or process.poll() is not None:
            return
        victim = heartbeats[rank % len(heartbeats)]
        self.marker(number).touch()
        try:
            os.kill(victim["pid"], signal.SIGKILL)
        except ProcessLookupError:
            pass

    def wait(self, process: subprocess.Popen, condition, what: str) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition() and process.poll() is None:
            if time.monotonic() > deadline:
                process.terminate()
                raise SystemExit(
                    f"tests/chaos: not within {PATIENCE:.0f} s: {what}\n"
                    + (self.workspace.folder / "launch.log").read_text()[-3000:])
            time.sleep(0.005)


def compare(workspace: Workspace) -> list[str]:
    faults = []
    expected, found = workspace.losses("undisturbed"), workspace.losses("disturbed")
    for step in sorted(expected.keys() | found.keys()):
        if expected.get(step) != found.get(step):
            faults.append(f"step {step}: expected loss {expected.get(step)}, found {found.get(step)}")
            break
    if workspace.weights("undisturbed") != workspace.weights("disturbed"):
        faults.append("the weights or moments of the last checkpoint differ")
    return faults


def seconds_to_recover(attempts: list[dict]) -> list[float]:
    """From when the ranks were last seen to get on to the first step of the next attempt."""
    from datetime import datetime
    pairs = zip(attempts, attempts[1:])
    return [
        (datetime.fromisoformat(after["first_step"]) - datetime.fromisoformat(before["last_progress"])).total_seconds()
        for before, after in pairs if "cause" in before and "first_step" in after
    ]


def main() -> None:
    chosen = arguments()
    dice = random.Random(chosen.seed)
    workspace = Workspace("chaos", steps=(chosen.kills + 1) * STEPS_BETWEEN_KILLS)
    coordinator = Coordinator(workspace, dice.randrange(20_000, 30_000))
    begin = time.monotonic()
    try:
        workspace.minicpm("train", workspace.run_file("undisturbed", None))
        chaos = Chaos(workspace, coordinator, chosen.kills, dice)
        code = chaos.train()
        faults = compare(workspace) if code == 0 else [
            f"minicpm launch ended with exit code {code}:\n" + (workspace.folder / "launch.log").read_text()[-4000:]]
        attempts = workspace.attempts("disturbed")
        recovered = seconds_to_recover(attempts)
        worlds = sorted({attempt["ranks"] for attempt in attempts})
        moments = ", ".join(f"{chaos.struck.count(moment)} {moment}" for moment in sorted(set(chaos.struck)))
        print(
            f"{len(chaos.struck)} kills of ranks ({moments}) and {coordinator.kills} of the coordinator "
            f"in {workspace.steps} steps, {len(attempts)} attempts on worlds of {worlds} ranks, "
            f"{time.monotonic() - begin:.0f} s")
        if recovered:
            print(f"from the fault to the next step: median {median(recovered):.1f} s, longest {max(recovered):.1f} s")
        if len(chaos.struck) != chosen.kills:
            faults.append(f"expected {chosen.kills} kills, found {len(chaos.struck)}")
        for fault in faults:
            print(f"tests/chaos: {fault}", file=sys.stderr)
        if faults:
            sys.exit(1)
        count = len(workspace.losses("disturbed"))
        print(f"all {count} losses, weights and moments are those of the undisturbed run, to the last bit")
    finally:
        coordinator.end()
        if chosen.keep:
            print(workspace.folder)
        else:
            shutil.rmtree(workspace.folder, ignore_errors=True)


if __name__ == "__main__":
    main()
