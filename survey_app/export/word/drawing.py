"""An outline as a Word document: built-in headings, real lists and tables, Swedish throughout.

The same outline gives the same bytes. Whatever is stamped on every page of a PDF stands in the
header of every page here.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from itertools import count

from survey_app.export.blocks import (
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
    Outline,
    PageBreak,
    Paragraph,
    Table,
    enclosure_name,
    option_text,
    points_of,
)
from survey_app.export.chart.shapes import Drawing
from survey_app.export.word import markup
from survey_app.export.word.container import FOOTER_ID, HEADER_ID, pack, to_bytes
from survey_app.export.word.control import (
    CellTable,
    Control,
    TextControl,
    TickControl,
    TickTable,
)
from survey_app.export.word.markup import IGNORABLE, Element, paragraph, run, w

_SHORT_SIDE, _LONG_SIDE, _MARGIN = 11906, 16838, 1134
"""A4, and its margins at left and right, 20 mm, in twentieths of a point."""
_TONES = {"body": "Normal", "lead": "Lead", "opening": "Normal", "small": "Small"}
_EMU = 635
"""English metric units, in which pictures are measured, to a twentieth of a point."""
_LONGEST_TITLE = 64
"""Word shows no more of a control's title."""


def render(
    outline: Outline,
    blocks: Sequence[Block | Control] | None = None,
    *,
    landscape: bool = False,
) -> bytes:
    """The DOCX of an outline, A4.

    blocks     what stands in it, if not the outline's own blocks; where some can be filled in,
               nothing else can be changed
    landscape  whether the long side of the paper lies down, for wide tables
    Raises TypeError for pages of others (``ForeignPages``): nothing is left out in silence.
    """
    width, height = (_LONG_SIDE, _SHORT_SIDE) if landscape else (_SHORT_SIDE, _LONG_SIDE)
    drawn = _Drawing(outline.blocks if blocks is None else blocks, width - 2 * _MARGIN)
    body = list(drawn.draw())
    if drawn.fillable:
        body = [markup.group(drawn.number(), body)]
    document = w("document", w("body", *body, _page_setup(width, height)))
    document.attrib.update(IGNORABLE)
    parts = {"document": document, "header1": _header(outline), "footer1": _footer()}
    return pack(
        {name: to_bytes(root) for name, root in parts.items()},
        outline.title,
        outline.author,
        _created(outline.created),
        drawn.pictures,
    )


def _created(moment: str | None) -> str:
    found = datetime.datetime.fromisoformat(moment or "1980-01-01T00:00:00+00:00")
    return found.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _page_setup(width: int, height: int) -> Element:
    header, footer = w("headerReference", type="default"), w("footerReference", type="default")
    header.set(f"{{{markup.R_URI}}}id", HEADER_ID)
    footer.set(f"{{{markup.R_URI}}}id", FOOTER_ID)
    margins = dict.fromkeys(("right", "left"), str(_MARGIN)) | {"top": "1418", "bottom": "1304"}
    more = {"header": "624", "footer": "624", "gutter": "0"}
    lying = {"orient": "landscape"} if width > height else {}
    return w("sectPr", header, footer, w("pgSz", w=str(width), h=str(height), **lying),
             w("pgMar", **margins, **more))  # fmt: skip


def _header(outline: Outline) -> Element:
    said = [paragraph("Header", run(f"{outline.mark}  {outline.running}"))]
    if warning := outline.warning or outline.stamp:
        said.insert(0, paragraph("Header", run(warning, bold=True)))
    return w("hdr", *said)


def _footer() -> Element:
    pages = (run("Sida "), markup.field("PAGE"), run(" av "), markup.field("NUMPAGES"))
    return w("ftr", paragraph("Footer", *pages))


