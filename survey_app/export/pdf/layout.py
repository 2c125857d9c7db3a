"""From blocks to bands: how each block looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import repeat

from survey_app.export.blocks import (
    CHOSEN,
    NOT_CHOSEN,
    Block,
    Bullets,
    Chart,
    Contents,
    EnclosureList,
    Facts,
    Figure,
    ForeignPages,
    Heading,
    LabelledAnswer,
    Notice,
    OptionList,
    PageBreak,
    Paragraph,
    Table,
    enclosure_name,
    points_of,
)
from survey_app.export.chart.shapes import Drawing
from survey_app.export.pdf.bands import (
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
from survey_app.export.pdf.fitting import fit_table
from survey_app.export.pdf.glyphs import printable
from survey_app.export.pdf.picture import read_picture
from survey_app.export.pdf.structure import Element, MissingAlternative, Sections
from survey_app.export.pdf.typeset import ACCENT, ALARM, HAIRLINE, MUTED, Style

_NAMES = 120.0
"""How wide the names of facts are."""
TALLEST_FIGURE = 560.0
"""How high a figure may be, so that it stands on a page with its heading."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Bands in order, the tree to which their words belong, and in it the section of each block
    of foreign pages, by the block's place."""

    bands: list[Band]
    root: Element
    foreign: dict[int, Element]


def lay_out_blocks(blocks: Sequence[Block]) -> Layout:
    """All blocks as bands, and as a structure tree."""
    sections = Sections()
    layout = Layout([], sections.root, {})
    for place, block in enumerate(blocks):
        if isinstance(block, ForeignPages):
            layout.foreign[place] = sections.here
        layout.bands.extend(_of(block, place, blocks, sections))
    return layout


def _of(block: Block, place: int, blocks: Sequence[Block], sections: Sections) -> Iterator[Band]:
    match block:
        case Heading(level=level, text=text):
            element = sections.heading(level, text)
            opened = _is_opening(blocks, place - 1)
            yield from _heading(level, text, place, element, opened=opened)
        case Paragraph(text=text, tone=tone):
            if tone == "opening":
                # It speaks of the question that follows, so it is no part of the one before.
                sections.leave(3)
            keep = tone in ("opening", "small")
            yield from text_bands(text, TONES[tone], place, sections.here.add("P"), keep=keep)
        case Bullets():
            yield from _bullets(block, place, sections.here)
        case LabelledAnswer():
            yield from _answer(block, place, sections.here, 0)
        case OptionList():
            yield from _options(block, place, sections.here)
        case EnclosureList():
            yield from _files(block, place, sections.here, 0)
        case Table():
            yield from _table(block, place, sections.here)
        case Facts(rows=rows):
            yield from _facts(rows, place, sections.here)
        case Notice(text=text, tone=tone):
            style, colour = NOTICES[tone]
            element = sections.here.add("P")
            yield from text_bands(text, style, place, element, indent=BAR, bar=(0, colour))
        case Contents():
            yield from _contents(block, place, blocks, sections)
        case PageBreak():
            yield Band(0, place, new_page=True)
        case ForeignPages(pages=pages):
            yield Band(0, place, foreign_pages=pages)
        case Figure():
            yield from _figure(block, place, sections.here)
        case Chart(drawing=drawing):
            yield _chart(drawing, place, sections.here)


def _is_opening(blocks: Sequence[Block], place: int) -> bool:
    block = blocks[place] if place >= 0 else None
    return isinstance(block, Paragraph) and block.tone == "opening"


def _heading(level: int, text: str, block: int, element: Element, *, opened: bool) -> list[Band]:
    style = replace(HEADINGS[level], before=8) if opened else HEADINGS[level]
    found = text_bands(text, style, block, element, keep=True)
    if level <= 3:
        found[0] = replace(found[0], anchor=block)
    if level <= 2:
        found[-1] = replace(found[-1], hairline=HAIRLINE, height=found[-1].height + 2)
    return found


