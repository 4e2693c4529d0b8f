"""From seconds of steps to what is printed."""

from __future__ import annotations

from statistics import median

from settings import Preset

# A loader that reads ahead leaves nothing to wait for; what is more than this is a fault and no noise.
MOST_DATA_WAIT = 0.01


def tokens_per_second(preset: Preset, seconds: list[float], warmup_steps: int) -> float:
    return preset.tokens_per_step / median(seconds[warmup_steps:])


def data_wait(rounds: list[dict], warmup_steps: int) -> float:
    """The share of our steps that was spent waiting for data, all rounds together."""
    waited = sum(sum(pair["ours"]["data_seconds"][warmup_steps:]) for pair in rounds)
    return waited / sum(sum(pair["ours"]["seconds"][warmup_steps:]) for pair in rounds)


def exposed_share(rounds: list[dict], warmup_steps: int) -> float:
    """The share of our steps in which a rank stands in a collective: median over ranks and rounds."""
    shares = []
    for pair in rounds:
        whole = sum(pair["ours"]["seconds"][warmup_steps:])
        shares += [sum(rank[warmup_steps:]) / whole for rank in pair["ours"]["collective_seconds"]]
    return median(shares)


def summarize(preset: Preset, rounds: list[dict], peak_rate: float, warmup_steps: int) -> dict:
    """`rounds`: one {"ours", "peer"} pair of reports a round. Rates are medians over rounds, memory the worst
    rank's."""
    ours = [tokens_per_second(preset, pair["ours"]["seconds"], warmup_steps) for pair in rounds]
    peer = [tokens_per_second(preset, pair["peer"]["seconds"], warmup_steps) for pair in rounds]
    # Runs of one round were neighbours in time, so that a machine that slows down slows both.
    ratios = [a / b for a, b in zip(ours, peer)]
    return {
        "preset": preset.name,
        "parameters": preset.parameters,
        "flops_per_token": preset.flops_per_token,
        "ratio": median(ratios),
        "ratio_range": [min(ratios), max(ratios)],
        "data_wait": data_wait(rounds, warmup_steps),
        "exposed_communication": exposed_share(rounds, warmup_steps),
        "ours": side(preset, "ours", ours, rounds, peak_rate),
        "peer": side(preset, "peer", peer, rounds, peak_rate),
    }


def side(preset: Preset, name: str, rates: list[float], rounds: list[dict], peak_rate: float) -> dict:
    return {
        "tokens_per_second": median(rates),
        "tokens_per_second_rounds": rates,
        "share_of_matmul_rate": median(rates) * preset.flops_per_token / peak_rate,
        "peak_bytes": max(peak for pair in rounds for peak in pair[name]["peak_bytes"]),
        "first_and_last_loss": [rounds[0][name]["losses"][0], rounds[0][name]["losses"][-1]],
    }


def heading() -> str:
    return (
        f"{'preset':<20} {'':<10} {'tokens/s':>9} {'ratio (range)':>19} {'of peak':>8} {'peak memory':>12} "
        f"{'loss first .. last':>20}")


def rows(summary: dict, peer: str) -> str:
    low, high = summary["ratio_range"]
    ratio = f"{summary['ratio']:.2f} ({low:.2f}-{high:.2f})"
    return "\n".join((
        row(summary["preset"], "ours", ratio, summary["ours"]),
        row("", peer, "", summary["peer"]),
    ))


def waits(summaries: list[dict]) -> str:
    """What our ranks waited for data, and whether that is the little that it should be."""
    shares = ", ".join(f"{summary['preset']} {summary['data_wait']:.3%}" for summary in summaries)
    is_little = all(summary["data_wait"] < MOST_DATA_WAIT for summary in summaries)
    verdict = f"below {MOST_DATA_WAIT:.0%}, as it should be" if is_little else f"SHOULD BE BELOW {MOST_DATA_WAIT:.0%}"
    return f"waiting for data, share of our steps: {shares} ({verdict})"


def exposed(summaries: list[dict]) -> str:
    """What our ranks stand in collectives, waiting for each other included: nothing is computed meanwhile."""
    shares = ", ".join(f"{summary['preset']} {summary['exposed_communication']:.2%}" for summary in summaries)
    return f"exposed communication, share of our steps: {shares}"


def row(preset: str, name: str, ratio: str, figures: dict) -> str:
    first, last = figures["first_and_last_loss"]
    losses = f"{first:.2f} .. {last:.2f}"
    return (
        f"{preset:<20} {name:<10} {figures['tokens_per_second']:>9,.0f} {ratio:>19} "
        f"{figures['share_of_matmul_rate']:>8.1%} {figures['peak_bytes'] / 2**20:>8,.0f} MiB {losses:>20}")
