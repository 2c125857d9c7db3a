"""Strips of a page: their styles, and how texts become them.

A band is never cut. It knows its height and its words; which page it comes on is decided in
``export.pdf.pages``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from survey_app.export.chart.shapes import Drawing
from survey_app.export.pdf.glyphs import Run
from survey_app.export.pdf.parts import Part, line_parts
from survey_app.export.pdf.picture import Picture
from survey_app.export.pdf.structure import Element
from survey_app.export.pdf.typeset import (
    ACCENT,
    ALARM,
    INK,
    MUTED,
    Colour,
    Line,
    Style,
    set_lines,
    width_of,
)

WIDTH = 450.0
"""The width of the text, in points."""

HEADINGS = {
    1: Style(21, 26, "bold", ACCENT, before=6),
    2: Style(15, 20, "bold", ACCENT, before=26),
    3: Style(11.5, 16, "bold", INK, before=20),
    4: Style(10.5, 15, "bold", INK, before=10),
}
TONES = {
    "body": Style(10.5, 15, before=6),
    "lead": Style(14, 20, before=10),
    "opening": Style(10.5, 15, before=18),
    "small": Style(9.5, 13, "italic", MUTED, before=3),
}
LABEL = Style(9, 13, "bold", MUTED, before=7)
ANSWER = Style(10.5, 15)
STRONG = Style(10.5, 15, "bold", before=3)
WEAK = Style(10.5, 15, "regular", MUTED, before=3)
FINE = Style(9.5, 13, "regular", MUTED)
NOTICES = {
    "note": (Style(9.5, 13.5, "italic", MUTED, before=7), MUTED),
    "warning": (Style(10.5, 15, "bold", ALARM, before=9), ALARM),
}
BAR = 11.0
"""How far a text stands in from the bar at its left."""

# A row of a table higher than this is cut, so that it always fits on a page.
_LONGEST_ROW = 24


@dataclass(frozen=True, slots=True)
class Piece:
    """Runs on one baseline, ``down`` points below the band's upper edge, and whose words they are.

    ``page_of`` stands for a page number instead: that of the heading with this place.
    """

    x: float
    down: float
    runs: tuple[Run, ...]
    style: Style
    element: Element
    page_of: int | None = None


@dataclass(frozen=True, slots=True)
class Band:
    """One strip of a page.

    block     place of its block in the outline; anchor: the heading that begins here, by place
    before    space above, unless it begins a page
    keep      stays on the page of the next band
    bar       colour of a bar at the left, over the whole height; hairline: a line below
    repeat    bands to draw again if this one begins a page: the header of its table
    figure    a picture over the whole height, its width, and whose it is
    chart     a drawing over the whole height, how much smaller it is drawn, and whose it is
    """

    height: float
    block: int
    before: float = 0
    pieces: tuple[Piece, ...] = ()
    keep: bool = False
    bar: tuple[float, Colour] | None = None
    hairline: Colour | None = None
    repeat: tuple[Band, ...] = ()
    anchor: int | None = None
    figure: tuple[Picture, float, Element] | None = None
    chart: tuple[Drawing, float, Element] | None = None
    new_page: bool = False
    foreign_pages: int = 0


def _baseline(style: Style) -> float:
    """How far down a line its letters stand: the leading is shared above and below them."""
    return (style.leading + style.size * 0.66) / 2


def text_bands(
    text: str,
    style: Style,
    block: int,
    element: Element,
    *,
    split: bool = False,
    indent: float = 0,
    bar: tuple[float, Colour] | None = None,
    keep: bool = False,
) -> list[Band]:
    """A text, a band a line; its first and last two lines stay together.

    split  the text is a person's own: every line typed is a paragraph in the element
    """
    lines = set_lines(text, style, WIDTH - indent)
    last = len(lines) - 1
    return [
        Band(
            style.leading,
            block,
            before=style.before if place == 0 else 0,
            pieces=_pieces(parts, style, indent, _baseline(style)),
            keep=keep or (place < last and place in (0, last - 1)),
            bar=bar,
        )
        for place, parts in enumerate(line_parts(lines, style, element, split=split))
    ]


def _pieces(parts: list[Part], style: Style, x: float, down: float) -> tuple[Piece, ...]:
    # What can be clicked shows it.
    link = replace(style, colour=ACCENT)
    return tuple(
        Piece(
            x + part.x,
            down,
            part.runs,
            link if isinstance(part.element.target, str) else style,
            part.element,
        )
        for part in parts
    )


class Cell(NamedTuple):
    """A text beside others: left edge, width (0: as far as the text goes), whose words they are.

    align  how much of what is left of the width stands before each line: 1 is at the right
    """

    x: float
    width: float
    style: Style
    text: str
    element: Element
    align: float = 0


def _lines(cell: Cell) -> list[Line]:
    return set_lines(cell.text, cell.style, cell.width or WIDTH - cell.x)


def _aligned(cell: Cell) -> list[list[Part]]:
    """The parts of a cell's lines, each line where it stands within the cell."""
    lines = _lines(cell)
    found = line_parts(lines, cell.style, cell.element)
    if not cell.align:
        return found
    return [
        [part._replace(x=part.x + cell.align * (cell.width - _width(line, cell.style)))
         for part in parts]
        for line, parts in zip(lines, found, strict=True)
    ]  # fmt: skip


def _width(line: Line, style: Style) -> float:
    return width_of(line.text.rstrip(" "), style)


def row_bands(
    block: int,
    cells: Sequence[Cell],
    *,
    before: float | None = None,
    hairline: Colour | None = None,
    repeat: tuple[Band, ...] = (),
    keep: bool = False,
) -> list[Band]:
    """Texts beside each other, each read to its end before the next; cut only if very high."""
    columns = [(cell, _aligned(cell)) for cell in cells]
    tallest = max((cell.style for cell in cells), key=lambda style: style.size)
    leading, baseline = tallest.leading, _baseline(tallest)
    longest = max(len(lines) for _, lines in columns)
    found = []
    for start in range(0, longest, _LONGEST_ROW):
        end = min(start + _LONGEST_ROW, longest)
        pieces = tuple(
            piece
            for cell, lines in columns
            for number, parts in enumerate(lines[start:end])
            for piece in _pieces(parts, cell.style, cell.x, number * leading + baseline)
        )
        space = (cells[0].style.before if before is None else before) if start == 0 else 0
        height = (end - start) * leading
        found.append(Band(height, block, space, pieces, keep, None, None, repeat))
    if hairline:
        found[-1] = replace(found[-1], hairline=hairline, height=found[-1].height + 4)
    return found
