"""Numbers, sizes, days and moments as Swedes, and English readers, write them."""

from __future__ import annotations

import datetime
from decimal import Decimal, localcontext
from functools import lru_cache

from babel.dates import format_date as babel_date
from babel.dates import format_datetime
from babel.numbers import format_decimal

from survey_app.core.number import as_decimal
from survey_app.web.catalogue import gettext
from survey_app.web.language import chosen_language
from survey_app.web.place import SWEDEN

_DIGITS = 40
"""No number has more, before and after its comma (``core.number.read_number``)."""


def format_number(value: object, decimals: int = 0) -> str:
    """A stored number as it is read, with so many decimals at least; a text that is no number
    stays as it was typed."""
    number = as_decimal(value)
    return str(value) if number is None else _format(number, chosen_language(), decimals)


@lru_cache(maxsize=4096)
def _format(number: Decimal, locale: str, decimals: int = 0) -> str:
    # All digits, however many: what is shown is sent back, and a number too large is shown, too.
    with localcontext(prec=2 * _DIGITS):
        pattern = f"#,##0.{'0' * decimals:#<{_DIGITS}}"
        text: str = format_decimal(number, format=pattern, locale="sv")
    # A field sends back what it shows, and a comma is read as a decimal sign: never group with one.
    return text if locale == "sv" else text.replace(",", ".")


def show_number(value: object, kind: str) -> str:
    """A number with its unit: ``61 procent``, ``90 296 880 kronor``."""
    text = format_number(value)
    if as_decimal(value) is None:
        return text
    if kind == "percent":
        return gettext("%(number)s procent", number=text)
    if kind == "money":
        return gettext("%(number)s kronor", number=text)
    return text


def format_size(size: int) -> str:
    """Bytes in the unit that fits."""
    if size < 1000:
        return gettext("%(number)s byte", number=size)
    unit, divisor = ("kB", 1000) if size < 1_000_000 else ("MB", 1_000_000)
    number = (Decimal(size) / divisor).quantize(Decimal("0.1"))
    return f"{_format(number, chosen_language())}\u00a0{unit}"


def format_date(day: datetime.date | str | None) -> str:
    """A day: 12 mars 2026."""
    if not day:
        return ""
    if isinstance(day, str):
        day = datetime.date.fromisoformat(day)
    return _date(day, chosen_language())


@lru_cache(maxsize=512)
def _date(day: datetime.date, locale: str) -> str:
    return babel_date(day, format="d MMMM y", locale=locale)


def format_time(moment: datetime.datetime | None) -> str:
    """A moment in Sweden: 12 mars 2026 kl. 14.03."""
    if moment is None:
        return ""
    return _time(moment.replace(second=0, microsecond=0), chosen_language())


@lru_cache(maxsize=2048)
def _time(moment: datetime.datetime, locale: str) -> str:
    pattern = "d MMMM y 'kl.' HH.mm" if locale.startswith("sv") else "d MMMM y, HH:mm"
    return format_datetime(moment, pattern, tzinfo=SWEDEN, locale=locale)
