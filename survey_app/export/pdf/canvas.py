"""An outline drawn, page by page: A4, fonts embedded, the same bytes for the same outline.

Drawn on ReportLab's canvas by its public methods only, each word below the element to which it
belongs (``export.pdf.structure``); ``export.pdf.conformance`` then writes the tree. What is no part
of the text (the head and foot of the page, the stamp, lines) is marked as an artifact.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader

from survey_app.export.blocks import Block, Heading, Outline
from survey_app.export.pdf.bands import Band, Piece
from survey_app.export.pdf.chart import draw_chart
from survey_app.export.pdf.conformance import Drawn, Place, conform
from survey_app.export.pdf.furniture import (
    HEIGHT,
    LEFT,
    TOP,
    draw_furniture,
    draw_lines,
    draw_runs,
    runs_width,
)
from survey_app.export.pdf.glyphs import FIRST, Run, printable, register_fonts, runs
from survey_app.export.pdf.graft import Graft
from survey_app.export.pdf.layout import Layout, lay_out_blocks
from survey_app.export.pdf.metadata import Attachment, Metadata
from survey_app.export.pdf.pages import Page, Paged, paginate
from survey_app.export.pdf.structure import TaggedCanvas
from survey_app.export.pdf.typeset import width_of

_LONGEST_BOOKMARK = 90

# Streams stay binary; ASCII armour makes them a quarter larger and serves nobody now.
rl_config.useA85 = 0


@dataclass(frozen=True, slots=True)
class LaidOut:
    """An outline on its pages, and the structure of its words."""

    paged: Paged
    layout: Layout


def lay_out(outline: Outline) -> LaidOut:
    """The pages of an outline, before they are drawn."""
    register_fonts()
    layout = lay_out_blocks(outline.blocks)
    return LaidOut(paginate(layout.bands, HEIGHT), layout)


def draw(
    outline: Outline,
    laid_out: LaidOut,
    *,
    attach: Attachment | None = None,
    foreign: Sequence[bytes] = (),
) -> bytes:
    """The PDF of an outline that is laid out.

    foreign  the files whose pages are put in, one for each block of foreign pages
    """
    target = io.BytesIO()
    drawn = draw_pages(outline, laid_out, target)
    metadata = Metadata(
        title=_plain(outline.title),
        author=_plain(outline.author),
        subject=_plain(f"{outline.mark} {outline.running}"),
        created=outline.created,
    )
    grafts = _grafts(laid_out, foreign)
    return conform(target.getvalue(), drawn, metadata, attach, grafts)


def draw_pages(
    outline: Outline,
    laid_out: LaidOut,
    target: io.BytesIO,
    canvas_class: type[TaggedCanvas] = TaggedCanvas,
) -> Drawn:
    """Write the pages, as ReportLab draws them; gives what the structure tree is made of."""
    canvas = _canvas(target, canvas_class)
    drawn = Drawn(canvas, laid_out.layout.root)
    bookmarks = _Bookmarks(outline.blocks)
    for page in laid_out.paged.pages:
        _draw_page(canvas, outline, page, laid_out.paged, drawn, bookmarks)
    canvas.save()
    return drawn


def _plain(text: str) -> str:
    return " ".join(printable(text).split())


def _grafts(laid_out: LaidOut, foreign: Sequence[bytes]) -> list[Graft]:
    """Where the foreign files go: each before the next page that has others before it."""
    pages = laid_out.paged.pages
    places = [place for place, page in enumerate(pages) if page.foreign]
    places += [len(pages)] * (len(foreign) - len(places))
    sections = laid_out.layout.foreign.values()
    return [Graft(*graft) for graft in zip(places, sections, foreign, strict=True)]


def _draw_page(
    canvas: TaggedCanvas,
    outline: Outline,
    page: Page,
    paged: Paged,
    drawn: Drawn,
    bookmarks: _Bookmarks,
) -> None:
    numbers = paged.page_of()
    draw_furniture(canvas, outline, f"Sida {page.number} av {paged.total}")
    with canvas.artifact("/Type /Pagination"):
        for down, band in page.repeated:
            for piece in band.pieces:
                _draw_piece(canvas, piece, TOP - down, numbers)
    draw_lines(canvas, [*page.repeated, *page.bands])
    for down, band in page.bands:
        if band.anchor is not None:
            drawn.places[band.anchor] = Place(len(canvas.owners) - 1, TOP - down + 12)
            bookmarks.place(canvas, band.anchor, TOP - down)
        if band.figure:
            _draw_figure(canvas, band, TOP - down)
        if band.chart:
            draw_chart(canvas, band.chart, LEFT, TOP - down - band.height)
        for piece in band.pieces:
            canvas.tag(piece.element)
            _draw_piece(canvas, piece, TOP - down, numbers)
    canvas.showPage()


def _canvas(target: io.BytesIO, canvas_class: type[TaggedCanvas]) -> TaggedCanvas:
    # Without a font of ours to begin with, every page would name Helvetica, which is not embedded.
    return canvas_class(
        target,
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        pdfVersion=(1, 7),
        initialFontName=FIRST["regular"],
    )


class _Bookmarks:
    """Bookmarks of the headings, each opening at its place on the page."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.depth = -1

    def place(self, canvas: TaggedCanvas, block: int, y: float) -> None:
        """Set the bookmark of the heading that stands here in the outline."""
        heading = self.blocks[block]
        assert isinstance(heading, Heading)
        # A bookmark may be only one step deeper than the one before it.
        self.depth = min(heading.level - 1, self.depth + 1)
        key = f"h{block}"
        title = " ".join(printable(heading.text).split())
        if len(title) > _LONGEST_BOOKMARK:
            title = f"{title[:_LONGEST_BOOKMARK].rpartition(' ')[0] or title[:60]} …"
        canvas.bookmarkPage(key, fit="XYZ", left=0, top=y + 12)
        canvas.addOutlineEntry(title, key, self.depth, closed=self.depth > 0)


def _draw_figure(canvas: TaggedCanvas, band: Band, top: float) -> None:
    assert band.figure is not None
    picture, width, element = band.figure
    canvas.tag(element)
    image = ImageReader(io.BytesIO(picture.data))
    canvas.drawImage(image, LEFT, top - band.height, width, band.height)
    element.box = (LEFT, top - band.height, LEFT + width, top)


def _draw_piece(canvas: TaggedCanvas, piece: Piece, top: float, numbers: dict[int, int]) -> None:
    x, found = piece.x, piece.runs
    if piece.page_of is not None:
        x, found = _page_number(piece, numbers)
    x, y = LEFT + x, top - piece.down
    draw_runs(canvas, x, y, found, piece.style)
    if piece.element.target is not None:
        size = piece.style.size
        canvas.area(x, y - size * 0.3, x + runs_width(found, size), y + size * 0.8)


def _page_number(piece: Piece, numbers: dict[int, int]) -> tuple[float, tuple[Run, ...]]:
    text = str(numbers[piece.page_of]) if piece.page_of is not None else ""
    return piece.x - width_of(text, piece.style), runs(f"{text} ", piece.style.face)
