"""A real Slurm cluster of two nodes on this host, for as long as a test takes.

Everything lies in a folder of its own and listens on ports of its own, so that a cluster that this host belongs to is
not touched."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable

PROGRAMS = ["slurmctld", "slurmd", "munged", "mungekey", "sbatch", "scontrol", "scancel", "squeue"]
NODES = ["n1", "n2"]
START_PATIENCE = 60.0


def missing() -> list[str]:
    """What this machine lacks, in words; empty where a cluster can be started."""
    lacks = [program for program in PROGRAMS if shutil.which(program) is None]
    if os.geteuid() != 0:
        lacks.append("root, who alone may start jobs of other users")
    try:
        pwd.getpwnam("munge")
    except KeyError:
        lacks.append("the user munge")
    return lacks


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(holds: Callable[[], bool], what: str, patience: float) -> None:
    """Raises TimeoutError where something does not come about in time."""
    end = time.monotonic() + patience
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not within {patience:.0f} seconds")
        time.sleep(0.1)


class Cluster:
    """Two nodes of two processors each, and two partitions: jobs in `high` put those in `low` back into the queue."""

    def __init__(self) -> None:
        # munged wants a folder that only its user, or root, can change.
        self.folder = Path(tempfile.mkdtemp(prefix="minicpm-slurm-"))
        self.folder.chmod(0o755)
        self.daemons: dict[str, subprocess.Popen[bytes]] = {}
        self.environment = dict(os.environ) | {"SLURM_CONF": str(self.folder / "slurm.conf")}
        self.environment.pop("SLURM_JOB_ID", None)
        try:
            self._start()
        except BaseException:
            self.stop()
            raise

    def _start(self) -> None:
        munge = self.folder / "munge"
        munge.mkdir(mode=0o755)
        shutil.chown(munge, "munge", "munge")
        key = munge / "key"
        as_munge = ["setpriv", "--reuid=munge", "--regid=munge", "--clear-groups"]
        subprocess.run([*as_munge, "mungekey", "--create", f"--keyfile={key}"], check=True)
        self._daemon(
            "munged", *as_munge, "munged", "--foreground", f"--key-file={key}", f"--socket={munge}/socket",
            f"--pid-file={munge}/pid", f"--seed-file={munge}/seed", f"--log-file={munge}/log")
        wait_until((munge / "socket").exists, "munged listens", START_PATIENCE)
        (self.folder / "cgroup.conf").write_text("CgroupPlugin=cgroup/v1\n")
        (self.folder / "slurm.conf").write_text(self._configuration())
        (self.folder / "state").mkdir()
        self._daemon("slurmctld", "slurmctld", "-D", "-f", str(self.folder / "slurm.conf"))
        for node in NODES:
            self.start_node(node)
        wait_until(lambda: self._states() == ["idle"] * len(NODES), "both nodes are idle", START_PATIENCE)

    def _configuration(self) -> str:
        host = socket.gethostname().split(".")[0]
        folder = self.folder
        nodes = "".join(
            f"NodeName={node} NodeHostname={host} NodeAddr=127.0.0.1 Port={free_port()} CPUs=2 RealMemory=1000\n"
            for node in NODES)
        return f"""\
ClusterName=minicpm
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
CredType=cred/munge
SlurmctldPort={free_port()}
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
SwitchType=switch/none
MpiDefault=none
SchedulerType=sched/backfill
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
KillWait=5
SlurmdParameters=config_overrides
SlurmdTimeout=10
SlurmctldTimeout=10
{nodes}PartitionName=low Nodes={','.join(NODES)} Default=YES MaxTime=INFINITE State=UP PriorityTier=1 GraceTime=60
PartitionName=high Nodes={','.join(NODES)} MaxTime=INFINITE State=UP PriorityTier=10 PreemptMode=OFF
"""

    def _daemon(self, name: str, *command: str) -> None:
        output = (self.folder / f"{name}.out").open("ab")
        # A group of its own: what it starts can be ended with it.
        self.daemons[name] = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, env=self.environment,
            start_new_session=True)

    def start_node(self, node: str) -> None:
        self._daemon(node, "slurmd", "-D", "-N", node, "-f", str(self.folder / "slurm.conf"))

    def drain(self, node: str) -> None:
        """As an administrator does before a node is serviced: what runs there goes on, and nothing is placed there."""
        self.run("scontrol", "update", f"NodeName={node}", "State=DRAIN", "Reason=serviced")

    def lose_node(self, node: str, job: str) -> None:
        """Kills a node's daemon and all that runs there, as a power failure does.

        What PMIx has left in /tmp goes, too: on hosts of their own the other node would not find it."""
        daemon = self.daemons.pop(node)
        victims = [daemon.pid, *self._descendants(node)]
        for victim in victims:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        daemon.wait()
        for left in Path("/tmp").glob(f"spmix_appdir_{os.getuid()}_{job}.*"):
            shutil.rmtree(left, ignore_errors=True)

    def _descendants(self, node: str) -> list[int]:
        """The steps of a node, which are no children of its daemon, and all below them."""
        parents: dict[int, int] = {}
        steps = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            try:
                stat = (entry / "stat").read_text()
                words = (entry / "cmdline").read_bytes().split(b"\0")
                environment = (entry / "environ").read_bytes()
            except OSError:
                continue
            pid = int(entry.name)
            parents[pid] = int(stat.rsplit(")", 1)[1].split()[1])
            if words[0].startswith(b"slurmstepd") and str(self.folder).encode() in environment:
                steps.append((pid, f"SLURMD_NODENAME={node}".encode() in environment))
            if f"SLURMD_NODENAME={node}\0".encode() in environment and str(self.folder).encode() in environment:
                steps.append((pid, True))
        found = {pid for pid, is_there in steps if is_there}
        # A step's daemon says nothing of its node, but its children do.
        found |= {parents[pid] for pid in list(found) if parents.get(pid) in {step for step, _ in steps}}
        return sorted(found)

    def run(self, *command: str) -> str:
        """Runs a command of Slurm; its error is part of the exception."""
        done = subprocess.run(
            command, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _states(self) -> list[str]:
        done = subprocess.run(
            ["sinfo", "--noheader", "--Node", "--partition=low", "--format=%t"], env=self.environment,
            capture_output=True, text=True, check=False)
        return done.stdout.split()

    def job(self, number: str) -> dict[str, str]:
        """What scontrol knows of a job; of one of an array by `ARRAY_TASK`."""
        words = self.run("scontrol", "show", "job", "--oneliner", number).split()
        return dict(word.split("=", 1) for word in words if "=" in word)

    def stop(self) -> None:
        """Ends the daemons, and what a story that failed has left running."""
        for victim in [victim for node in NODES if node in self.daemons for victim in self._descendants(node)]:
            try:
                os.kill(victim, signal.SIGKILL)
            except ProcessLookupError:
                pass
        for name in reversed(list(self.daemons)):
            daemon = self.daemons.pop(name)
            try:
                os.killpg(daemon.pid, signal.SIGTERM)
                daemon.wait(timeout=10)
            except ProcessLookupError:
                pass
            except subprocess.TimeoutExpired:
                os.killpg(daemon.pid, signal.SIGKILL)
                daemon.wait()

    def logs(self) -> str:
        """The ends of what the daemons have said."""
        texts = []
        for path in sorted([*self.folder.glob("*.log"), *self.folder.glob("*.out")]):
            lines = path.read_text(errors="replace").splitlines()[-20:]
            texts.append(f"--- {path.name}\n" + "\n".join(lines))
        return "\n".join(texts)
