"""Which styles and widths a table needs for its words to fit."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from survey_app.export.blocks import Table
from survey_app.export.pdf.bands import LABEL, WIDTH
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.typeset import Style, width_of


class Fitting(NamedTuple):
    """Styles of a table in which the words of its columns fit, and the columns' widths."""

    header: Style
    body: Style
    gap: float
    widths: list[float]


SIZES = (10.5, 9.5, 8.5, 7.5, 6.5)
SMALLEST_NUMBERS = 9.5
"""Numbers are not made smaller as long as they can be whole."""


def fit_table(block: Table) -> Fitting:
    """The largest styles in which no word of any column is cut.

    Where even the smallest is too large, words of the header are cut rather than numbers.
    """
    whole = len(block.header)
    tries = [(size, whole) for size in SIZES] + [(SIZES[-1], 0)]
    if block.numeric:
        tries.insert(SIZES.index(SMALLEST_NUMBERS) + 1, (SMALLEST_NUMBERS, 0))
    for size, headers in tries:
        fitting = _tried(block, size, headers)
        if fitting is not None:
            return fitting
    return _alike(block, SIZES[-1])


def _styles(size: float) -> tuple[Style, Style, float]:
    leading = round(size * 1.4, 1)
    return replace(LABEL, size=min(9, size), leading=leading), Style(size, leading), 0.6 * size


def _tried(block: Table, size: float, headers: int) -> Fitting | None:
    """The fitting of a size, if words fit; ``headers`` is how many header cells must fit too."""
    header, body, gap = _styles(size)
    needed = [
        gap
        + max(
            longest_word(title, header) if column < headers else 0,
            *(longest_word(row[column], body) for row in block.rows),
            0,
        )
        for column, title in enumerate(block.header)
    ]
    if headers:
        _make_room(block, header, gap, needed)
    spare = WIDTH - sum(needed)
    if spare < 0:
        return None
    if block.numeric:  # names on one line before room between the numbers
        names = max((width_of(printable(row[0]), body) for row in block.rows), default=0) + gap
        more = min(spare, max(0, names - needed[0]))
        needed[0], spare = needed[0] + more, spare - more
    return Fitting(header, body, gap, [width + spare / len(needed) for width in needed])


def _make_room(block: Table, header: Style, gap: float, needed: list[float]) -> None:
    """Widen columns whose common heading has a word that is wider than they are together."""
    first = 0
    for text, span in block.groups:
        short = longest_word(text, header) + gap - sum(needed[first : first + span])
        for column in range(first, first + span):
            needed[column] += max(0, short) / span
        first += span


def _alike(block: Table, size: float) -> Fitting:
    columns = len(block.header)
    return Fitting(*_styles(size), [WIDTH / columns] * columns)


def longest_word(text: str, style: Style) -> float:
    """The width of the widest word of a text, as lines are broken: a hard space parts none."""
    words = printable(text).replace("\n", " ").split(" ")
    return max((width_of(word, style) for word in words), default=0)
