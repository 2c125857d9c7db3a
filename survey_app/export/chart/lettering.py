"""How wide words are: by the widths in the fonts that are shipped, as PDF and PNG draw them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from survey_app.export.chart.shapes import Role
from survey_app.export.chart.style import BOLD, SIZES

_FONTS = Path(__file__).resolve().parent.parent / "pdf" / "fonts"
REGULAR = _FONTS / "SourceSans3-Regular.ttf"
SEMIBOLD = _FONTS / "SourceSans3-SemiBold.ttf"
OTHERS = _FONTS / "DejaVuSans.ttf"
"""For words with signs that the first two have not."""


@cache
def _widths(font: Path) -> tuple[dict[int, float], float]:
    """By code point, at 1000 units an em; and the width of what the font has not."""
    from reportlab.pdfbase.ttfonts import TTFontFile  # not at the start: it takes 2 MB

    read = TTFontFile(str(font))
    return dict(read.charWidths), float(read.defaultWidth)


def font_for(text: str, role: Role) -> Path:
    """The font that draws a text of a role."""
    first = SEMIBOLD if role in BOLD else REGULAR
    known = _widths(first)[0]
    return first if all(ord(sign) in known for sign in text) else OTHERS


def width_of(text: str, role: Role) -> float:
    """How wide a text of a role is, in units of the drawing."""
    widths, otherwise = _widths(font_for(text, role))
    return sum(widths.get(ord(sign), otherwise) for sign in text) * SIZES[role] / 1000


def set_lines(text: str, role: Role, width: float) -> list[str]:
    """The words on lines no wider than ``width``; a longer word stands on a line of its own."""
    lines: list[str] = []
    for word in text.split():
        if lines and width_of(f"{lines[-1]} {word}", role) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def shortened(text: str, role: Role, width: float) -> str:
    """The text on one line, with an ellipsis where it is too long."""
    if width_of(text, role) <= width:
        return text
    while text and width_of(f"{text}…", role) > width:
        text = text[:-1]
    return f"{text.rstrip()}…"
