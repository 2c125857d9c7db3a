"""A drawing of ``export.chart`` on a page: inside the tag of its figure, letters in our fonts."""

from __future__ import annotations

from typing import Any

from survey_app.export.chart.shapes import Dot, Drawing, Label, Line, Point, Polyline, Rect
from survey_app.export.chart.style import (
    BOLD,
    COLOURS,
    DASHES,
    DOT,
    SIZES,
    WIDTHS,
    corners,
)
from survey_app.export.pdf.furniture import draw_runs
from survey_app.export.pdf.glyphs import Face, printable, runs
from survey_app.export.pdf.structure import Element, TaggedCanvas
from survey_app.export.pdf.typeset import Colour, Style, width_of


def draw_chart(
    canvas: TaggedCanvas, chart: tuple[Drawing, float, Element], left: float, low: float
) -> None:
    """Draw a chart, tagged as its element, with its lower left corner here.

    chart  the drawing, how many points a unit of it is, and whose it is
    """
    drawing, scale, element = chart
    canvas.tag(element)
    element.box = (left, low, left + drawing.width * scale, low + drawing.height * scale)
    pen = _Pen(canvas, left, low, scale)
    canvas.saveState()
    canvas.setLineJoin(1)
    for shape in drawing.shapes:
        match shape:
            case Line():
                pen.stroke(((shape.x1, shape.y1), (shape.x2, shape.y2)), shape)
            case Polyline():
                pen.stroke(shape.points, shape)
            case Rect():
                pen.fill(_corners_of(shape), shape)
            case Dot():
                pen.dot(shape)
            case Label():
                pen.write(shape)
    canvas.restoreState()


def _corners_of(box: Rect) -> tuple[Point, ...]:
    right, top = box.x + box.width, box.y + box.height
    return ((box.x, box.y), (right, box.y), (right, top), (box.x, top))


def _colour(shape: Line | Polyline | Rect | Dot | Label) -> Colour:
    code = COLOURS[shape.role]
    red, green, blue = (int(code[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


class _Pen:
    """Draws in units of the drawing, which has its lower left corner at a place on the page."""

    def __init__(self, canvas: TaggedCanvas, left: float, low: float, scale: float) -> None:
        self.canvas, self.left, self.low, self.scale = canvas, left, low, scale

    def at(self, x: float, y: float) -> Point:
        return self.left + x * self.scale, self.low + y * self.scale

    def stroke(self, points: tuple[Point, ...], shape: Line | Polyline) -> None:
        self.canvas.setStrokeColorRGB(*_colour(shape))
        self.canvas.setLineWidth(WIDTHS[shape.role] * self.scale)
        self.canvas.setDash([part * self.scale for part in DASHES.get(shape.role, ())])
        self.canvas.drawPath(self.path(points), stroke=1, fill=0)

    def fill(self, points: tuple[Point, ...], shape: Rect | Dot) -> None:
        self.canvas.setFillColorRGB(*_colour(shape))
        path = self.path(points)
        path.close()
        self.canvas.drawPath(path, stroke=0, fill=1)

    def path(self, points: tuple[Point, ...]) -> Any:
        path = self.canvas.beginPath()
        path.moveTo(*self.at(*points[0]))
        for point in points[1:]:
            path.lineTo(*self.at(*point))
        return path

    def dot(self, dot: Dot) -> None:
        if found := corners(dot.x, dot.y, dot.form):
            self.fill(found, dot)
            return
        self.canvas.setFillColorRGB(*_colour(dot))
        path = self.canvas.beginPath()
        path.circle(*self.at(dot.x, dot.y), DOT * self.scale)
        self.canvas.drawPath(path, stroke=0, fill=1)

    def write(self, label: Label) -> None:
        face: Face = "bold" if label.role in BOLD else "regular"
        size = SIZES[label.role] * self.scale
        style = Style(size, size, face, _colour(label))
        text = printable(label.text)
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor] * width_of(text, style)
        x, y = self.at(label.x, label.y)
        draw_runs(self.canvas, x - back, y, runs(text, face), style)
