"""Trains under a real Slurm that stops, preempts and loses jobs, and compares every loss with an undisturbed run.

Called by tests/slurm."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from slurm_branches import launched, swept
from slurm_cluster import Cluster, missing
from slurm_story import ENDED, Story
from workspace import REPOSITORY, Workspace

STEPS = 240
SKIPPED = 77


def undisturbed(story: Story) -> None:
    number = story.submit("undisturbed", "--ntasks=2")
    state = story.wait_for_state(number, "undisturbed", *ENDED)
    if state != "COMPLETED" or len(story.workspace.losses("undisturbed")) != STEPS:
        story.fail("undisturbed", f"expected COMPLETED, found {state}")
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
        story.fail("node-lost", f"expected another node than {node}")
    story.cluster.start_node(node)


def cancelled(story: Story) -> None:
    """A cancelled job is not started again; a new one goes on with its run."""
    number = story.submit("cancelled", "--ntasks=2")
    story.wait_for_step("cancelled", STEPS // 4)
    story.cluster.run("scancel", number)
    state = story.wait_for_state(number, "cancelled", *ENDED)
    time.sleep(1)
    if state != "CANCELLED" or story.cluster.job(number)["Restarts"] != "0":
        story.fail("cancelled", f"expected CANCELLED without a restart, found {state}")
    story.expect_same("cancelled", 0, story.submit("cancelled", "--ntasks=1", verb="resume"))


def drained(story: Story) -> None:
    """A node is to be serviced: its job trains on, no other is placed there, and a signal moves it to the other node.

    Slurm itself lets a job end on a node that is drained, which may take days."""
    number = story.submit("drained", "--ntasks=2", "--nodes=1")
    story.wait_for_step("drained", STEPS // 4)
    node = story.cluster.job(number)["NodeList"]
    story.cluster.drain(node)
    probe = story.cluster.run(
        "sbatch", "--parsable", "--ntasks=1", "--output=/dev/null", "--wrap=true").strip()
    story.wait_for_state(probe, "drained", "COMPLETED")
    if (placed := story.cluster.job(probe)["NodeList"]) == node:
        story.fail("drained", f"expected a job that comes later at another node than {node}")
    if (state := story.cluster.job(number)["JobState"]) != "RUNNING":
        story.fail("drained", f"expected the job to train on at {node}, found {state}")
    story.wait_for_step("drained", story.workspace.last_step("drained") + 5)
    story.cluster.run("scancel", "--batch", "--signal=TERM", number)
    story.expect_same("drained", 1, number)
    if (moved := story.cluster.job(number)["NodeList"]) != placed:
        story.fail("drained", f"expected it at {placed} in the end, found {moved}")
    story.cluster.run("scontrol", "update", f"NodeName={node}", "State=RESUME")


def warned(story: Story) -> None:
    """The time limit itself: Slurm sends the signal of --signal by its own clock, and the job comes back.

    Slurm looks at limits twice a minute. A limit of a minute with a warning of 25 seconds: the signal comes 5 to 35
    seconds after the start. So the run has no end of its own, and is cancelled when it has trained a second time."""
    path = Path(story.workspace.run_file("warned", None))
    path.write_text(path.read_text().replace(f"stable: {STEPS - 4} steps", "stable: until told"))
    number = story.queue(
        "warned", "--ntasks=1", "--time=1", "--signal=B:TERM@25", words=["train", str(path), "runs/warned"])
    story.wait_for_restart(number, "warned")
    story.wait_for_step("warned", story.workspace.last_step("warned") + 5)
    story.cluster.run("scancel", number)
    story.wait_for_state(number, "warned", *ENDED)
    losses, expected = story.workspace.losses("warned"), story.workspace.losses("undisturbed")
    both = losses.keys() & expected.keys()
    if different := [step for step in both if losses[step] != expected[step]]:
        story.fail("warned", f"expected the losses of `undisturbed`, found others at steps {different}")
    print(f"warned: came back by itself, {len(both)} losses the same", flush=True)


STORIES = [
    undisturbed, out_of_time, requeued, preempted, node_lost, cancelled, drained, warned, swept, launched,
]


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
