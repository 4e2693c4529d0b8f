"""Decay branches as jobs of a real Slurm: an array of them, and one that `minicpm branch` queues by itself."""

from __future__ import annotations

import re
import subprocess

from slurm_story import Story
from workspace import MINICPM

TRUNK = "undisturbed"
# Three lengths of the decay, from one checkpoint.
DECAYS = [60, 80, 160]


def make_branch(story: Story, name: str, decay: int, *options: str) -> str:
    """Makes a branch of the trunk, as a user of the cluster would. Returns what was said."""
    done = subprocess.run(
        [MINICPM, "branch", f"runs/{TRUNK}", "--at", "latest", "--decay", f"{decay} steps", "--name", name, *options],
        cwd=story.workspace.folder, env=story.cluster.environment | story.environment, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        story.fail(name, f"minicpm branch ended with {done.returncode}: {done.stderr}")
    return done.stdout


def swept(story: Story) -> None:
    """A job array: a decay branch for each task, as a study of decay lengths would queue them.

    One task is told that its time is over. The array's own number is the number of one of its tasks too: whoever puts
    that one back into the queue by it puts all of them back."""
    names = [f"array-{task}" for task in range(1, len(DECAYS) + 1)]
    for name, decay in zip(names, DECAYS):
        make_branch(story, name, decay)
        make_branch(story, f"by-hand-{decay}", decay)
        story.workspace.minicpm("resume", f"runs/by-hand-{decay}")
    (story.workspace.folder / "branches").write_text("".join(f"resume runs/{name}\n" for name in names))
    array = story.queue(
        "array", f"--array=1-{len(names)}", "--ntasks=1", f"--output={story.workspace.folder}/array-%a.log",
        words=["each", "branches"])
    tasks = {f"{array}_{task}": name for task, name in enumerate(names, start=1)}
    for name in names:
        story.wait_for_step(name, story.workspace.last_step(TRUNK) + 10)
    told = next(task for task in tasks if story.cluster.job(task)["JobId"] == array)
    story.cluster.run("scancel", "--batch", "--signal=TERM", told)
    for (task, name), decay in zip(tasks.items(), DECAYS):
        story.expect_same(name, int(task == told), task, f"by-hand-{decay}")


def launched(story: Story) -> None:
    """`minicpm branch --launch=slurm` queues the branch that it makes, which trains to its end."""
    told = make_branch(story, "launched", DECAYS[0], "--launch=slurm")
    number = re.search(r"queued as Slurm's job (\d+)", told)
    if number is None:
        story.fail("launched", f"expected the number of a job, found: {told}")
    story.log("launched").symlink_to(f"launched-{number.group(1)}.log")
    story.expect_same("launched", 0, number.group(1), f"by-hand-{DECAYS[0]}")