class _Drawing:
    """Draws the blocks one after the other, and numbers what must be told apart.

    line  how wide a line is, in twentieths of a point
    """

    def __init__(self, blocks: Sequence[Block | Control], line: int) -> None:
        self.blocks, self.line = blocks, line
        self.fillable = any(isinstance(item, Control) for item in blocks)
        self.pictures: dict[str, bytes] = {}
        self._numbers = count(1)

    def number(self) -> int:
        return next(self._numbers)

    def draw(self) -> Iterator[Element]:
        for place, block in enumerate(self.blocks):
            yield from self._block(place, block)

    def _block(self, place: int, block: Block | Control) -> Iterator[Element]:
        match block:
            case Heading(level=level, text=text):
                said = markup.bookmarked(f"h{place}", self.number(), run(text))
                yield paragraph(f"Heading{level}", *said)
            case Paragraph(text=text, tone=tone):
                yield paragraph(_TONES[tone], run(text))
            case Notice(text=text, tone=tone):
                yield paragraph("Warning" if tone == "warning" else "Notice", run(text))
            case Bullets(numbered=True):
                for sign, item in points_of(block):
                    yield paragraph("Normal", run(f"{sign} {item}"))
            case Bullets(items=items):
                for item in items:
                    yield _point(item)
            case LabelledAnswer(label=label, text=text):
                if label:
                    yield paragraph("Label", run(label))
                yield paragraph("Answer", run(text))
            case EnclosureList(files=files):
                for file in files:
                    yield _point("\n".join((enclosure_name(file), *file.facts)))
            case OptionList(options=options):
                for option in options:
                    yield _point("\n".join(filter(None, (option_text(option), option.help))))
                    for detail in option.details:
                        yield from self._block(place, detail)
            case Facts(rows=rows):
                for name, value in rows:
                    yield paragraph("Normal", run(f"{name}: ", bold=True), run(value))
            case Table():
                yield from _table(block, self.line)
            case Contents():
                yield from self._contents(place, block)
            case Figure(alt=alt):
                yield paragraph("Normal", run(alt))
            case Chart(drawing=drawing):
                yield self._chart(drawing)
            case PageBreak():
                yield w("p", w("r", w("br", type="page")))
            case ForeignPages():
                raise TypeError("A PDF's pages cannot be put into a Word document.")
            case TextControl() | TickControl() | TickTable() | CellTable():
                yield from self._control(block)

    def _chart(self, drawing: Drawing) -> Element:
        """A chart as a picture as wide as a line; its words are what a screen reader says."""
        # Not at the start: pictures take 2 MB, and few documents have a chart.
        from survey_app.export.chart.png import to_png

        key = f"picture{len(self.pictures) + 1}"
        self.pictures[key] = to_png(drawing)
        wide = self.line * _EMU
        size = wide, round(wide * drawing.height / drawing.width)
        return paragraph("Normal", markup.picture(self.number(), key, drawing.alt, size))

    def _contents(self, place: int, block: Contents) -> Iterator[Element]:
        yield paragraph("Heading2", run(block.title))
        for number, other in enumerate(self.blocks[place + 1 :], start=place + 1):
            if isinstance(other, Heading) and other.level < block.first:
                return
            if isinstance(other, Heading) and other.level <= block.last:
                yield paragraph("Normal", markup.link_to(f"h{number}", other.text))

    def _control(self, control: Control) -> Iterator[Element]:
        match control:
            case TextControl():
                if control.label:
                    yield paragraph("Label", run(control.label))
                yield paragraph("Answer", *self._written(control))
            case TickControl():
                yield paragraph("Option", self._tick(control), run(f" {control.label}"))
                if control.help:
                    yield paragraph("Small", run(control.help))
            case TickTable():
                yield from self._tick_table(control)
            case CellTable():
                yield from self._cell_table(control)

    def _written(self, control: TextControl) -> list[Element]:
        made = markup.text_control(
            self.number(), control.tag, _short(control.title), control.text, control.hint,
            multiline=control.multiline,
        )  # fmt: skip
        return [made, run(f" {control.after}")] if control.after else [made]

    def _cell_table(self, table: CellTable) -> Iterator[Element]:
        rows = [
            [paragraph("Cell", run(name)),
             *(paragraph("NumberCell", *([run(cell)] if isinstance(cell, str)
                                         else self._written(cell))) for cell in cells)]
            for name, cells in table.rows
        ]  # fmt: skip
        texts = [(name, *map(_text_of, cells)) for name, cells in table.rows]
        heads = [list(table.groups)] if table.groups else []
        widths = _widths(self.line, _by_words([table.header, *texts]))
        heads.append([(text, 1) for text in table.header])
        yield from _drawn_table(heads, rows, widths, caption=table.caption, cell="Cell")

    def _tick(self, control: TickControl) -> Element:
        return markup.tick_control(
            self.number(), control.tag, _short(control.title), ticked=control.ticked
        )

    def _tick_table(self, table: TickTable) -> Iterator[Element]:
        rows = [
            [paragraph("Normal", run(name)),
             *(paragraph("Normal", self._tick(tick), run(f" {tick.label}")) for tick in ticks)]
            for name, ticks in table.rows
        ]  # fmt: skip
        heads = [[(text, 1) for text in table.header]]
        widths = _widths(self.line, _alike(table.header))
        yield from _drawn_table(heads, rows, widths, caption=table.caption)


