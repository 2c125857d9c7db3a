"""Bars beside each other, or one above the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from survey_app.export import swedish
from survey_app.export.chart.frame import Frame, code_of, gap_text, make_frame
from survey_app.export.chart.lettering import width_of
from survey_app.export.chart.scale import Scale
from survey_app.export.chart.series import Charted, Gap, Series
from survey_app.export.chart.shapes import Label, Rect, Shape
from survey_app.export.chart.style import SIZES, role_on

_SHARE = 0.72
"""Of the room of a step, how much its bars take."""
_WIDEST = 60.0
_FOOT = 8.0


def draw_bars(charted: Charted) -> tuple[Frame, list[Shape]]:
    """The frame, and the bars within it. Where a number is missing there is no bar, and it says
    so below the step."""
    stacked = charted.type == "stacked"
    frame = make_frame(charted, _sums(charted.series) if stacked else charted.series, 6)
    shapes: list[Shape] = []
    for step in range(len(charted.steps)):
        found = _stack(charted, frame, step) if stacked else _group(charted, frame, step)
        shapes += [*found, *_missing(charted, frame, step)]
    return frame, shapes


def _sums(series: tuple[Series, ...]) -> list[Series]:
    """How far the stacks reach above zero and below it."""
    found = []
    for wanted in (1, -1):
        points: list[Decimal | Gap] = []
        for step in range(len(series[0].points)):
            known = [one.points[step] for one in series]
            numbers = [point for point in known if isinstance(point, Decimal)]
            reach = sum((number for number in numbers if number * wanted > 0), Decimal(0))
            points.append(reach if numbers else "missing")
        found.append(replace(series[0], points=tuple(points)))
    return found


def _group(charted: Charted, frame: Frame, step: int) -> Iterator[Shape]:
    width = min(frame.slot * _SHARE / len(charted.series), _WIDEST)
    start = frame.x(step) - width * len(charted.series) / 2
    for place, one in enumerate(charted.series):
        point = one.points[step]
        if isinstance(point, Decimal):
            box = _bar(frame.scale, Decimal(0), point, start + place * width, width * 0.94, one)
            said = swedish.number(format(point, "f")) if len(charted.series) == 1 else ""
            yield from _coded(box, said or code_of(charted.series, place))


def _stack(charted: Charted, frame: Frame, step: int) -> Iterator[Shape]:
    width = min(frame.slot * _SHARE, _WIDEST)
    above = below = Decimal(0)
    for place, one in enumerate(charted.series):
        point = one.points[step]
        if not isinstance(point, Decimal):
            continue
        start = above if point >= 0 else below
        box = _bar(frame.scale, start, start + point, frame.x(step) - width / 2, width, one)
        yield from _coded(box, code_of(charted.series, place))
        above, below = (above + point, below) if point >= 0 else (above, below + point)


def _bar(
    scale: Scale, start: Decimal, end: Decimal, x: float, width: float, series: Series
) -> Rect:
    low, high = sorted((scale.place(start), scale.place(end)))
    return Rect(x, low, width, high - low, series.role)


def _coded(box: Rect, code: str) -> Iterator[Shape]:
    """A bar, with its letters, or its number where there is one series, if they have room."""
    yield box
    role = role_on(box.role)
    if box.height >= SIZES[role] + 2 and box.width >= width_of(code, role) + 2:
        y = box.y + box.height / 2 - SIZES[role] * 0.33
        yield Label(box.x + box.width / 2, y, code, role, "middle")


def _missing(charted: Charted, frame: Frame, step: int) -> Iterator[Shape]:
    said = gap_text(charted, step, frame.slot)
    if said:
        yield Label(frame.x(step), _FOOT, said, "small", "middle")
