"""What a document consists of, apart from how it looks: headings, answers, options, tables.

Everything is text. ``texts`` gives the words of a block in the order in which they are read, and
every renderer writes exactly these: a test holds the PDF to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from survey_app.export.chart.shapes import Drawing

CHOSEN = "Valt: "
NOT_CHOSEN = "Ej valt: "
BULLET = "•"


@dataclass(frozen=True, slots=True)
class Heading:
    """Level 1 begins a part, 2 a section, 3 a question; 4 is a small heading, no bookmark."""

    level: int
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; ``lead`` stands out on a cover, ``opening`` introduces the question that
    follows, ``small`` is for help. The latter two stay on the page of what follows."""

    text: str
    tone: Literal["body", "lead", "opening", "small"] = "body"


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points, numbered from 1 or each with the same mark."""

    items: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class LabelledAnswer:
    """A label and what was written there, whole, with its line breaks."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class EnclosureLine:
    """One enclosed file; ``number`` is None where it stands inside an answer."""

    number: int | None
    name: str
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EnclosureList:
    """Enclosed files."""

    files: tuple[EnclosureLine, ...]


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option; ``details`` is what was written after it."""

    chosen: bool
    text: str
    help: str | None = None
    details: tuple[LabelledAnswer | EnclosureList, ...] = ()


@dataclass(frozen=True, slots=True)
class OptionList:
    """Every option of a question, chosen or not."""

    options: tuple[OptionLine, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a header row, whose first column names the rows.

    widths   shares of the line, alike if empty
    groups   a header row above the other one: a text, which may be empty, over so many columns
    numeric  whether what stands beside the rows' names are numbers, each under the other
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of a name and its value, such as the diary number."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What the reader must not miss (``warning``), or a remark of Redogör's own (``note``)."""

    text: str
    tone: Literal["note", "warning"] = "note"


@dataclass(frozen=True, slots=True)
class Contents:
    """Table of contents; page numbers come with the pages.

    Lists the headings after it from level ``first`` to level ``last``, as far as the next heading
    above ``first``.
    """

    title: str
    first: int = 2
    last: int = 2


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture (PNG or JPEG), and in words what it shows: without them it is not drawn."""

    data: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of the table before it; its drawing says in words what it shows."""

    drawing: Drawing


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins a new page."""


@dataclass(frozen=True, slots=True)
class ForeignPages:
    """Room in the page numbering for pages that are put in afterwards, before what follows."""

    pages: int


Block = (
    Heading
    | Paragraph
    | Bullets
    | LabelledAnswer
    | EnclosureList
    | OptionList
    | Table
    | Facts
    | Notice
    | Contents
    | PageBreak
    | ForeignPages
    | Figure
    | Chart
)


@dataclass(frozen=True, slots=True)
class Outline:
    """A document before it is drawn.

    title    the document's title; ``running`` stands at the top of every page, after ``mark``
    mark     the diary number, or another short name of where the document belongs
    author   whose document it is: the unit's name
    stamp    a word across every page, such as ``UTKAST``; empty for none
    warning  a few words at the top of every page, such as ``Utkast, inte godkänt``
    created  ISO time with zone for the metadata; None where none is known
    """

    title: str
    running: str
    mark: str
    author: str
    blocks: tuple[Block, ...]
    stamp: str = ""
    warning: str = ""
    created: str | None = None


def option_text(option: OptionLine) -> str:
    """An option as it is read: ``"Valt: Ja"`` or ``"Ej valt: Nej"``."""
    return f"{CHOSEN if option.chosen else NOT_CHOSEN}{option.text}"


def points_of(block: Bullets) -> Iterator[tuple[str, str]]:
    """Each point of a list with the sign before it: ``"•"``, or ``"1."``."""
    for number, item in enumerate(block.items, start=1):
        yield (f"{number}." if block.numbered else BULLET), item


def enclosure_name(file: EnclosureLine) -> str:
    """The first line of an enclosed file: ``"Bilaga 1: beslut.pdf"``."""
    return f"Bilaga {file.number}: {file.name}" if file.number else f"Fil: {file.name}"


def texts(block: Block) -> Iterator[str]:
    """The words of a block in reading order; of a table of contents, a
    figure and a chart none."""
    match block:
        case Heading(text=text) | Paragraph(text=text) | Notice(text=text):
            yield text
        case Bullets():
            yield from (f"{sign} {item}" for sign, item in points_of(block))
        case LabelledAnswer(label=label, text=text):
            yield from filter(None, (label, text))
        case EnclosureList(files=files):
            for file in files:
                yield enclosure_name(file)
                yield from file.facts
        case OptionList(options=options):
            for option in options:
                yield option_text(option)
                yield from filter(None, (option.help,))
                for detail in option.details:
                    yield from texts(detail)
        case Table(header=header, rows=rows, groups=groups):
            yield from (text for text, _span in groups if text)
            for row in (header, *rows):
                yield from row
        case Facts(rows=rows):
            for pair in rows:
                yield from pair
        case _:
            return
