"""From numbers to places: round ticks, and how high a number stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, localcontext

from survey_app.export import swedish

MOST_TICKS = 7
_EXACT = Context(prec=60)


@dataclass(frozen=True, slots=True)
class Scale:
    """Ticks from the lowest to the highest, and where in the drawing these two stand."""

    ticks: tuple[Decimal, ...]
    bottom: float
    top: float

    def place(self, number: Decimal) -> float:
        """How high a number stands."""
        low, high = self.ticks[0], self.ticks[-1]
        with localcontext(_EXACT):
            share = float((number - low) / (high - low))
        return self.bottom + share * (self.top - self.bottom)

    @property
    def zero(self) -> float:
        """Where bars begin: at zero, or at the edge where zero is not on the scale."""
        low, high = self.ticks[0], self.ticks[-1]
        return self.place(min(max(Decimal(0), low), high))


def ticks(
    numbers: Sequence[Decimal], *, from_zero: bool, whole: bool = False
) -> tuple[Decimal, ...]:
    """Round numbers around all of these, at steps of 1, 2 or 5 times a power of ten.

    ``from_zero`` takes zero in; ``whole`` steps by whole numbers. Without numbers from 0 to 1.
    """
    with localcontext(_EXACT):
        low, high = min(numbers, default=Decimal(0)), max(numbers, default=Decimal(1))
        if from_zero or not numbers:
            low, high = min(low, Decimal(0)), max(high, Decimal(0))
        if low == high:
            low, high = (low - 1, high + 1) if low else (low, high + 1)
        step = _step(high - low)
        step = max(step, Decimal(1)) if whole else step
        first = (low / step).to_integral_value(ROUND_FLOOR)
        last = (high / step).to_integral_value(ROUND_CEILING)
        return tuple(step * number for number in range(int(first), int(last) + 1))


def _step(spread: Decimal) -> Decimal:
    """The smallest round step with which the ticks are few."""
    power = Decimal(1).scaleb((spread / MOST_TICKS).adjusted())
    steps = [power * factor for factor in (1, 2, 5, 10, 20)]
    return next(step for step in steps if spread / step <= MOST_TICKS - 1)


def tick_text(tick: Decimal, step: Decimal) -> str:
    """A tick as Swedish prose writes it, with as many decimals as its step has."""
    decimals = max(0, -int(step.normalize().as_tuple().exponent))
    with localcontext(_EXACT):
        return swedish.number(format(tick.quantize(Decimal(1).scaleb(-decimals)), "f"))