def _bullets(block: Bullets, place: int, parent: Element) -> Iterator[Band]:
    style, inset = TONES["body"], 26 if block.numbered else 18
    points = parent.add("L", numbering="Decimal" if block.numbered else "Disc")
    for mark, item in points_of(block):
        point = points.add("LI")
        sign = Cell(6, inset - 6, style, mark, point.add("Lbl"))
        yield from row_bands(place, [sign, Cell(inset, 0, style, item, point.add("LBody"))])


def _facts(rows: Sequence[tuple[str, str]], place: int, parent: Element) -> Iterator[Band]:
    # A list whose labels are the names: what ISO 32000-1 (14.8.4.3.3) calls a dictionary list.
    facts = parent.add("L", numbering="None")
    for number, (name, value) in enumerate(rows):
        # A hash stands on one line, so that it can be compared and copied whole.
        has_hash = len(max(value.split(), key=len, default="")) >= 64
        style = replace(ANSWER, size=9.5) if has_hash else ANSWER
        fact = facts.add("LI")
        label = Cell(0, _NAMES - 8, LABEL, name, fact.add("Lbl"))
        said = Cell(_NAMES, 0, style, value, fact.add("LBody"))
        # One row alone at the foot of a page would look like the whole.
        keep = number in (0, len(rows) - 2) and len(rows) > 1
        yield from row_bands(place, [label, said], before=4, keep=keep)


def _answer(block: LabelledAnswer, place: int, parent: Element, indent: float) -> Iterator[Band]:
    # A reader of the draft must see at once what is not sent.
    colour = ALARM if block.label == "Skickas inte" else ACCENT
    bar = (indent, colour)
    answer = parent.add("Div")
    inner = indent + BAR
    if block.label:
        style = replace(LABEL, colour=ALARM) if colour is ALARM else LABEL
        label = answer.add("P")
        yield from text_bands(block.label, style, place, label, indent=inner, bar=bar, keep=True)
    yield from text_bands(block.text, ANSWER, place, answer, split=True, indent=inner, bar=bar)


def _options(block: OptionList, place: int, parent: Element) -> Iterator[Band]:
    options = parent.add("L", numbering="None")
    for option in block.options:
        style, mark = (STRONG, CHOSEN) if option.chosen else (WEAK, NOT_CHOSEN)
        body = options.add("LI").add("LBody")
        # One paragraph and no label: some readers leave out labels, and whether an option was
        # chosen is what must never be lost.
        words = body.add("P")
        said = Cell(0, 48, style, mark.strip(), words.add("Span"))
        text = Cell(48, 0, style, option.text, words.add("Span"))
        yield from row_bands(place, [said, text], keep=bool(option.help or option.details))
        if option.help:
            keep, small = bool(option.details), TONES["small"]
            yield from text_bands(option.help, small, place, body.add("P"), indent=48, keep=keep)
        for detail in option.details:
            if isinstance(detail, LabelledAnswer):
                yield from _answer(detail, place, body, 48)
            else:
                yield from _files(detail, place, body, 48)


def _files(block: EnclosureList, place: int, parent: Element, indent: float) -> Iterator[Band]:
    inner, bar = indent + BAR, (indent, ACCENT)
    files = parent.add("L", numbering="None")
    for file in block.files:
        body = files.add("LI").add("LBody")
        for number, text in enumerate((enclosure_name(file), *file.facts)):
            style, keep = (FINE, number < len(file.facts)) if number else (STRONG, True)
            element = body.add("P")
            yield from text_bands(text, style, place, element, indent=inner, bar=bar, keep=keep)


