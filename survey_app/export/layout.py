"""From blocks to bands: how each block looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from survey_app.export.bands import (
    ANSWER,
    BAR,
    FINE,
    HEADINGS,
    LABEL,
    NOTICES,
    STRONG,
    TONES,
    WEAK,
    WIDTH,
    Band,
    Cell,
    Piece,
    row_bands,
    text_bands,
)
from survey_app.export.blocks import (
    BULLET,
    CHOSEN,
    NOT_CHOSEN,
    Block,
    Bullets,
    Contents,
    EnclosureList,
    Facts,
    ForeignPages,
    Heading,
    LabelledAnswer,
    Notice,
    OptionList,
    PageBreak,
    Paragraph,
    Table,
    enclosure_name,
)
from survey_app.export.fitting import fit_table
from survey_app.export.typeset import ACCENT, ALARM, HAIRLINE, MUTED, Style

_NAMES = 120.0
"""How wide the names of facts are."""


def bands(blocks: Sequence[Block]) -> list[Band]:
    """All blocks as bands, in order."""
    found: list[Band] = []
    for place, block in enumerate(blocks):
        found.extend(_of(block, place, blocks))
    return found


def _of(block: Block, place: int, blocks: Sequence[Block]) -> Iterator[Band]:
    match block:
        case Heading(level=level, text=text):
            yield from _heading(level, text, place, opened=_is_opening(blocks, place - 1))
        case Paragraph(text=text, tone=tone):
            yield from text_bands(text, TONES[tone], place, keep=tone in ("opening", "small"))
        case Bullets(items=items):
            for item in items:
                yield from row_bands(
                    place, [(6, 12, TONES["body"], BULLET), (18, 0, TONES["body"], item)]
                )
        case LabelledAnswer():
            yield from _answer(block, place, 0)
        case OptionList():
            yield from _options(block, place)
        case EnclosureList():
            yield from _files(block, place, 0)
        case Table():
            yield from _table(block, place)
        case Facts(rows=rows):
            for name, value in rows:
                yield from _fact(name, value, place)
        case Notice(text=text, tone=tone):
            style, colour = NOTICES[tone]
            yield from text_bands(text, style, place, indent=BAR, bar=(0, colour))
        case Contents():
            yield from _contents(block, place, blocks)
        case PageBreak():
            yield Band(0, place, new_page=True)
        case ForeignPages(pages=pages):
            yield Band(0, place, foreign_pages=pages)


def _is_opening(blocks: Sequence[Block], place: int) -> bool:
    block = blocks[place] if place >= 0 else None
    return isinstance(block, Paragraph) and block.tone == "opening"


def _heading(level: int, text: str, block: int, *, opened: bool) -> list[Band]:
    style = replace(HEADINGS[level], before=8) if opened else HEADINGS[level]
    found = text_bands(text, style, block, keep=True)
    if level <= 3:
        found[0] = replace(found[0], anchor=block)
    if level <= 2:
        found[-1] = replace(found[-1], hairline=HAIRLINE, height=found[-1].height + 2)
    return found


def _fact(name: str, value: str, place: int) -> list[Band]:
    # A hash stands on one line, so that it can be compared and copied whole.
    has_hash = len(max(value.split(), key=len, default="")) >= 64
    style = replace(ANSWER, size=9.5) if has_hash else ANSWER
    return row_bands(place, [(0, _NAMES - 8, LABEL, name), (_NAMES, 0, style, value)], before=4)


def _answer(block: LabelledAnswer, place: int, indent: float) -> Iterator[Band]:
    # A reader of the draft must see at once what is not sent.
    colour = ALARM if block.label == "Skickas inte" else ACCENT
    bar = (indent, colour)
    if block.label:
        label = replace(LABEL, colour=ALARM) if colour is ALARM else LABEL
        yield from text_bands(block.label, label, place, indent=indent + BAR, bar=bar, keep=True)
    yield from text_bands(block.text, ANSWER, place, indent=indent + BAR, bar=bar)


def _options(block: OptionList, place: int) -> Iterator[Band]:
    for option in block.options:
        style, mark = (STRONG, CHOSEN) if option.chosen else (WEAK, NOT_CHOSEN)
        cells = [(0.0, 48.0, style, mark.strip()), (48.0, 0.0, style, option.text)]
        yield from row_bands(place, cells, keep=bool(option.help or option.details))
        if option.help:
            keep = bool(option.details)
            yield from text_bands(option.help, TONES["small"], place, indent=48, keep=keep)
        for detail in option.details:
            if isinstance(detail, LabelledAnswer):
                yield from _answer(detail, place, 48)
            else:
                yield from _files(detail, place, 48)


def _files(block: EnclosureList, place: int, indent: float) -> Iterator[Band]:
    bar = (indent, ACCENT)
    for file in block.files:
        inner = indent + BAR
        yield from text_bands(enclosure_name(file), STRONG, place, indent=inner, bar=bar, keep=True)
        for number, fact in enumerate(file.facts, start=1):
            keep = number < len(file.facts)
            yield from text_bands(fact, FINE, place, indent=inner, bar=bar, keep=keep)


def _table(block: Table, place: int) -> Iterator[Band]:
    fitting = fit_table(block)
    widths = [share * WIDTH for share in block.widths] or fitting.widths
    edges = [sum(widths[:column]) for column in range(len(widths))]
    widths = [width - fitting.gap for width in widths]

    def cells(style: Style, texts: tuple[str, ...]) -> list[Cell]:
        return [(x, w, style, text) for x, w, text in zip(edges, widths, texts, strict=True)]

    header = row_bands(
        place, cells(fitting.header, block.header), before=8, hairline=MUTED, keep=True
    )
    yield from header
    for row in block.rows:
        yield from row_bands(
            place, cells(fitting.body, row), before=4, hairline=HAIRLINE, repeat=tuple(header)
        )


def _contents(block: Contents, place: int, blocks: Sequence[Block]) -> Iterator[Band]:
    plain = replace(ANSWER, before=2)
    yield from text_bands(block.title, HEADINGS[4], place, keep=True)
    for target in range(place + 1, len(blocks)):
        heading = blocks[target]
        if not isinstance(heading, Heading) or heading.level > block.last:
            continue
        if heading.level < block.first:
            return
        indent = 14.0 * (heading.level - block.first)
        parts = block.last > heading.level
        style = replace(plain, face="bold", before=8) if parts else plain
        row = row_bands(place, [(indent, WIDTH - indent - 40, style, heading.text)])
        number = Piece(WIDTH, row[0].pieces[0].down, (), style, page_of=target)
        yield replace(row[0], pieces=(*row[0].pieces, number))
        yield from row[1:]
