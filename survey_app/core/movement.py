"""How a number has moved from one period to the next. Exact: fractions, never floats."""

from __future__ import annotations

from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import NamedTuple

from survey_app.core.number import as_decimal

# A number has at most 40 characters (``read_number``).
_EXACT = Context(prec=120)


class Movement(NamedTuple):
    """The difference, and the change in percent of what it was, rounded half up to one decimal.

    ``percent`` is None where it was zero: no share of nothing.
    """

    difference: Decimal
    percent: Decimal | None


def movement(before: object, after: object) -> Movement | None:
    """From one stored number to another; None where either is no number."""
    old, new = as_decimal(before), as_decimal(after)
    if old is None or new is None:
        return None
    with localcontext(_EXACT):
        difference = new - old
        if not old:
            return Movement(difference, None)
        return Movement(difference, _rounded(Fraction(difference) * 100 / abs(Fraction(old))))


def _rounded(share: Fraction) -> Decimal:
    """Half up, away from zero, from the fraction itself: rounded once."""
    tenths = int((abs(share) * 20 + 1) // 2)
    return Decimal(tenths if share > 0 else -tenths).scaleb(-1)
