"""Runs as jobs of a real Slurm, submitted and watched as a user would."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, NoReturn

from slurm_cluster import Cluster, wait_until
from workspace import REPOSITORY, Workspace

# A busy machine trains slowly; a story that fails may take longer.
PATIENCE = 300.0
ENDED = ("COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "OUT_OF_MEMORY")


class Story:
    """Jobs of one cluster over one workspace."""

    def __init__(self, cluster: Cluster, workspace: Workspace) -> None:
        self.cluster, self.workspace = cluster, workspace
        self.hurried: set[tuple[str, str]] = set()
        self.environment = {
            "MINICPM_LAUNCH_FOLDER": str(REPOSITORY / "launch"),
            "MINICPM_PROGRAM": str(REPOSITORY / "launch" / "minicpm"),
        }

    def submit(self, name: str, *options: str, verb: str = "train") -> str:
        """Submits a run. Returns the number of its job."""
        words = ["train", self.workspace.run_file(name, None), f"runs/{name}"] if verb == "train" else [
            verb, f"runs/{name}"]
        return self.queue(name, *options, words=words)

    def queue(self, name: str, *options: str, words: list[str]) -> str:
        """Submits what follows the batch script."""
        exported = ",".join(["ALL", *(f"{key}={value}" for key, value in self.environment.items())])
        return self.cluster.run(
            "sbatch", "--parsable", f"--chdir={self.workspace.folder}", "--cpus-per-task=1", f"--export={exported}",
            f"--output={self.log(name)}", *options, str(REPOSITORY / "launch" / "slurm.sbatch"), *words).strip()

    def log(self, name: str) -> Path:
        return self.workspace.folder / f"{name}.log"

    def wait_for_step(self, name: str, step: int) -> None:
        self.wait(lambda: self.workspace.last_step(name) >= step, f"{name} is at step {step}", name)

    def job(self, number: str) -> dict[str, str]:
        """What Slurm knows of a job, without the two minutes that it lets a job wait that is started again.

        Two seconds are left of them: a node counts whole seconds, and refuses a start of the second in which it ended
        the job before ("Job credential revoked")."""
        job = self.cluster.job(number)
        if job["JobState"] == "PENDING" and job["Reason"] == "BeginTime":
            start = (number, job["Restarts"])
            if start not in self.hurried:
                self.hurried.add(start)
                self.cluster.run("scontrol", "update", f"JobId={number}", "StartTime=now+2")
        return job

    def wait_for_state(self, number: str, name: str, *states: str) -> str:
        """Waits for one of some states."""
        self.wait(lambda: self.job(number)["JobState"] in states, f"{name} is one of {', '.join(states)}", name)
        return self.cluster.job(number)["JobState"]

    def wait_for_restart(self, number: str, name: str) -> None:
        """Waits until the job runs for the second time."""
        def runs_again() -> bool:
            job = self.job(number)
            return job["Restarts"] == "1" and job["JobState"] == "RUNNING"
        self.wait(runs_again, f"{name} runs again", name)

    def wait(self, holds: Callable[[], bool], what: str, name: str) -> None:
        try:
            wait_until(holds, what, PATIENCE)
        except TimeoutError as error:
            self.fail(name, str(error), error)

    def fail(self, name: str, sentence: str, cause: Exception | None = None) -> NoReturn:
        """Ends the test. The sentence comes last: of a long output often only the end is kept."""
        log = self.log(name).read_text() if self.log(name).exists() else ""
        raise SystemExit(f"{log}\n{self.cluster.logs()}\ntests/slurm: {name}: {sentence}") from cause

    def expect_same(self, name: str, restarts: int, number: str, like: str = "undisturbed") -> None:
        """The run came to its end after so many restarts, with the losses of another one that nothing disturbed."""
        state = self.wait_for_state(number, name, *ENDED)
        found = int(self.cluster.job(number)["Restarts"])
        losses, expected = self.workspace.losses(name), self.workspace.losses(like)
        different = [step for step in expected if losses.get(step) != expected[step]]
        if state != "COMPLETED" or found != restarts or different or len(losses) != len(expected):
            self.fail(
                name,
                f"expected COMPLETED after {restarts} restarts with the {len(expected)} losses of `{like}`, found "
                f"{state} after {found} with {len(different)} other losses of {len(losses)}")
        print(f"{name}: {state.lower()} after {found} restarts, {len(losses)} losses the same", flush=True)
