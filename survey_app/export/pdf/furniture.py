"""What stands on every page beside the text: head, foot, stamp, bars and lines. All are artifacts.

Also the page's measures, and the two ways of putting words on it.
"""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.lib.pagesizes import A4
from reportlab.pdfbase.pdfmetrics import stringWidth

from survey_app.export.blocks import Outline
from survey_app.export.pdf.bands import WIDTH, Band
from survey_app.export.pdf.glyphs import Run, printable, runs
from survey_app.export.pdf.structure import TaggedCanvas
from survey_app.export.pdf.typeset import ALARM, HAIRLINE, MUTED, Colour, Style, shortened, width_of

PAGE_WIDTH, PAGE_HEIGHT = A4
LEFT = (PAGE_WIDTH - WIDTH) / 2 + 5
TOP = PAGE_HEIGHT - 84
BOTTOM = 72.0
HEIGHT = TOP - BOTTOM

_MARK = Style(9, 12, "bold", MUTED)
_FURNITURE = Style(9, 12, "regular", MUTED)
_WARNING = Style(9, 12, "bold", ALARM)
_STAMP = Style(128, 128, "bold", (0.955, 0.935, 0.935))


def draw_furniture(canvas: TaggedCanvas, outline: Outline, place: str) -> None:
    """Stamp, head and foot of a page; ``place`` is its number and that of all."""
    if outline.stamp:
        with canvas.artifact("/Type /Pagination /Subtype /Watermark"):
            _draw_stamp(canvas, outline.stamp)
    with canvas.artifact("/Type /Pagination /Subtype /Header"):
        _draw_head(canvas, outline)
    with canvas.artifact("/Type /Pagination /Subtype /Footer"):
        _draw_foot(canvas, outline, place)


def _draw_head(canvas: TaggedCanvas, outline: Outline) -> None:
    y = PAGE_HEIGHT - 48
    right = LEFT + WIDTH
    mark = printable(outline.mark)
    _draw_text(canvas, LEFT, y, mark, _MARK)
    start = LEFT + width_of(mark, _MARK) + 10
    warning = printable(outline.warning)
    edge = right - width_of(warning, _WARNING)
    _draw_text(canvas, edge, y, warning, _WARNING)
    title = shortened(outline.running, _FURNITURE, edge - start - 14)
    _draw_text(canvas, start, y, title, _FURNITURE)
    _rule(canvas, LEFT, y - 7, right, HAIRLINE)


def _draw_foot(canvas: TaggedCanvas, outline: Outline, place: str) -> None:
    y, right = 40.0, LEFT + WIDTH
    _rule(canvas, LEFT, y + 14, right, HAIRLINE)
    edge = right - width_of(place, _FURNITURE)
    _draw_text(canvas, LEFT, y, shortened(outline.author, _FURNITURE, edge - LEFT - 14), _FURNITURE)
    _draw_text(canvas, edge, y, place, _FURNITURE)


def _draw_stamp(canvas: TaggedCanvas, stamp: str) -> None:
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(52)
    _draw_text(canvas, -width_of(stamp, _STAMP) / 2, -_STAMP.size / 3, stamp, _STAMP)
    canvas.restoreState()


def _rule(canvas: TaggedCanvas, left: float, y: float, right: float, colour: Colour) -> None:
    canvas.setStrokeColorRGB(*colour)
    canvas.setLineWidth(0.6)
    canvas.line(left, y, right, y)


def draw_lines(canvas: TaggedCanvas, placed: Sequence[tuple[float, Band]]) -> None:
    """Bars beside answers and lines below rows and headings."""
    with canvas.artifact():
        for down, band in placed:
            y = TOP - down
            if band.bar:
                indent, colour = band.bar
                canvas.setFillColorRGB(*colour)
                canvas.rect(LEFT + indent, y - band.height, 1.4, band.height, stroke=0, fill=1)
            if band.hairline:
                _rule(canvas, LEFT, y - band.height, LEFT + WIDTH, band.hairline)
            if band.pieces and band.pieces[-1].page_of is not None:
                _draw_leader(canvas, band, y)


def _draw_leader(canvas: TaggedCanvas, band: Band, top: float) -> None:
    """Dots that lead the eye from an entry to its page number."""
    *words, number = band.pieces
    last = max((piece for piece in words if piece.down == number.down), key=lambda piece: piece.x)
    start = LEFT + last.x + runs_width(last.runs, last.style.size) + 4
    y = top - number.down + 0.6
    canvas.saveState()
    canvas.setDash(0.1, 4)
    canvas.setLineCap(1)
    canvas.setStrokeColorRGB(*HAIRLINE)
    canvas.setLineWidth(1)
    canvas.line(start, y, LEFT + number.x - 24, y)
    canvas.restoreState()


def _draw_text(canvas: TaggedCanvas, x: float, y: float, text: str, style: Style) -> None:
    draw_runs(canvas, x, y, runs(text, style.face), style)


def draw_runs(
    canvas: TaggedCanvas, x: float, y: float, found: tuple[Run, ...], style: Style
) -> None:
    """Draw runs on one baseline."""
    if not found:
        return
    line = canvas.beginText(x, y)
    line.setFillColorRGB(*style.colour)
    for run in found:
        line.setFont(run.font, style.size, style.leading)
        line.textOut(run.text)
    canvas.drawText(line)


def runs_width(found: tuple[Run, ...], size: float) -> float:
    """How wide runs are drawn in a size, in points."""
    return float(sum(stringWidth(run.text, run.font, size) for run in found))
