"""A drawing as PNG, for what can hold no lines of its own, such as Word."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw, ImageFont

from survey_app.export.chart.lettering import font_for, width_of
from survey_app.export.chart.shapes import Dot, Drawing, Label, Line, Point, Polyline, Rect, Shape
from survey_app.export.chart.style import COLOURS, DASHES, DOT, SIZES, WIDTHS, corners

SCALE = 2
"""Pixels for a unit of the drawing."""
_FINER = 3
"""Drawn so much larger and then made smaller, so that edges are smooth."""


def to_png(drawing: Drawing) -> bytes:
    """The drawing as a PNG file, on white; the same bytes for the same drawing."""
    size = (round(drawing.width * SCALE), round(drawing.height * SCALE))
    image = Image.new("RGB", (size[0] * _FINER, size[1] * _FINER), "white")
    pen = _Pen(ImageDraw.Draw(image), drawing.height, SCALE * _FINER)
    for shape in drawing.shapes:
        pen.draw(shape)
    target = io.BytesIO()
    image.resize(size, Image.Resampling.BOX).save(target, "PNG", optimize=True)
    return target.getvalue()


class _Pen:
    """Draws in units of the drawing, y upwards, on pixels that grow downwards."""

    def __init__(self, on: ImageDraw.ImageDraw, height: float, scale: float) -> None:
        self.on, self.height, self.scale = on, height, scale

    def at(self, x: float, y: float) -> Point:
        return x * self.scale, (self.height - y) * self.scale

    def draw(self, shape: Shape) -> None:
        match shape:
            case Line():
                self.stroke([(shape.x1, shape.y1), (shape.x2, shape.y2)], shape)
            case Polyline():
                self.stroke(shape.points, shape)
            case Rect():
                low = self.at(shape.x, shape.y)
                high = self.at(shape.x + shape.width, shape.y + shape.height)
                self.on.rectangle((low[0], high[1], high[0], low[1]), fill=COLOURS[shape.role])
            case Dot():
                self.dot(shape)
            case Label():
                self.write(shape)

    def stroke(self, points: Sequence[Point], shape: Line | Polyline) -> None:
        width = round(WIDTHS[shape.role] * self.scale)
        for dash in dashes(points, DASHES.get(shape.role, ())):
            drawn = [self.at(*point) for point in dash]
            self.on.line(drawn, fill=COLOURS[shape.role], width=width, joint="curve")

    def dot(self, dot: Dot) -> None:
        found = [self.at(*corner) for corner in corners(dot.x, dot.y, dot.form)]
        if found:
            self.on.polygon(found, fill=COLOURS[dot.role])
        else:
            x, y = self.at(dot.x, dot.y)
            self.on.circle((x, y), DOT * self.scale, fill=COLOURS[dot.role])

    def write(self, label: Label) -> None:
        size = SIZES[label.role] * self.scale
        font = ImageFont.truetype(
            str(font_for(label.text, label.role)), size, layout_engine=ImageFont.Layout.BASIC
        )
        back = {"start": 0.0, "middle": 0.5, "end": 1.0}[label.anchor]
        place = self.at(label.x - back * width_of(label.text, label.role), label.y)
        self.on.text(place, label.text, fill=COLOURS[label.role], font=font, anchor="ls")


def dashes(points: Sequence[Point], pattern: Sequence[float]) -> Iterator[list[Point]]:
    """The parts of a line that are drawn; all of it where there is no pattern."""
    if not pattern:
        yield list(points)
        return
    place, left, drawn = 0, pattern[0], True
    part = [points[0]]
    for start, end in pairwise(points):
        length = math.dist(start, end)
        done = 0.0
        while length - done > left:
            done += left
            share = done / length
            stop = (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)
            if drawn:
                yield [*part, stop]
            part, drawn = [stop], not drawn
            place = (place + 1) % len(pattern)
            left = pattern[place]
        left -= length - done
        part.append(end)
    if drawn and len(part) > 1:
        yield part
