"""The one way of any text onto paper: which characters are drawn, in which font, or spelt out.

The rule, in this order (``printable``):

1. Line breaks of any sort (CR LF, CR, U+0085, U+2028, U+2029, vertical tab, form feed) become one
   line feed. A tab becomes a space, and so does every space character but U+0020; those that do not
   break a line (U+202F, U+2007) become U+00A0.
2. Control characters and default-ignorable code points (Unicode's
   ``Default_Ignorable_Code_Point``: zero-width spaces and joiners, soft hyphens, marks of
   direction, variation selectors) are dropped: they have no shape.
3. What is left is composed (NFC).
4. A character of the first font is drawn in it, else one of the second font in that.
5. What neither has, what stands above U+FFFF (ReportLab would map it wrongly) and what is private
   or no character is spelt out: ``[U+1F600 GRINNING FACE]``, or ``[U+E000]`` if it has no name.

Letters that are written from right to left are drawn from left to right, in the order in which
they were typed: copied and read aloud the text is right, to the eye it is mirrored.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import Literal, NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

Face = Literal["regular", "bold", "italic"]
FIRST: dict[Face, str] = {
    "regular": "SourceSans3-Regular",
    "bold": "SourceSans3-SemiBold",
    "italic": "SourceSans3-Italic",
}
SECOND = "DejaVuSans"

_BREAK = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_HARD_SPACE = re.compile("[\u2007\u202f]")
_SPACE = re.compile("[\t\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]")
_SHAPELESS = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)


class Run(NamedTuple):
    """Characters that one font draws."""

    font: str
    text: str


class _Coverage(NamedTuple):
    undrawable: re.Pattern[str]
    runs: re.Pattern[str]


@cache
def register_fonts() -> _Coverage:
    """Make the shipped fonts known to ReportLab, once; gives what they cover."""
    folder = files("survey_app.export.pdf") / "fonts"
    for name in (*FIRST.values(), SECOND):
        pdfmetrics.registerFont(TTFont(name, str(folder / f"{name}.ttf")))
    first = set.intersection(*(_drawable(name) for name in FIRST.values()))
    second = _drawable(SECOND) - first
    return _Coverage(
        undrawable=re.compile(f"[^\n{_class(first | second)}]"),
        runs=re.compile(f"(?P<first>[{_class(first)}]+)|[{_class(second)}]+"),
    )


def _drawable(font: str) -> set[int]:
    known = pdfmetrics.getFont(font).face.charToGlyph
    return {
        code for code in known
        if 0x20 <= code <= 0xFFFF and unicodedata.category(chr(code)) not in ("Co", "Cc", "Cn")
    }  # fmt: skip


def _class(codes: set[int]) -> str:
    """The inside of a regular expression's brackets for these code points."""
    parts: list[str] = []
    start = previous = -2
    for code in [*sorted(codes), -1]:
        if code != previous + 1:
            if start >= 0:
                parts.append(f"\\u{start:04x}-\\u{previous:04x}")
            start = code
        previous = code
    return "".join(parts)


def printable(text: str) -> str:
    """The text as it stands on paper, by the rule above. Doing it twice changes nothing."""
    if text.isascii() and text.isprintable():
        return text
    text = _BREAK.sub("\n", text)
    text = _SPACE.sub(" ", _HARD_SPACE.sub("\u00a0", text))
    text = unicodedata.normalize("NFC", _SHAPELESS.sub("", text))
    return register_fonts().undrawable.sub(lambda found: _spelt_out(found[0]), text)


def _spelt_out(character: str) -> str:
    name = unicodedata.name(character, "")
    return f"[U+{ord(character):04X} {name}]" if name else f"[U+{ord(character):04X}]"


def runs(text: str, face: Face) -> tuple[Run, ...]:
    """The fonts of a printable text without line breaks, in order."""
    first = FIRST[face]
    return tuple(
        Run(first if found["first"] else SECOND, found[0])
        for found in register_fonts().runs.finditer(text)
    )
