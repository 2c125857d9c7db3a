"""Numbers, days, times and sizes as Swedish prose writes them."""

from __future__ import annotations

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from survey_app.core.number import as_decimal

HARD_SPACE = "\u00a0"
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip
STOCKHOLM = ZoneInfo("Europe/Stockholm")


def swedish_day(moment: datetime.datetime) -> datetime.date:
    """The day that it is in Sweden: deadlines and delegations are Swedish days."""
    return moment.astimezone(STOCKHOLM).date()


def number(value: int | str, decimals: int = 0) -> str:
    """A stored number with groups of thousands and a decimal comma: ``"90 296 880"``, ``"12,4"``.

    decimals  how many there are at least
    A text that is no number comes back as it was typed.
    """
    exact = as_decimal(value)
    return _written(exact, decimals) if exact is not None else str(value)


def _written(exact: Decimal, least: int = 0) -> str:
    whole, _, decimals = format(abs(exact), "f").partition(".")
    decimals = decimals.ljust(least, "0")
    grouped = f"{int(whole):,}".replace(",", HARD_SPACE)
    sign = "\u2212" if exact < 0 else ""
    return f"{sign}{grouped},{decimals}" if decimals else f"{sign}{grouped}"


def percent(value: int | str) -> str:
    """``"61 procent"``; a text that is no number as it was typed."""
    return _with_unit(value, "procent")


def money(value: int | str) -> str:
    """``"90 296 880 kronor"``, öre with two digits; a text that is no number as it was typed."""
    exact = as_decimal(value)
    if exact is not None and exact != exact.to_integral_value():
        exact = exact.quantize(Decimal("0.01")) if (exact * 100) % 1 == 0 else exact
        return f"{_written(exact)}{HARD_SPACE}kronor"
    return _with_unit(value, "kronor")


def _with_unit(value: int | str, unit: str) -> str:
    return f"{number(value)}{HARD_SPACE}{unit}" if as_decimal(value) is not None else str(value)


def day(value: str) -> str:
    """``"12 mars 2026"`` from an ISO day; anything else as it was typed."""
    try:
        found = datetime.date.fromisoformat(value)
    except ValueError:
        return value
    return f"{found.day}{HARD_SPACE}{MONTHS[found.month - 1]} {found.year}"


def moment(value: str) -> str:
    """``"22 november 2026 kl. 14.05.09 (svensk tid, UTC+1)"`` from an ISO time with zone.

    A text that is no time, or has no zone, comes back as it is.
    """
    try:
        found = datetime.datetime.fromisoformat(value)
    except ValueError:
        return value
    if found.tzinfo is None:
        return value
    local = found.astimezone(STOCKHOLM)
    offset = local.utcoffset() or datetime.timedelta(0)
    hours = int(offset.total_seconds() // 3600)
    clock = f"{local.hour:02}.{local.minute:02}.{local.second:02}"
    return f"{day(local.date().isoformat())} kl.{HARD_SPACE}{clock} (svensk tid, UTC+{hours})"


def size(octets: int) -> str:
    """``"34 567 byte (35 kB)"``: exact, and as people say it (powers of 1000)."""
    exact = f"{number(octets)}{HARD_SPACE}byte"
    if octets < 1000:
        return exact
    unit, step = ("kB", 1000) if octets < 1_000_000 else ("MB", 1_000_000)
    rounded = Decimal(octets) / step
    shown = rounded.quantize(Decimal(1) if rounded >= 10 else Decimal("0.1"))
    return f"{exact} ({_written(shown)}{HARD_SPACE}{unit})"


_COUNTS = ("noll", "en", "två", "tre", "fyra", "fem", "sex", "sju", "åtta", "nio", "tio", "elva",
           "tolv")  # fmt: skip


def count(items: int) -> str:
    """A count in words up to twelve, as prose writes it: ``"två"``, ``"13"``."""
    return _COUNTS[items] if 0 <= items < len(_COUNTS) else number(items)


def listed(words: list[str]) -> str:
    """``"a, b och c"``."""
    return " och ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""
