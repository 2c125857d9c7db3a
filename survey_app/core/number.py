"""Numbers as Swedes write them. Exact throughout: ``Decimal`` and ``int``, never floats.

The same reading stands in ``static/conditions.js``; ``tests/vectors.json`` holds both together.
"""

from __future__ import annotations

import re
from decimal import Decimal

from survey_app.core.characters import tidy
from survey_app.core.problem import Malformed

# Ordinary, hard, narrow hard, thin and figure spaces part groups of thousands.
_SPACES = re.compile("[ \t\n\u00a0\u202f\u2009\u2007]")
_NUMBER = re.compile(r"[+\-\u2212]?[0-9]+(?:[.,][0-9]+)?")
_UNITS = re.compile(r"(?:procent|%|kronor|kr|sek|st|stycken|personer)\.?$", re.IGNORECASE)

# RFC 8785 writes numbers as IEEE doubles; whole numbers stay exact up to here.
LARGEST = 2**53 - 1


def read_number(text: str) -> Decimal | None:
    """The number a person wrote: ``"90 296 880"``, ``"61 procent"``, ``"12,4"``; None if none.

    ``"1.000"`` is none: somebody who means a thousand must not get 1 without a word.
    """
    bare = _UNITS.sub("", text.strip()).strip()
    if bare.endswith((":-", ",-")):
        bare = bare[:-2]
    bare = _SPACES.sub("", bare)
    if len(bare) > 40 or not _NUMBER.fullmatch(bare) or bare.endswith(".000"):
        return None
    return Decimal(bare.replace(",", ".").replace("\u2212", "-"))


def canonical(number: Decimal) -> int | str:
    """The number as it is stored: a JSON integer if whole and exact, else a decimal string.

    ``Decimal("61.0")`` is ``61``; ``Decimal("12.40")`` is ``"12.4"``.
    """
    if number == number.to_integral_value() and abs(number) <= LARGEST:
        return int(number)
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def parse_number(raw: object) -> int | str:
    """A stored number, or the text as typed where it cannot be read as one.

    Raises Malformed for anything but a text or a whole number: a float has lost its digits.
    """
    if isinstance(raw, bool) or not isinstance(raw, int | str):
        raise Malformed("expected_number")
    if isinstance(raw, int):
        return raw if abs(raw) <= LARGEST else str(raw)
    text = tidy(raw).strip()
    number = read_number(text)
    return text if number is None else canonical(number)


def as_decimal(value: object) -> Decimal | None:
    """The number behind a stored value, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    return read_number(value) if isinstance(value, str) else None