def _text_of(cell: TextControl | str) -> str:
    return cell if isinstance(cell, str) else f"{cell.text or cell.hint} {cell.after}"


def _short(title: str) -> str:
    return title if len(title) <= _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"


def _point(text: str) -> Element:
    return paragraph("ListBullet", run(text))


def _table(table: Table, line: int) -> Iterator[Element]:
    if table.numeric:
        yield from _number_table(table, line)
        return
    rows = [[paragraph("Normal", run(text)) for text in row] for row in table.rows]
    heads = [[(text, 1) for text in table.header]]
    yield from _drawn_table(heads, rows, _widths(line, table.widths or _alike(table.header)))


def _alike(header: tuple[str, ...]) -> list[float]:
    """Shares of a line: about half of it for what names the rows."""
    first = 0.5 if len(header) > 2 else 0.6
    return [first, *[(1 - first) / max(1, len(header) - 1)] * (len(header) - 1)]


def _widths(line: int, shares: Sequence[float]) -> list[int]:
    return [round(line * share / sum(shares)) for share in shares]


def _number_table(table: Table, line: int) -> Iterator[Element]:
    rows = [
        [paragraph("NumberCell" if place else "Cell", run(text)) for place, text in enumerate(row)]
        for row in table.rows
    ]
    heads = [list(table.groups)] if table.groups else []
    shares = _by_words([table.header, *table.rows])
    yield from _drawn_table(
        [*heads, [(text, 1) for text in table.header]], rows, _widths(line, shares), cell="Cell"
    )


def _by_words(rows: Sequence[Sequence[str]]) -> list[float]:
    """Shares of a line by the longest words of columns, of the first one by its longest text."""
    names, *columns = zip(*rows, strict=True)
    longest = [max(len(word) for text in column for word in text.split(" ")) for column in columns]
    return [min(30, max(map(len, names))) + 2, *(count + 2 for count in longest)]


def _drawn_table(
    heads: Sequence[Sequence[tuple[str, int]]],
    rows: Sequence[Sequence[Element]],
    widths: list[int],
    *,
    caption: str = "",
    cell: str = "Label",
) -> Iterator[Element]:
    """A table whose first rows are told as its head, again on every page.

    heads   rows of texts, each over so many columns
    widths  of the columns, in twentieths of a point
    cell    the style of what stands in the head
    """
    look = w("tblLook", val="0620", firstRow="1", lastRow="0", firstColumn="1", lastColumn="0",
             noHBand="1", noVBand="1")  # fmt: skip
    properties = w("tblPr", w("tblStyle", val="TableGrid"), w("tblW", w=str(sum(widths)),
                   type="dxa"), w("tblLayout", type="fixed"))  # fmt: skip
    if cell != "Label":
        sides = [w(side, w="60", type="dxa") for side in ("left", "right")]
        properties.append(w("tblCellMar", *sides))
    properties.append(look)
    if caption:
        properties.append(w("tblCaption", val=caption))
    top = [_head(texts, widths, cell) for texts in heads]
    lines = [
        w(
            "tr",
            w("trPr", w("cantSplit")),
            *(_cell(*place) for place in zip(row, widths, strict=True)),
        )
        for row in rows
    ]
    grid = w("tblGrid", *(w("gridCol", w=str(width)) for width in widths))
    yield w("tbl", properties, grid, *top, *lines)
    yield paragraph("Normal")


def _head(texts: Sequence[tuple[str, int]], widths: list[int], style: str) -> Element:
    row, first = w("tr", w("trPr", w("cantSplit"), w("tblHeader"))), 0
    for text, span in texts:
        said = paragraph(style, run(text, bold=style != "Label"))
        row.append(_cell(said, sum(widths[first : first + span]), span))
        first += span
    return row


def _cell(content: Element, width: int, span: int = 1) -> Element:
    about = w("tcPr", w("tcW", w=str(width), type="dxa"))
    if span > 1:
        about.append(w("gridSpan", val=str(span)))
    return w("tc", about, content)
