"""A folder with tokens of the repository's own prose and small runs over them, for tests of the whole program."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
MINICPM = str(REPOSITORY / "launch" / "minicpm")
LANES = 4
SAVE_EVERY = 5


class Workspace:
    """The folder; runs are below it."""

    def __init__(self, name: str, steps: int) -> None:
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix=f"minicpm-{name}-"))
        self.steps = steps
        self.hosts = self.folder / "hosts"
        self.set_slots(LANES)
        corpus = self.folder / "corpus"
        corpus.mkdir()
        with (corpus / "text.jsonl").open("w") as lines:
            for path in sorted([*(REPOSITORY / "docs").rglob("*.md"), REPOSITORY / "src/ARCHITECTURE.md"]):
                for paragraph in path.read_text().split("\n\n"):
                    lines.write(json.dumps({"text": paragraph}) + "\n")
        self.minicpm("tokenizer", "train", "--out", "tokenizer.model", "--pieces", "512", "corpus")
        self.minicpm(
            "data", "build", "--tokenizer", "tokenizer.model", "--sequence-length", "64", "--held-out", "0.2",
            "--out", "tokens", "corpus")

    def minicpm(self, *words: str) -> None:
        done = subprocess.run(
            [MINICPM, *words], cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(
                f"tests/{self.name}: minicpm {' '.join(words)} ended with {done.returncode}:\n{done.stderr[-3000:]}")

    def set_slots(self, slots: int) -> None:
        self.hosts.write_text(f"localhost slots={slots}\n")

    def run_file(self, name: str, join: str | None) -> str:
        path = self.folder / f"{name}.yaml"
        coordinator = f"{{ join: {join} }}" if join else "{ address: null }"
        path.write_text(f"""\
name: {name}
seed: 7
model: {{ hidden_size: 64, intermediate_size: 160, num_hidden_layers: 2, num_attention_heads: 4, \
num_key_value_heads: 2, head_dim: 16, vocab_size: 512, dim_model_base: 64 }}
data: {{ train: tokens, sequence_length: 64, evaluate_every: 20 steps, evaluate_sequences: 6 }}
schedule: {{ learning_rate: 0.01, warmup: 4 steps, stable: {self.steps - 4} steps, decay: 0 steps, \
token_batch: 384 tokens }}
parallel: {{ lanes: {LANES}, micro_batch: 1 }}
checkpoint: {{ every: {SAVE_EVERY} steps, keep: {{ last: 3 }} }}
coordinator: {coordinator}
recovery: {{ hang_after: 10s, retries: 20, retry_after: 1s }}
""")
        return str(path)

    def losses(self, name: str) -> dict[int, str]:
        """Digits of each step's loss as the file has them; after a failure the last line of a step counts."""
        column = {}
        # A last line without its end is one that is being written.
        for line in (self.folder / "runs" / name / "metrics.jsonl").read_text().split("\n")[:-1]:
            entry = json.loads(line, parse_float=str)
            if "loss" in entry:
                column[entry["step"]] = entry["loss"]
        return column

    def last_step(self, name: str) -> int:
        """The newest step that is in the metrics; the last line may be half written."""
        path = self.folder / "runs" / name / "metrics.jsonl"
        if not path.exists():
            return 0
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 8192))
            lines = file.read().split(b"\n")[:-1]
        return max((json.loads(line)["step"] for line in lines[1:]), default=0)

    def weights(self, name: str) -> dict[str, str]:
        newest = max((self.folder / "runs" / name / "checkpoints").glob("step-*[0-9]"))
        return {
            f"{newest.name}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(newest.glob("*.safetensors"))
        }

    def attempts(self, name: str) -> list[dict]:
        path = self.folder / "runs" / name / "attempts.jsonl"
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def heartbeats(self, name: str) -> list[dict]:
        found = []
        for path in sorted((self.folder / "runs" / name / ".heartbeats").glob("rank-*")):
            try:
                found.append(json.loads(path.read_text()))
            except (OSError, ValueError):
                pass
        return found
