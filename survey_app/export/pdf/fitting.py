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


def fit_table(block: Table) -> Fitting:
    """The largest styles in which no word of any column is cut.

    Where even the smallest is too large, words of the header are cut rather than numbers.
    """
    for size in SIZES:
        fitting = _tried(block, size, len(block.header))
        if fitting is not None:
            return fitting
    return _tried(block, SIZES[-1], 0) or _alike(block, SIZES[-1])


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
    spare = WIDTH - sum(needed)
    if spare < 0:
        return None
    return Fitting(header, body, gap, [width + spare / len(needed) for width in needed])


def _alike(block: Table, size: float) -> Fitting:
    columns = len(block.header)
    return Fitting(*_styles(size), [WIDTH / columns] * columns)


def longest_word(text: str, style: Style) -> float:
    """The width of the widest word of a text."""
    return max((width_of(word, style) for word in printable(text).split()), default=0)
