"""``python -m tests.asvs``: the rows of OWASP ASVS 5.0, as a table in SECURITY.md.

What is said of a row stands in ``asvs.json``, in our own words; the standard's own stand in the
standard. A row holds (``yes``), holds in part (``partly``), does not hold (``no``), or is about
what the product does not have (``n/a``). One that holds names the tests that show it, or the
files that do where only a file can.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

ROOT = Path(__file__).parent.parent
SECURITY = ROOT / "SECURITY.md"
ROWS = Path(__file__).with_suffix(".json")

Holds = Literal["yes", "partly", "no", "n/a"]
HOLDS: tuple[Holds, ...] = get_args(Holds)
CHAPTERS = {
    1: "Encoding and injection", 2: "Validation and the order of things", 3: "The browser",
    4: "The API and its messages", 5: "Files", 6: "Signing in", 7: "Sessions",
    8: "Who may do what", 9: "Signed tokens", 10: "OAuth and OpenID Connect",
    11: "Cryptography", 12: "Encryption on the way", 13: "Configuration", 14: "Data",
    15: "Code and dependencies", 16: "Logs and errors", 17: "WebRTC",
}  # fmt: skip
HIGHEST = frozenset({"1.2.10", "2.3.5", "6.3.8", "7.5.3", "8.3.2", "15.4.2"})
"""The rows of level 3 that are held to, since the disasters sit there."""
STANDARD = (253, "40c679f7")
"""Of version 5.0.0: how many rows have level 1 or 2, and how ``print_of`` them all begins."""


@dataclass(frozen=True)
class Row:
    """What is said of one row.

    id, level  of the standard
    what       it is about, in a few words of ours
    how        it is held; or what is missing, or why it is not about us
    tests      ``path`` or ``path::test``
    files      of the product or its deployment, that show it themselves
    """

    id: str
    level: int
    what: str
    holds: Holds
    how: str
    tests: Sequence[str] = ()
    files: Sequence[str] = ()

    @property
    def place(self) -> tuple[int, ...]:
        """Where it stands in the standard."""
        return tuple(int(part) for part in self.id.split("."))


def read_rows() -> list[Row]:
    """All rows, in the order of the standard."""
    found = [Row(**item) for item in json.loads(ROWS.read_text(encoding="utf-8"))]
    return sorted(found, key=lambda row: row.place)


def print_of(rows: Iterable[Row]) -> str:
    """A digest of the ids and levels of the rows of level 1 and 2: one left out changes it."""
    told = sorted((row.place, row.level) for row in rows if row.level < 3)
    lines = [f"{'.'.join(map(str, place))}:{level}" for place, level in told]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def count(rows: Iterable[Row]) -> str:
    """How many rows hold and do not, in words."""
    found = Counter(row.holds for row in rows)
    return ", ".join(f"{name} {found[name]}" for name in HOLDS)


def table(rows: Sequence[Row]) -> str:
    """The tables of SECURITY.md, one a chapter, in Markdown."""
    parts = [f"{len(rows)} rows: {count(rows)}."]
    for number, name in CHAPTERS.items():
        found = [row for row in rows if row.place[0] == number]
        head = "| row | about | holds | how, or what is missing | shown by |\n|---|---|---|---|---|"
        parts.append("\n".join([f"### {number} {name}\n", head, *map(_markdown, found)]))
    return "\n\n".join(parts)


def _markdown(row: Row) -> str:
    level = " (level 3)" if row.level == 3 else ""
    holds = row.holds if row.holds in ("yes", "n/a") else f"**{row.holds}**"
    shown = ", ".join(f"`{place}`" for place in (*row.tests, *row.files))
    return f"| {row.id}{level} | {row.what} | {holds} | {row.how} | {shown} |"


def with_table(document: str, rows: Sequence[Row]) -> str:
    """SECURITY.md with the table of today between its marks."""
    before, mark, rest = document.partition("<!-- asvs -->\n")
    _old, end, after = rest.partition("<!-- /asvs -->")
    return f"{before}{mark}{table(rows)}\n{end}{after}"


def main() -> int:
    """Write the table, and say how many rows hold."""
    rows = read_rows()
    SECURITY.write_text(with_table(SECURITY.read_text("utf-8"), rows), "utf-8")
    print(count(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
