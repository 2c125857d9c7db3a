"""How the shapes of a chart look: the same in every writer.

A series is told by its colour, and without colour by its dashes, by the form of its marks and by
its name. Colours stand out from white by 3:1 at least (WCAG 2.2, 1.4.11), texts by 4.5:1.
"""

from __future__ import annotations

from survey_app.export.chart.shapes import SERIES, Form, Point, Role

COLOURS: dict[Role, str] = {
    "axis": "#565b64",
    "grid": "#d3d7dc",
    "break": "#565b64",
    "leader": "#8a9099",
    "title": "#1b1e23",
    "text": "#1b1e23",
    "small": "#565b64",
    "light": "#ffffff",
    "series-1": "#0b5563",
    "series-2": "#b3441e",
    "series-3": "#5b3a8e",
    "series-4": "#2c7a37",
    "series-5": "#a81260",
    "series-6": "#1f5fbf",
    "series-7": "#6b5b00",
    "series-8": "#4a4f57",
    "green": "#2c7a37",
    "blue": "#1f5fbf",
    "yellow": "#b58900",
    "red": "#b3202a",
}

LIFTED: tuple[Role, ...] = ("light",)
"""Roles that never stand on the white ground."""

WIDTHS: dict[Role, float] = {
    "axis": 1.2,
    "grid": 0.8,
    "break": 1.2,
    "leader": 0.8,
    **dict.fromkeys(SERIES, 2.0),
}

DASHES: dict[Role, tuple[float, ...]] = {
    "break": (5, 4),
    "series-2": (8, 3),
    "series-3": (2, 3),
    "series-4": (8, 3, 2, 3),
    "series-5": (12, 4),
    "series-6": (4, 3),
    "series-7": (10, 3, 2, 3, 2, 3),
    "series-8": (1.5, 2),
}

SIZES: dict[Role, float] = {"title": 15, "text": 13, "small": 12, "light": 12}
"""Of letters. At the width of a page of paper (450 points) 13 are 8 points."""

BOLD: tuple[Role, ...] = ("title",)

_FORMS: tuple[Form, ...] = ("circle", "square", "diamond", "triangle")
DOT = 4.0
"""Half of how wide a mark is."""


def form_of(place: int) -> Form:
    """The mark of the series at a place, counted from 0."""
    return _FORMS[place % len(_FORMS)]


def corners(x: float, y: float, form: Form) -> tuple[Point, ...]:
    """The corners of a mark, which none of the writers has a shape for; of a circle none."""
    half = DOT
    match form:
        case "square":
            half = DOT * 0.9
            return ((x - half, y - half), (x + half, y - half), (x + half, y + half),
                    (x - half, y + half))  # fmt: skip
        case "diamond":
            half = DOT * 1.25
            return ((x, y - half), (x + half, y), (x, y + half), (x - half, y))
        case "triangle":
            half = DOT * 1.15
            return ((x - half, y - half * 0.8), (x + half, y - half * 0.8), (x, y + half))
        case _:
            return ()


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """How far two colours stand apart, from 1 to 21 (WCAG 2.2, relative luminance)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def role_on(fill: Role) -> Role:
    """The role of a text that stands on a fill: the lighter or darker that can be read better."""
    ground = COLOURS[fill]
    return max(("light", "text"), key=lambda role: contrast(COLOURS[role], ground))
