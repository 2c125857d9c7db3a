"""A day. Value: ``"2026-03-12"``, or the text as typed where it cannot be read as a day."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from typing import Literal

from survey_app.core.condition import Atom
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.kinds.text import parse_line
from survey_app.core.problem import Problem
from survey_app.core.wording import Part, Words

_MONTHS = ("jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec")
_ISO = re.compile(r"(\d{4})[-/. ]?(\d{2})[-/. ]?(\d{2})")
_DAY_FIRST = re.compile(r"(\d{1,2})[/. ]+(\d{1,2})[/. ]+(\d{4})")
_NAMED = re.compile(r"(?:den )?(\d{1,2})[.: ]*([a-zåäö]{3,9})\.?,? +(\d{4})")


class DateAnswer(Part):
    """A day, with its bounds."""

    kind: Literal["date"]
    min: datetime.date | None = None
    max: datetime.date | None = None
    label: Words | None = None


def read_date(text: str) -> datetime.date | None:
    """The day a person wrote: 2026-03-12, 20260312, 12/3 2026, 12.3.2026, 12 mars 2026."""
    text = " ".join(text.lower().split())
    try:
        if match := _ISO.fullmatch(text):
            year, month, day = (int(part) for part in match.groups())
        elif match := _DAY_FIRST.fullmatch(text):
            day, month, year = (int(part) for part in match.groups())
        elif (match := _NAMED.fullmatch(text)) and match[2][:3] in _MONTHS:
            day, month, year = int(match[1]), _MONTHS.index(match[2][:3]) + 1, int(match[3])
        else:
            return None
        return datetime.date(year, month, day)
    except ValueError:
        return None


def parse(spec: DateAnswer, raw: object) -> Value:
    if raw is None:
        return None
    text = parse_line(raw).strip()
    day = read_date(text)
    return day.isoformat() if day else text or None


def check(spec: DateAnswer, value: Value) -> Iterator[Problem]:
    day = read_date(value)
    if day is None:
        yield Problem("not_a_date", facts={"typed": value[:40]})
    elif spec.min and day < spec.min:
        yield Problem("too_early", facts={"min": spec.min.isoformat()})
    elif spec.max and day > spec.max:
        yield Problem("too_late", facts={"max": spec.max.isoformat()})


def atoms(spec: DateAnswer, value: Value) -> tuple[Atom, ...]:
    return (value,)


KIND = Kind("date", parse, check, atoms)