def _table(block: Table, place: int, parent: Element) -> Iterator[Band]:
    fitting = fit_table(block)
    widths = [share * WIDTH for share in block.widths] or fitting.widths
    edges = [sum(widths[:column]) for column in range(len(widths))]
    widths = [width - fitting.gap for width in widths]

    aligned = [0.0, *(float(block.numeric) for _ in widths[1:])]

    def row(style: Style, texts: tuple[str, ...], elements: list[Element]) -> list[Cell]:
        return [Cell(*cell) for cell in zip(edges, widths, repeat(style), texts, elements, aligned)]

    table = parent.add("Table")
    head = table.add("THead")
    above: list[Band] = []
    if block.groups:
        groups = list(_group_cells(block, fitting.header, head.add("TR"), edges, widths))
        above = row_bands(place, groups, before=8, keep=True)
    heads = head.add("TR")
    named = [heads.add("TH", scope="Column") for _ in block.header]
    cells = row(fitting.header, block.header, named)
    header = [*above, *row_bands(place, cells, before=0 if above else 8, hairline=MUTED, keep=True)]
    yield from header
    body = table.add("TBody")
    for texts in block.rows:
        cells = row(fitting.body, texts, _row_elements(body.add("TR"), len(texts)))
        again = tuple(header)
        yield from row_bands(place, cells, before=4, hairline=HAIRLINE, repeat=again)


def _group_cells(
    block: Table, style: Style, row: Element, edges: list[float], widths: list[float]
) -> Iterator[Cell]:
    """The cells above the header, each in the middle of the columns that it is over."""
    first = 0
    for text, span in block.groups:
        last = first + span - 1
        cell = row.add("TH", scope="Column", span=span) if text else row.add("TD", span=span)
        yield Cell(edges[first], edges[last] + widths[last] - edges[first], style, text, cell, 0.5)
        first += span


def _row_elements(row: Element, columns: int) -> list[Element]:
    """The cells of a row; its first one names it."""
    first = row.add("TH", scope="Row") if columns > 1 else row.add("TD")
    return [first, *(row.add("TD") for _ in range(columns - 1))]


def _contents(
    block: Contents, place: int, blocks: Sequence[Block], sections: Sections
) -> Iterator[Band]:
    plain = replace(ANSWER, before=2)
    title = sections.heading(2, block.title)
    yield from text_bands(block.title, HEADINGS[4], place, title, keep=True)
    lists = [sections.here.add("TOC")]
    for target in range(place + 1, len(blocks)):
        heading = blocks[target]
        if not isinstance(heading, Heading) or heading.level > block.last:
            continue
        if heading.level < block.first:
            return
        deep = heading.level - block.first
        style = replace(plain, face="bold", before=8) if block.last > heading.level else plain
        link = _entry(lists, deep, heading.text, target)
        cell = Cell(14.0 * deep, WIDTH - 14.0 * deep - 40, style, heading.text, link)
        first, *rest = row_bands(place, [cell])
        number = Piece(WIDTH, first.pieces[0].down, (), style, link, page_of=target)
        yield replace(first, pieces=(*first.pieces, number))
        yield from rest


def _entry(lists: list[Element], deep: int, title: str, target: int) -> Element:
    """The link of an entry of the table of contents, in a list of its own for each level."""
    del lists[deep + 1 :]
    while len(lists) <= deep:
        lists.append(lists[-1].add("TOC"))
    return (
        lists[deep].add("TOCI").add("Reference").add("Link", target=target, title=printable(title))
    )


def _figure(block: Figure, place: int, parent: Element) -> Iterator[Band]:
    if not block.alt.strip():
        raise MissingAlternative("a figure needs a text that says what it shows")
    picture = read_picture(block.data)
    width, height = picture.size_within(WIDTH, TALLEST_FIGURE)
    element = parent.add("Figure", alt=printable(block.alt))
    yield Band(height, place, before=10, figure=(picture, width, element))


def _chart(drawing: Drawing, place: int, parent: Element) -> Band:
    if not drawing.alt.strip():
        raise MissingAlternative("a chart needs a text that says what it shows")
    element = parent.add("Figure", alt=printable(drawing.alt))
    scale = min(WIDTH / drawing.width, TALLEST_FIGURE / drawing.height)
    return Band(drawing.height * scale, place, before=10, chart=(drawing, scale, element))
