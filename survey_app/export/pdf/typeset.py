"""Lines of text: styles, widths, and where a line breaks.

Every line ends in a space, but for one that was cut inside a long word. So the words of a page
can be read back from its stream as they were written, and never glue together at line ends.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reportlab.pdfbase import pdfmetrics

from survey_app.export.pdf.glyphs import Face, Run, printable, runs

Colour = tuple[float, float, float]
INK: Colour = (0.10, 0.12, 0.15)
MUTED: Colour = (0.33, 0.36, 0.40)
ACCENT: Colour = (0.07, 0.26, 0.42)
ALARM: Colour = (0.60, 0.08, 0.10)
HAIRLINE: Colour = (0.76, 0.79, 0.82)


@dataclass(frozen=True, slots=True)
class Style:
    """How a text looks; ``before`` is the space above it, all in points."""

    size: float
    leading: float
    face: Face = "regular"
    colour: Colour = INK
    before: float = 0


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its text, how far its beginning stands in from the paragraph's edge, and which of
    the lines that were typed it comes from, counted from 0."""

    text: str
    indent: float = 0
    typed: int = 0


# A hanging indent where a person typed a list: "- ", "• ", "1. ", "a) ".
_POINT = re.compile(r"(?:[-–—•·*▪◦]|\d{1,2}[a-zåäö]?[.)]|[a-zåäö]\)) +")
_TOKEN = re.compile(r"[^ ]+ *| +")


@lru_cache(maxsize=20_000)
def _measured(text: str, face: Face) -> tuple[tuple[Run, ...], float]:
    """Runs of a printable text and its width at one point."""
    found = runs(text, face)
    return found, sum(pdfmetrics.stringWidth(run.text, run.font, 1) for run in found)


def width_of(text: str, style: Style) -> float:
    """The width of a printable text on one line."""
    return _measured(text, style.face)[1] * style.size


def set_lines(text: str, style: Style, width: float) -> list[Line]:
    """The text as lines no wider than ``width``; its own line breaks and empty lines are kept."""
    lines: list[Line] = []
    for typed, paragraph in enumerate(printable(text).split("\n")):
        lines.extend(_set_paragraph(paragraph, style, width, typed))
    return lines


def _set_paragraph(text: str, style: Style, width: float, typed: int) -> list[Line]:
    point = _POINT.match(text)
    hanging = width_of(point[0], style) if point else 0.0
    lines: list[Line] = []
    current, so_far, room = "", 0.0, width
    for token in _tokens(text, style, width - hanging):
        if current and so_far + width_of(token.rstrip(" "), style) > room:
            lines.append(Line(current, hanging if lines else 0, typed))
            current, so_far, room = "", 0.0, width - hanging
        current += token
        so_far += width_of(token, style)
    # The end of a paragraph parts words as a space does.
    lines.append(Line(f"{current.rstrip(' ')} ", hanging if lines else 0, typed))
    return lines


def _tokens(text: str, style: Style, width: float) -> list[str]:
    """Words with the spaces after them; what is wider than a line is cut into pieces."""
    tokens: list[str] = []
    for token in _TOKEN.findall(text):
        if width_of(token.rstrip(" "), style) <= width:
            tokens.append(token)
        else:
            tokens.extend(_cut(token, style, width))
    return tokens


def _cut(word: str, style: Style, width: float) -> list[str]:
    pieces, current, so_far = [], "", 0.0
    for character in word:
        advance = width_of(character, style)
        if current and so_far + advance > width and character != " ":
            pieces.append(current)
            current, so_far = "", 0.0
        current += character
        so_far += advance
    return [*pieces, current]


def shortened(text: str, style: Style, width: float) -> str:
    """The text on one line, with an ellipsis where it is too long."""
    text = " ".join(printable(text).split())
    if width_of(text, style) <= width:
        return text
    while text and width_of(f"{text}…", style) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
