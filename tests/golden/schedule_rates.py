"""Learning rates from the formulas, with 50 decimal digits, rounded to float64 once.

A rate is that at the end of its step, t tokens after the beginning. W is the warm-up, T the end of the stable phase and
E the end of the run: the sum of the phases, rounded up to whole steps.

    warm-up        peak t / W
    exponential    peak f^((t - T) / (E - T))           with a half-life h:  peak 2^(-(t - T) / h)
    linear         peak (1 - (1 - f) p)                 p = (t - T) / (E - T)
    1-sqrt         peak (f + (1 - f) (1 - sqrt p))
    cosine         peak (f + (1 - f) (1 + cos(pi p)) / 2)
    plain cosine   the same with p = (t - W) / (E - W)
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Callable

DIGITS = 50
PI = Decimal("3.1415926535897932384626433832795028841971693993751058209749445923")


@dataclass(frozen=True)
class Schedule:
    """All lengths in tokens. `shape`: wsd or cosine; `decay_shape` belongs to wsd."""

    name: str
    shape: str
    decay_shape: str
    learning_rate: float
    warmup: int
    stable: int
    decay: int
    token_batch: int
    final_ratio: float = 0.1
    half_life: int | None = None


def rates(schedule: Schedule) -> list[float]:
    """The rate of every step of the run."""
    steps = -(-(schedule.warmup + schedule.stable + schedule.decay) // schedule.token_batch)
    with localcontext() as context:
        context.prec = DIGITS
        end = steps * schedule.token_batch
        return [float(_rate(schedule, step * schedule.token_batch, end)) for step in range(1, steps + 1)]


def _rate(schedule: Schedule, tokens: int, end: int) -> Decimal:
    peak, final = Decimal(schedule.learning_rate), Decimal(schedule.final_ratio)
    stable_end = schedule.warmup + schedule.stable
    if tokens <= schedule.warmup:
        return peak * tokens / schedule.warmup
    if schedule.shape == "cosine":
        return peak * _cosine_decay(Decimal(tokens - schedule.warmup) / (end - schedule.warmup), final)
    if tokens <= stable_end or schedule.decay == 0:
        return peak
    if schedule.half_life is not None:
        return peak * Decimal(2) ** (Decimal(stable_end - tokens) / schedule.half_life)
    return peak * DECAYS[schedule.decay_shape](Decimal(tokens - stable_end) / (end - stable_end), final)


def _cosine_decay(p: Decimal, final: Decimal) -> Decimal:
    return final + (1 - final) * (1 + _cosine(PI * p)) / 2


DECAYS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "exponential": lambda p, final: final**p,
    "linear": lambda p, final: 1 - (1 - final) * p,
    "1-sqrt": lambda p, final: final + (1 - final) * (1 - p.sqrt()),
    "cosine": _cosine_decay,
}


def _cosine(angle: Decimal) -> Decimal:
    """The power series; angles are 0 to pi, so that no term is large."""
    total = term = Decimal(1)
    index = 0
    while abs(term) > Decimal(10) ** -DIGITS:
        index += 2
        term *= -angle * angle / (index * (index - 1))
        total += term
    return total
