"""What can be filled in within a document: text, ticks, tables of ticks or of cells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextControl:
    """A text that can be written over.

    tag     which part of which answer it is (``export.word.tag``)
    title   what a screen reader says of it, and what Word shows on its frame
    text    what stands there; ``hint`` is shown while nothing does
    label   what is printed above it, if anything; ``after`` what is printed behind it
    """

    tag: str
    title: str
    text: str
    hint: str
    label: str = ""
    after: str = ""
    multiline: bool = True


@dataclass(frozen=True, slots=True)
class TickControl:
    """A box to tick, with its words behind it."""

    tag: str
    title: str
    ticked: bool
    label: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True)
class TickTable:
    """Rows of boxes under the same heads; the first head stands above the rows' names."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[TickControl, ...]], ...]


@dataclass(frozen=True, slots=True)
class CellTable:
    """Rows of cells under the same heads, some to write in; the first head stands above the rows'
    names. ``groups`` as in ``export.blocks.Table``."""

    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[TextControl | str, ...]], ...]
    groups: tuple[tuple[str, int], ...] = ()


Control = TextControl | TickControl | TickTable | CellTable
