"""What a chart is drawn of. All writers draw exactly these shapes at exactly these places.

Measures are in units of the drawing; x grows to the right and y upwards, as in a PDF.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]

Role = Literal[
    "axis", "grid", "break", "leader", "title", "text", "small", "light",
    "series-1", "series-2", "series-3", "series-4",
    "series-5", "series-6", "series-7", "series-8",
    "green", "blue", "yellow", "red",
]  # fmt: skip
"""What a shape stands for; how it looks is told by ``chart.style``. ``light`` is text on a dark
fill, ``leader`` leads from a line's end to its name."""

SERIES: tuple[Role, ...] = (
    "series-1", "series-2", "series-3", "series-4",
    "series-5", "series-6", "series-7", "series-8",
)  # fmt: skip
Form = Literal["circle", "square", "diamond", "triangle"]
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    role: Role


@dataclass(frozen=True, slots=True)
class Polyline:
    """A line through points, two or more."""

    points: tuple[Point, ...]
    role: Role


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle; x and y are its lower left corner."""

    x: float
    y: float
    width: float
    height: float
    role: Role


@dataclass(frozen=True, slots=True)
class Dot:
    """A mark around a place; its form tells its series without colour."""

    x: float
    y: float
    role: Role
    form: Form


@dataclass(frozen=True, slots=True)
class Label:
    """One line of text on a baseline, that begins, is centred or ends at x."""

    x: float
    y: float
    text: str
    role: Role
    anchor: Anchor = "start"


Shape = Line | Polyline | Rect | Dot | Label

WIDTH = 720.0


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart. ``title`` says what it is of, ``alt`` in words what it shows."""

    shapes: tuple[Shape, ...]
    title: str
    alt: str
    width: float = WIDTH
    height: float = 360.0
