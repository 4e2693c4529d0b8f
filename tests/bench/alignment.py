"""Alternates pre-training with SFT of weights and of adapters, and DPO whose answers share a prompt with DPO whose
answers do not. Called by tests/bench/alignment."""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from statistics import median

import bench_data
import our_side
import settings
from settings import Preset

LEAST_TOKENS = 0.9
LEAST_PAIRS = 1.3
LEAST_LORA = 1.0
WARMUP_STEPS = 2
SAMPLES = 1000
WORK = settings.WORK / "alignment"


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="tests/bench/alignment",
        description="Measures SFT's tokens a second beside pre-training's at the same length, with and without "
        "adapters, and DPO's pairs a second "
        "with one prompt for both answers beside a prompt for each.")
    parser.add_argument("--preset", default="nano", choices=sorted(settings.PRESETS))
    parser.add_argument("--steps", type=int, default=30, help="of a run (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each kind (default: %(default)s)")
    parser.add_argument(
        "--words", default="12:12 40:12", metavar="PROMPT:ANSWER",
        help="lengths of prompts and answers in words, on average (default: %(default)s)")
    chosen = parser.parse_args()
    if chosen.rounds < 1 or chosen.steps <= WARMUP_STEPS:
        parser.error(f"expected at least one round and more than {WARMUP_STEPS} steps")
    lengths = [tuple(map(int, pair.split(":"))) for pair in chosen.words.split()]
    preset = settings.PRESETS[chosen.preset]
    shutil.rmtree(WORK, ignore_errors=True)
    WORK.mkdir(parents=True)
    make_base(preset, chosen.steps)
    write_chat()
    for pair in lengths:
        write_pairs(*pair)
    tokens, pairs = [], {pair: [] for pair in lengths}
    for number in range(chosen.rounds):
        # Each goes first in turn: a machine that grows warm favours neither.
        tokens.append(turn(number, {
            "base": lambda: token_rate(again("base")),
            "sft": lambda: token_rate(aligned(chosen.steps, preset, "sft", "chat.jsonl")),
            "lora": lambda: token_rate(aligned(chosen.steps, preset, "sft", "chat.jsonl", "--lora", "16"))}))
        print(f"round {number + 1}: {shown(tokens[-1])} tokens/s", flush=True)
        for pair in lengths:
            name = file_of(*pair)
            pairs[pair].append(turn(number, {
                "separate": lambda: pair_rate(aligned(chosen.steps, preset, "dpo", name, "--separate-prompts")),
                "shared": lambda: pair_rate(aligned(chosen.steps, preset, "dpo", name))}))
            print(f"round {number + 1}: {words(*pair)}: {shown(pairs[pair][-1])} pairs/s", flush=True)
    verdict("SFT's tokens/s by pre-training's", [one["sft"] / one["base"] for one in tokens], LEAST_TOKENS)
    verdict("with adapters by SFT's", [one["lora"] / one["sft"] for one in tokens], LEAST_LORA)
    for pair in lengths:
        verdict(
            f"pairs/s with one prompt by those with two, {words(*pair)}",
            [one["shared"] / one["separate"] for one in pairs[pair]], LEAST_PAIRS)


def turn(number: int, sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    return {name: side() for name, side in (sides.items() if number % 2 == 0 else reversed(sides.items()))}


def words(prompt: int, answer: int) -> str:
    return f"prompts of about {prompt} words and answers of {answer}"


def shown(rates: dict[str, float]) -> str:
    return ", ".join(f"{name} {rate:,.0f}" for name, rate in rates.items())


def verdict(what: str, ratios: list[float], least: float) -> None:
    found = median(ratios)
    print(
        f"{what}: {found:.2f} ({min(ratios):.2f} to {max(ratios):.2f}), "
        f"{'at least' if found >= least else 'BELOW'} {least}")


def minicpm(*arguments: str, ranks: int | None = None) -> None:
    launch = settings.REPOSITORY / "launch"
    command = [str(launch / "minicpm")] if ranks is None else [str(launch / "mpirun"), "-n", str(ranks), "minicpm"]
    log = WORK / "output.log"
    with log.open("w") as output:
        code = subprocess.run(
            [*command, *arguments], cwd=settings.REPOSITORY, env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT).returncode
    if code != 0:
        raise SystemExit(
            f"tests/bench/alignment: minicpm {arguments[0]} ended with exit code {code}:\n{log.read_text()[-3000:]}")


def make_base(preset: Preset, steps: int) -> None:
    recipe = WORK / "base.yaml"
    data = bench_data.find_or_make(preset.sequence_length)
    recipe.write_text(our_side.run_file(preset, steps, data, "never", "null", "fused"))
    again("base")


def again(name: str) -> Path:
    """Trains the base from its beginning; the runs that are aligned begin with the first one."""
    folder = WORK / "runs" / (name if not (WORK / "runs" / name).exists() else "again")
    shutil.rmtree(folder, ignore_errors=True)
    minicpm(
        "train", str(WORK / "base.yaml"), "--runs", str(WORK / "runs"), "--name", folder.name, ranks=settings.RANKS)
    return folder


def aligned(steps: int, preset: Preset, method: str, samples: str, *options: str) -> Path:
    folder = WORK / "runs" / method
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(WORK / "runs" / "base" / "pins", ignore_errors=True)
    minicpm(
        method, str(WORK / "runs" / "base"), "--data", str(WORK / samples), "--name", method, "--held-out", "0",
        "--set", f"schedule.token_batch={preset.tokens_per_step}", "--set", f"schedule.decay={steps} steps",
        "--set", "checkpoint.every=never", "--set", "alignment.report_prompts=0", *options)
    minicpm("resume", str(folder), ranks=settings.RANKS)
    return folder


def steps_of(folder: Path) -> list[dict]:
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    return [line for line in lines if "seconds" in line and "loss" in line][WARMUP_STEPS:]


def token_rate(folder: Path) -> float:
    return median(step["token_batch"] / step["seconds"] for step in steps_of(folder))


def pair_rate(folder: Path) -> float:
    """All pairs over all time: a step of as many tokens has more or fewer of them."""
    steps = steps_of(folder)
    return sum(source["tokens"] for step in steps for source in step["sources"].values()) / sum(
        step["seconds"] for step in steps)


def file_of(prompt: int, answer: int) -> str:
    return f"pairs-{prompt}-{answer}.jsonl"


def text(chance: random.Random, mean: int) -> str:
    """Random words of the corpus; half to one and a half times as many as told."""
    letters = "etaoinshrdlucmfw"
    count = chance.randint(max(1, mean // 2), mean + mean // 2)
    return " ".join("".join(chance.choices(letters, k=chance.randint(2, 9))) for _ in range(count))


def write_chat() -> None:
    chance = random.Random(1)
    write("chat.jsonl", lambda: {
        "messages": [
            {"role": "user", "content": text(chance, 10)}, {"role": "assistant", "content": text(chance, 20)}]})


def write_pairs(prompt: int, answer: int) -> None:
    chance = random.Random(2)
    write(file_of(prompt, answer), lambda: {
        "prompt": text(chance, prompt), "chosen": text(chance, answer), "rejected": text(chance, answer)})


def write(name: str, sample: Callable[[], dict]) -> None:
    with (WORK / name).open("w") as file:
        for _ in range(SAMPLES):
            file.write(json.dumps(sample()) + "\n")


if __name__ == "__main__":
    main()
