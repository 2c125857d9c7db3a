"""A line for each series, with a mark at each number and the name at the end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from survey_app.export.chart.frame import Frame, make_frame
from survey_app.export.chart.lettering import shortened, width_of
from survey_app.export.chart.series import Charted, Series
from survey_app.export.chart.shapes import Dot, Label, Line, Point, Polyline, Shape
from survey_app.export.chart.style import form_of

_WIDEST_NAME = 170.0
_APART = 15.0
_GAP = 14.0
_MARK = 11.0


def draw_lines(charted: Charted) -> tuple[Frame, list[Shape]]:
    """The frame, and the lines within it. A gap in the numbers is a gap in the line."""
    names = [shortened(one.name, "text", _WIDEST_NAME) for one in charted.series]
    beside = max(width_of(name, "text") for name in names) + _GAP + _MARK + 4
    frame = make_frame(charted, charted.series, beside)
    shapes: list[Shape] = []
    for place, one in enumerate(charted.series):
        for points in _runs(one, frame):
            if len(points) > 1:
                shapes.append(Polyline(points, one.role))
            shapes += [Dot(x, y, one.role, form_of(place)) for x, y in points]
    return frame, [*shapes, *_ends(charted.series, names, frame)]


def _runs(series: Series, frame: Frame) -> Iterator[tuple[Point, ...]]:
    """The points between two gaps; a step that the table has not is a gap, too."""
    known = series.known()
    points: list[Point] = []
    for (step, number), after in [*pairwise(known), *((item, None) for item in known[-1:])]:
        points.append((frame.x(step), frame.scale.place(number)))
        if after is None or not _goes_on(series, frame, step, after[0]):
            yield tuple(points)
            points = []


def _goes_on(series: Series, frame: Frame, step: int, after: int) -> bool:
    """Whether the line runs on from a step to the next one with a number."""
    near = frame.steps[after].place == frame.steps[step].place + 1
    return near and after == step + 1 and after not in series.cuts


def _ends(series: Sequence[Series], names: Sequence[str], frame: Frame) -> Iterator[Shape]:
    """The names at the right, moved apart where they would meet, each led to from its line."""
    last = [(one.known()[-1], place) for place, one in enumerate(series) if one.known()]
    wanted = sorted(
        ((frame.scale.place(number), frame.x(step), place) for (step, number), place in last)
    )
    highest = frame.scale.bottom - _APART
    placed: list[float] = []
    for number, (y, _x, _place) in enumerate(wanted):
        above = frame.scale.top - _APART * (len(wanted) - 1 - number)
        highest = max(highest + _APART, min(y, above))
        placed.append(highest)
    x = frame.right + _GAP
    for (y, start, place), stands in zip(wanted, placed, strict=True):
        yield Line(start + 6, y, x - 3, stands, "leader")
        yield Dot(x + 3, stands, series[place].role, form_of(place))
        yield Label(x + _MARK, stands - 4, names[place], "text")
