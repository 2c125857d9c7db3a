"""A drawing as SVG, to stand within a page.

Nothing but elements, presentation attributes and classes: the content security policy of the pages
lets no ``style`` through. Colours can be told anew by the page's own style sheet, by class.
"""

from __future__ import annotations

from survey_app.export.chart.lettering import width_of
from survey_app.export.chart.shapes import Dot, Drawing, Label, Line, Point, Polyline, Rect, Shape
from survey_app.export.chart.style import (
    BOLD,
    COLOURS,
    DASHES,
    DOT,
    SIZES,
    WIDTHS,
    corners,
)
from survey_app.export.etree import etree
from survey_app.export.xml_text import add

_NAMESPACE = "http://www.w3.org/2000/svg"


def to_svg(drawing: Drawing, name: str, language: str = "sv") -> str:
    """The drawing as one ``<svg>`` element.

    name  what its ids begin with; no other drawing on the page may have it
    """
    root = etree.Element(f"{{{_NAMESPACE}}}svg", nsmap={None: _NAMESPACE})
    root.set("viewBox", f"0 0 {_number(drawing.width)} {_number(drawing.height)}")
    root.set("class", "chart")
    root.set("role", "img")
    root.set("lang", language)
    root.set("aria-labelledby", f"{name}-title {name}-words")
    add(root, "title", drawing.title, id=f"{name}-title")
    add(root, "desc", drawing.alt, id=f"{name}-words")
    for shape in drawing.shapes:
        _add(root, shape, drawing.height)
    return str(etree.tostring(root, encoding="unicode"))


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _add(root: etree._Element, shape: Shape, height: float) -> None:
    """One shape; y grows downwards here."""
    told = {"class": f"chart-{shape.role}"}
    match shape:
        case Line():
            made = add(root, "line", **told)
            _set(made, x1=shape.x1, y1=height - shape.y1, x2=shape.x2, y2=height - shape.y2)
            _stroke(made, shape)
        case Polyline():
            made = add(root, "polyline", points=_points(shape.points, height), fill="none", **told)
            _stroke(made, shape)
        case Rect():
            made = add(root, "rect", fill=COLOURS[shape.role], **told)
            _set(made, x=shape.x, y=height - shape.y - shape.height)
            _set(made, width=shape.width, height=shape.height)
        case Dot():
            _dot(root, shape, height, told)
        case Label():
            made = add(root, "text", shape.text, fill=COLOURS[shape.role], **told)
            _set(made, x=shape.x, y=height - shape.y)
            made.set("font-size", _number(SIZES[shape.role]))
            made.set("text-anchor", shape.anchor)
            # As wide as on paper, whatever font the page has: the room is measured for that.
            made.set("textLength", _number(width_of(shape.text, shape.role)))
            made.set("lengthAdjust", "spacingAndGlyphs")
            if shape.role in BOLD:
                made.set("font-weight", "600")


def _dot(root: etree._Element, dot: Dot, height: float, told: dict[str, str]) -> None:
    found = corners(dot.x, dot.y, dot.form)
    if found:
        made = add(root, "polygon", points=_points(found, height), **told)
    else:
        made = add(root, "circle", **told)
        _set(made, cx=dot.x, cy=height - dot.y, r=DOT)
    made.set("fill", COLOURS[dot.role])


def _set(made: etree._Element, **numbers: float) -> None:
    for name, number in numbers.items():
        made.set(name, _number(number))


def _points(points: tuple[Point, ...], height: float) -> str:
    return " ".join(f"{_number(x)},{_number(height - y)}" for x, y in points)


def _stroke(made: etree._Element, shape: Line | Polyline) -> None:
    made.set("stroke", COLOURS[shape.role])
    made.set("stroke-width", _number(WIDTHS[shape.role]))
    if shape.role in DASHES:
        made.set("stroke-dasharray", " ".join(map(_number, DASHES[shape.role])))
