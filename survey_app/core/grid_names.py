"""How rows and columns are called: in a questionnaire, and by those who make spreadsheets.

Two names are the same when they differ in nothing but capitals, spaces, full stops and colons, or
in a month's name: ``January``, ``jan`` and ``januari`` are one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from survey_app.core.kinds.table import TableAnswer, TableColumn, TableRow, TableTotal
    from survey_app.core.wording import Words

MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september",
          "oktober", "november", "december")  # fmt: skip
_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september",
            "october", "november", "december")  # fmt: skip
_MONTH = {
    called: month
    for month, english in zip(MONTHS, _ENGLISH, strict=True)
    for called in (month, english, month[:3], english[:3])
} | {"sept": "september"}
_WORD = re.compile(r"[^\W\d_]+")
_SLASH = re.compile(r" ?/ ?")
_LEFT_OUT = dict.fromkeys(map(ord, ".:\u00ad\u200b\ufeff"))


def same_name(text: str) -> str:
    """What two names that are the same have in common."""
    plain = unicodedata.normalize("NFC", text).casefold().translate(_LEFT_OUT)
    plain = _SLASH.sub("/", " ".join(plain.split()))
    return _WORD.sub(lambda found: _MONTH.get(found[0], found[0]), plain)


_QUARTER = re.compile(r"(?:q|kv|kvartal) ?([1-4])")
_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(r"([a-zåäö]+)[ -](\d{2})")
_DAY_ONE = re.compile(r"(\d{4}-\d{2})(?:-01(?: 0000(?:00)?)?)?")


def period_of(text: str) -> str | None:
    """The period that a name tells: ``2025-01`` of ``jan-25``, ``January 2025`` or the first day
    of the month, which is what a spreadsheet makes of it; ``2025-Q3``, ``2025``; None if none."""
    name = same_name(text)
    if found := _DAY_ONE.fullmatch(name):
        return found[1]
    if (found := _SHORT_YEAR.fullmatch(name)) and found[1] in MONTHS:
        return f"20{found[2]}-{MONTHS.index(found[1]) + 1:02}"
    years = _YEAR.findall(name)
    if len(years) != 1:
        return None
    rest = " ".join(name.replace(years[0], " ").replace("-", " ").split())
    if rest in MONTHS:
        return f"{years[0]}-{MONTHS.index(rest) + 1:02}"
    if found := _QUARTER.fullmatch(rest):
        return f"{years[0]}-Q{found[1]}"
    return None if rest else years[0]


@dataclass(frozen=True, slots=True)
class Names:
    """The rows, or the columns, of a table by their names.

    whole   a name with its group, by which it is meant whatever others are called
    short   a name alone, where only one is called so; shared, where more are
    """

    whole: Mapping[str, str]
    short: Mapping[str, str]
    shared: Mapping[str, tuple[str, ...]]
    groups: frozenset[str]

    def find(self, label: str, group: str = "") -> str | None:
        """The id of what is meant by a name under a group; None if nothing is, or more than one.

        Under a group a short name is no name: January below 2024 is not the only January there is.
        """
        if group:
            return self.find_whole(f"{group} {label}")
        return self.find_whole(label) or self.short.get(same_name(label))

    def find_whole(self, label: str) -> str | None:
        """The same for a name that tells its group itself, or has none."""
        return self.whole.get(same_name(label)) or self.whole.get(period_of(label) or "")

    def nearest(self, label: str) -> list[str]:
        """The ids of what is called nearly so, nearest first."""
        name = same_name(label)
        if name in self.shared:
            return list(self.shared[name])
        known = {**self.short, **self.whole}
        return list(dict.fromkeys(map(known.__getitem__, get_close_matches(name, known))))


def column_names(spec: TableAnswer) -> Names:
    """The columns, with the totals that are columns."""
    return _names(spec.columns, [item for item in spec.totals if item.axis == "column"])


def row_names(spec: TableAnswer) -> Names:
    """The rows, with the totals that are rows."""
    return _names(spec.rows, [item for item in spec.totals if item.axis == "row"])


def _names(lines: Iterable[TableColumn | TableRow], totals: Iterable[TableTotal]) -> Names:
    whole: list[tuple[str, str]] = []
    short: list[tuple[str, str]] = []
    groups = set()
    for line in lines:
        called = [*_said(line.text), *line.aliases]
        period = getattr(line, "period", None)
        whole += [(same_name(name), line.id) for name in (period,) if name]
        if line.group is None:
            whole += [(same_name(name), line.id) for name in called]
            continue
        short += [(same_name(name), line.id) for name in called]
        for group in _said(line.group):
            groups.add(same_name(group))
            for name in called:
                whole += [(same_name(f"{group} {name}"), line.id),
                          (same_name(f"{name} {group}"), line.id)]  # fmt: skip
    for total in totals:
        whole += [(same_name(name), total.id) for name in (*_said(total.text), *total.aliases)]
    by_short: dict[str, list[str]] = {}
    for name, key in dict.fromkeys(short):
        by_short.setdefault(name, []).append(key)
    shared = {name: tuple(keys) for name, keys in by_short.items() if len(keys) > 1}
    return Names(_one_each(whole), _one_each(short), shared, frozenset(groups))


def _said(words: Words) -> Iterator[str]:
    yield words.sv
    if words.en and words.en != words.sv:
        yield words.en


def _one_each(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By name, without those that mean more than one."""
    all_pairs = list(dict.fromkeys(pairs))
    meant = Counter(name for name, _id in all_pairs)
    return {name: key for name, key in all_pairs if meant[name] == 1}
