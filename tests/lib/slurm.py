"""Trains under a real Slurm that stops, preempts and loses jobs, and compares every loss with an undisturbed run.

Called by tests/slurm."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from slurm_cluster import Cluster, missing, wait_until
from workspace import REPOSITORY, Workspace

STEPS = 240
PATIENCE = 120.0
SKIPPED = 77
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY")


class Story:
    """Jobs of one cluster over one workspace."""

    def __init__(self, cluster: Cluster, workspace: Workspace) -> None:
        self.cluster, self.workspace = cluster, workspace
        self.environment = {
            "MINICPM_LAUNCH_FOLDER": str(REPOSITORY / "launch"),
            "MINICPM_PROGRAM": str(REPOSITORY / "launch" / "minicpm"),
        }

    def submit(self, name: str, *options: str, verb: str = "train") -> str:
        """Submits a run as a user would. Returns the number of its job."""
        words = ["train", self.workspace.run_file(name, None), f"runs/{name}"] if verb == "train" else [
            verb, f"runs/{name}"]
        exported = ",".join(["ALL", *(f"{key}={value}" for key, value in self.environment.items())])
        return self.cluster.run(
            "sbatch", "--parsable", f"--chdir={self.workspace.folder}", "--cpus-per-task=1", f"--export={exported}",
            f"--output={self.log(name)}", *options, str(REPOSITORY / "launch" / "slurm.sbatch"), *words).strip()

    def log(self, name: str) -> Path:
        return self.workspace.folder / f"{name}.log"

    def wait_for_step(self, name: str, step: int) -> None:
        self.wait(lambda: self.workspace.last_step(name) >= step, f"{name} is at step {step}", name)

    def wait_for_state(self, number: str, name: str, *states: str) -> str:
        """Waits for one of some states, without the two minutes that Slurm lets a job wait that is started again.

        Two seconds are left of them: a node counts whole seconds, and refuses a start of the second in which it ended
        the job before ("Job credential revoked")."""
        hurried = set()

        def is_there() -> bool:
            job = self.cluster.job(number)
            if job["JobState"] == "PENDING" and job["Reason"] == "BeginTime" and job["Restarts"] not in hurried:
                hurried.add(job["Restarts"])
                self.cluster.run("scontrol", "update", f"JobId={number}", "StartTime=now+2")
            return job["JobState"] in states
        self.wait(is_there, f"{name} is one of {', '.join(states)}", name)
        return self.cluster.job(number)["JobState"]

    def wait(self, holds, what: str, name: str) -> None:
        try:
            wait_until(holds, what, PATIENCE)
        except TimeoutError as error:
            log = self.log(name).read_text() if self.log(name).exists() else ""
            # The sentence comes last: of a long output often only the end is kept.
            raise SystemExit(f"{log}\n{self.cluster.logs()}\ntests/slurm: {error}") from error

    def expect_same(self, name: str, restarts: int, number: str) -> None:
        """The run came to its end after so many restarts, with the losses of the undisturbed one."""
        state = self.wait_for_state(number, name, *ENDED)
        found = int(self.cluster.job(number)["Restarts"])
        losses, expected = self.workspace.losses(name), self.workspace.losses("undisturbed")
        different = [step for step in expected if losses.get(step) != expected[step]]
        if state != "COMPLETED" or found != restarts or different or len(losses) != STEPS:
            raise SystemExit(
                f"{self.log(name).read_text()}\n{self.cluster.logs()}\n"
                f"tests/slurm: {name}: expected COMPLETED after {restarts} restarts with the losses of `undisturbed`, "
                f"found {state} after {found} with {len(different)} other losses of {len(losses)}")
        print(f"{name}: {state.lower()} after {found} restarts, {len(losses)} losses the same", flush=True)


def undisturbed(story: Story) -> None:
    number = story.submit("undisturbed", "--ntasks=2")
    state = story.wait_for_state(number, "undisturbed", *ENDED)
    if state != "COMPLETED" or len(story.workspace.losses("undisturbed")) != STEPS:
        raise SystemExit(f"{story.log('undisturbed').read_text()}\ntests/slurm: undisturbed: {state}")
    print(f"undisturbed: {state.lower()}, {STEPS} losses", flush=True)


def out_of_time(story: Story) -> None:
    """What Slurm does before a job's time is over: SIGTERM to the script. It saves, and goes back into the queue."""
    number = story.submit("out-of-time", "--ntasks=2")
    story.wait_for_step("out-of-time", STEPS // 4)
    story.cluster.run("scancel", "--batch", "--signal=TERM", number)
    story.expect_same("out-of-time", 1, number)


def requeued(story: Story) -> None:
    """An administrator puts the job back into the queue, without a warning."""
    number = story.submit("requeued", "--ntasks=2")
    story.wait_for_step("requeued", STEPS // 4)
    story.cluster.run("scontrol", "requeue", number)
    story.expect_same("requeued", 1, number)


def preempted(story: Story) -> None:
    """A job of higher priority needs all processors.

    The run keeps to one node: nodes that share a host share the folder in which PMIx would meet."""
    number = story.submit("preempted", "--ntasks=2", "--nodes=1")
    story.wait_for_step("preempted", STEPS // 4)
    urgent = story.cluster.run(
        "sbatch", "--parsable", "--partition=high", "--ntasks=4", "--output=/dev/null", "--wrap=sleep 1").strip()
    story.wait_for_state(urgent, "preempted", "COMPLETED")
    story.expect_same("preempted", 1, number)


def node_lost(story: Story) -> None:
    """A node loses its power, and the job goes on at the other one."""
    number = story.submit("node-lost", "--ntasks=2", "--nodes=1")
    story.wait_for_step("node-lost", STEPS // 4)
    node = story.cluster.job(number)["NodeList"]
    story.cluster.lose_node(node, number)
    story.expect_same("node-lost", 1, number)
    if story.cluster.job(number)["NodeList"] == node:
        raise SystemExit(f"tests/slurm: node-lost: expected another node than {node}")
    story.cluster.start_node(node)


def cancelled(story: Story) -> None:
    """A cancelled job is not started again; a new one goes on with its run."""
    number = story.submit("cancelled", "--ntasks=2")
    story.wait_for_step("cancelled", STEPS // 4)
    story.cluster.run("scancel", number)
    state = story.wait_for_state(number, "cancelled", *ENDED)
    time.sleep(1)
    if state != "CANCELLED" or story.cluster.job(number)["Restarts"] != "0":
        raise SystemExit(f"{story.log('cancelled').read_text()}\ntests/slurm: cancelled: {state}")
    story.expect_same("cancelled", 0, story.submit("cancelled", "--ntasks=1", verb="resume"))


STORIES = [undisturbed, out_of_time, requeued, preempted, node_lost, cancelled]


def main() -> int:
    if lacks := missing():
        print(f"tests/slurm: not run: this machine has no {', '.join(lacks)}")
        return SKIPPED
    subprocess.run([str(REPOSITORY / "launch" / "minicpm"), "--version"], check=True, stdout=subprocess.DEVNULL)
    # The cluster must not outlive this program.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    begin = time.monotonic()
    workspace = Workspace("slurm", STEPS)
    cluster = Cluster()
    try:
        story = Story(cluster, workspace)
        for tell in STORIES:
            tell(story)
    finally:
        cluster.stop()
        shutil.rmtree(cluster.folder, ignore_errors=True)
    shutil.rmtree(workspace.folder, ignore_errors=True)
    print(f"{len(STORIES)} stories under a real Slurm in {time.monotonic() - begin:.0f} seconds")
    return 0


if __name__ == "__main__":
    sys.exit(main())
