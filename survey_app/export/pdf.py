"""An outline as a PDF: A4, fonts embedded, the same bytes for the same outline.

Drawn on ReportLab's canvas by its public methods only. What is no part of the text (the head and
foot of the page, the stamp, lines) is marked as an artifact, and the words of the text stand in
the stream in reading order, so that a structure tree can be put over them.
"""

from __future__ import annotations

import datetime
import io
from collections.abc import Sequence

from reportlab import rl_config
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from survey_app.export.bands import WIDTH, Band, Piece
from survey_app.export.blocks import Block, Heading, Outline
from survey_app.export.glyphs import FIRST, Run, printable, register_fonts, runs
from survey_app.export.layout import bands
from survey_app.export.pages import Page, Paged, paginate
from survey_app.export.swedish import STOCKHOLM
from survey_app.export.typeset import ALARM, HAIRLINE, MUTED, Colour, Style, shortened, width_of

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT = (PAGE_WIDTH - WIDTH) / 2 + 5
TOP = PAGE_HEIGHT - 84
BOTTOM = 72.0
HEIGHT = TOP - BOTTOM

_MARK = Style(9, 12, "bold", MUTED)
_FURNITURE = Style(9, 12, "regular", MUTED)
_WARNING = Style(9, 12, "bold", ALARM)
_STAMP = Style(128, 128, "bold", (0.955, 0.935, 0.935))
_LONGEST_BOOKMARK = 90

# Streams stay binary; ASCII armour makes them a quarter larger and serves nobody now.
rl_config.useA85 = 0


def render(outline: Outline) -> bytes:
    """The PDF of an outline. The same outline gives the same bytes."""
    return draw(outline, lay_out(outline))


def lay_out(outline: Outline) -> Paged:
    """The pages of an outline, before they are drawn."""
    register_fonts()
    return paginate(bands(outline.blocks), HEIGHT)


def draw(outline: Outline, paged: Paged) -> bytes:
    """The PDF of an outline that is laid out."""
    target = io.BytesIO()
    canvas = _canvas(outline, target)
    numbers = paged.page_of()
    drawn = _Bookmarks(outline.blocks)
    for page in paged.pages:
        _draw_furniture(canvas, outline, page, paged)
        for down, band in page.repeated:
            _begin_artifact(canvas)
            _draw_pieces(canvas, band, TOP - down, numbers)
            _end_artifact(canvas)
        _draw_lines(canvas, [*page.repeated, *page.bands])
        for down, band in page.bands:
            drawn.place(canvas, band, TOP - down)
            _draw_pieces(canvas, band, TOP - down, numbers)
        canvas.showPage()
    canvas.save()
    return target.getvalue()


def _canvas(outline: Outline, target: io.BytesIO) -> Canvas:
    # Without a font of ours to begin with, every page would name Helvetica, which is not embedded.
    canvas = Canvas(
        target,
        pagesize=A4,
        pageCompression=1,
        invariant=1,
        pdfVersion=(1, 7),
        initialFontName=FIRST["regular"],
        lang="sv-SE",
    )
    canvas.setTitle(printable(outline.title))
    canvas.setAuthor(printable(outline.author))
    canvas.setSubject(printable(f"{outline.mark} {outline.running}"))
    canvas.setCreator("Redogör")
    canvas.setViewerPreference("DisplayDocTitle", "true")
    created = _pdf_date(outline.created)
    canvas.setDateFormatter(lambda *moment: created)
    return canvas


def _pdf_date(created: str | None) -> str:
    """An ISO time as PDF writes it; the beginning of 1980 where no time is known, as in ZIP."""
    if created is None:
        return "D:19800101000000+00'00'"
    local = datetime.datetime.fromisoformat(created).astimezone(STOCKHOLM)
    zone = local.strftime("%z")
    return local.strftime("D:%Y%m%d%H%M%S") + f"{zone[:3]}'{zone[3:]}'"


