"""Which words of a line belong to which element: typed lines are paragraphs, addresses are links.

Addresses that are printed can be clicked, also where they go over a line end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from survey_app.export.pdf.glyphs import Run, runs
from survey_app.export.pdf.structure import Element
from survey_app.export.pdf.typeset import Line, Style, width_of

# What ends a sentence or stands around an address is no part of it.
_ADDRESS = re.compile(r"https?://[^\s<>\"”]*[^\s<>\"”’.,;:!?()\[\]]")


class Part(NamedTuple):
    """Words of one line that belong to one element, ``x`` points from the edge."""

    x: float
    runs: tuple[Run, ...]
    element: Element


def line_parts(
    lines: Sequence[Line], style: Style, element: Element, *, split: bool = False
) -> list[list[Part]]:
    """The parts of each line. Empty lines have none, unless there is no other.

    split  make a paragraph of every typed line; the element is then what they stand in
    """
    if not any(line.text.strip() for line in lines):
        lines_of_one = [Part(0, runs(" ", style.face), element.add("P") if split else element)]
        return [lines_of_one, *([] for _ in lines[1:])]
    groups = [list(group) for _, group in groupby(lines, key=lambda line: line.typed)]
    texts = ["".join(line.text for line in typed) for typed in groups]
    if not split and element.role != "Link" and any(map(_ADDRESS.search, texts)):
        # An element holds either words or elements.
        return [parts for typed in groups for parts in _typed(typed, style, element, linked=True)]
    found: list[list[Part]] = []
    for typed, text in zip(groups, texts, strict=True):
        owner = element.add("P") if split and text.strip() else element
        linked = split and _ADDRESS.search(text) is not None
        found.extend(_typed(typed, style, owner, linked=linked))
    return found


def _typed(
    lines: list[Line], style: Style, element: Element, *, linked: bool
) -> Iterator[list[Part]]:
    """The parts of the lines that came of one typed line; ``linked``: in elements of their own."""
    text = "".join(line.text for line in lines)
    if not text.strip():
        yield from ([] for _ in lines)
        return
    stretches = list(_stretches(text, element)) if linked else [(0, len(text), element)]
    start = 0
    for line in lines:
        yield list(_cut(line, style, start, stretches))
        start += len(line.text)


def _stretches(text: str, element: Element) -> Iterator[tuple[int, int, Element]]:
    """The text from end to end: addresses, and what stands between."""
    done = 0
    for found in _ADDRESS.finditer(text):
        start, end = found.span()
        if start > done:
            yield done, start, element.add("Span")
        yield start, end, element.add("Link", target=found[0], title=found[0])
        done = end
    if done < len(text):
        yield done, len(text), element.add("Span")


def _cut(
    line: Line, style: Style, start: int, stretches: list[tuple[int, int, Element]]
) -> Iterator[Part]:
    x = line.indent
    for first, last, element in stretches:
        piece = line.text[max(first - start, 0) : max(last - start, 0)]
        if piece:
            yield Part(x, runs(piece, style.face), element)
            x += width_of(piece, style)