class _Bookmarks:
    """Bookmarks of the headings, each opening at its place on the page."""

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = blocks
        self.depth = -1

    def place(self, canvas: Canvas, band: Band, y: float) -> None:
        """Set the bookmark of the heading that begins with this band, if one does."""
        if band.anchor is None:
            return
        heading = self.blocks[band.anchor]
        assert isinstance(heading, Heading)
        # A bookmark may be only one step deeper than the one before it.
        self.depth = min(heading.level - 1, self.depth + 1)
        key = f"h{band.anchor}"
        title = " ".join(printable(heading.text).split())
        if len(title) > _LONGEST_BOOKMARK:
            title = f"{title[:_LONGEST_BOOKMARK].rpartition(' ')[0] or title[:60]} …"
        canvas.bookmarkPage(key, fit="XYZ", left=0, top=y + 12)
        canvas.addOutlineEntry(title, key, self.depth, closed=self.depth > 0)


def _begin_artifact(canvas: Canvas) -> None:
    canvas.addLiteral("/Artifact BMC")


def _end_artifact(canvas: Canvas) -> None:
    canvas.addLiteral("EMC")


def _draw_furniture(canvas: Canvas, outline: Outline, page: Page, paged: Paged) -> None:
    """Stamp, head and foot of a page."""
    _begin_artifact(canvas)
    if outline.stamp:
        _draw_stamp(canvas, outline.stamp)
    y = PAGE_HEIGHT - 48
    right = LEFT + WIDTH
    mark = printable(outline.mark)
    _draw(canvas, LEFT, y, mark, _MARK)
    start = LEFT + width_of(mark, _MARK) + 10
    warning = printable(outline.warning)
    edge = right - width_of(warning, _WARNING)
    _draw(canvas, edge, y, warning, _WARNING)
    title = shortened(outline.running, _FURNITURE, edge - start - 14)
    _draw(canvas, start, y, title, _FURNITURE)
    _rule(canvas, LEFT, y - 7, right, HAIRLINE)
    foot = 40.0
    _rule(canvas, LEFT, foot + 14, right, HAIRLINE)
    place = f"Sida {page.number} av {paged.total}"
    edge = right - width_of(place, _FURNITURE)
    _draw(canvas, LEFT, foot, shortened(outline.author, _FURNITURE, edge - LEFT - 14), _FURNITURE)
    _draw(canvas, edge, foot, place, _FURNITURE)
    _end_artifact(canvas)


def _draw_stamp(canvas: Canvas, stamp: str) -> None:
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(52)
    _draw(canvas, -width_of(stamp, _STAMP) / 2, -_STAMP.size / 3, stamp, _STAMP)
    canvas.restoreState()


def _rule(canvas: Canvas, left: float, y: float, right: float, colour: Colour) -> None:
    canvas.setStrokeColorRGB(*colour)
    canvas.setLineWidth(0.6)
    canvas.line(left, y, right, y)


def _draw_lines(canvas: Canvas, placed: Sequence[tuple[float, Band]]) -> None:
    """Bars beside answers and lines below rows and headings."""
    _begin_artifact(canvas)
    for down, band in placed:
        y = TOP - down
        if band.bar:
            indent, colour = band.bar
            canvas.setFillColorRGB(*colour)
            canvas.rect(LEFT + indent, y - band.height, 1.4, band.height, stroke=0, fill=1)
        if band.hairline:
            _rule(canvas, LEFT, y - band.height, LEFT + WIDTH, band.hairline)
    _end_artifact(canvas)


def _draw_pieces(canvas: Canvas, band: Band, top: float, numbers: dict[int, int]) -> None:
    for piece in band.pieces:
        x, found = piece.x, piece.runs
        if piece.page_of is not None:
            x, found = _page_number(piece, numbers)
        _draw_runs(canvas, LEFT + x, top - piece.down, found, piece.style)


def _page_number(piece: Piece, numbers: dict[int, int]) -> tuple[float, tuple[Run, ...]]:
    text = str(numbers[piece.page_of]) if piece.page_of is not None else ""
    return piece.x - width_of(text, piece.style), runs(f"{text} ", piece.style.face)


def _draw(canvas: Canvas, x: float, y: float, text: str, style: Style) -> None:
    _draw_runs(canvas, x, y, runs(text, style.face), style)


def _draw_runs(canvas: Canvas, x: float, y: float, found: tuple[Run, ...], style: Style) -> None:
    if not found:
        return
    line = canvas.beginText(x, y)
    line.setFillColorRGB(*style.colour)
    for run in found:
        line.setFont(run.font, style.size, style.leading)
        line.textOut(run.text)
    canvas.drawText(line)
