"""What stands around the lines and bars: title, legend, scale, steps, and where figures break."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from survey_app.export.chart.lettering import set_lines, shortened, width_of
from survey_app.export.chart.scale import Scale, tick_text, ticks
from survey_app.export.chart.series import Charted, Series, Step
from survey_app.export.chart.shapes import WIDTH, Label, Line, Rect, Shape
from survey_app.export.chart.style import role_on

PLOT = 240.0
"""How high the plot is; what stands above and below it makes the drawing higher."""
_SWATCH = 26.0
_LINE = 16.0
_FOOT = 12.0
_WIDEST_TICK = 180.0
_GAPS = (("–", "saknas"), ("*", "saknas delvis"))
_NOT_ZERO = "Skalan börjar inte på noll."


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot is, and what surrounds it."""

    left: float
    right: float
    scale: Scale
    steps: tuple[Step, ...]
    height: float
    shapes: tuple[Shape, ...]

    @property
    def slot(self) -> float:
        """How much room each step has."""
        return _slot(self.left, self.right, self.steps)

    def x(self, step: int) -> float:
        """The middle of a step, by its number."""
        return _middle(self.left, self.right, self.steps, step)


def make_frame(charted: Charted, numbers: Sequence[Series], beside: float) -> Frame:
    """The frame of a chart.

    numbers  the series that the scale must hold: of stacked bars, what they come to
    beside   how much room is wanted at the right of the plot
    """
    found = ticks(
        [number for series in numbers for _, number in series.known()],
        from_zero=charted.from_zero,
        whole=charted.whole,
    )
    step = found[1] - found[0]
    names = [shortened(tick_text(tick, step), "small", _WIDEST_TICK) for tick in found]
    left = max(width_of(name, "small") for name in names) + 12
    right = WIDTH - beside
    below = _FOOT + _LINE * (1 + _has_groups(charted) + _tells_gaps(charted))
    scale = Scale(found, below, below + PLOT)
    above = list(_above(charted, scale, left, right))
    height = scale.top + sum(rise for rise, _ in above) + 10
    shapes = [*_grid(scale, names, left, right), *_steps(charted.steps, below, left, right)]
    down = height - 4
    for rise, made in above:
        shapes += _moved(made, down - rise)
        down -= rise
    shapes += _breaks(charted, scale, left, right)
    return Frame(left, right, scale, charted.steps, height, tuple(shapes))


def _has_groups(charted: Charted) -> bool:
    return any(step.group for step in charted.steps)


def _tells_gaps(charted: Charted) -> bool:
    """A line tells a gap by itself; where a bar is missing, it is said below the step."""
    return charted.type != "line" and any(
        len(one.known()) < len(one.points) for one in charted.series
    )


def gap_text(charted: Charted, step: int, slot: float) -> str:
    """What stands below a step whose bars, or some of them, are missing: words, or a sign where
    they have no room; ``""`` where all are there."""
    gaps = sum(isinstance(one.points[step], str) for one in charted.series)
    if not gaps:
        return ""
    sign, words = _GAPS[gaps < len(charted.series)]
    return words if width_of(words, "small") <= slot - 4 else sign


def _signs(charted: Charted, slot: float) -> str:
    """What the signs of missing bars mean, as far as they are used."""
    used = {gap_text(charted, step, slot) for step in range(len(charted.steps))}
    return ", ".join(f"{sign} {words}" for sign, words in _GAPS if sign in used)


def _slot(left: float, right: float, steps: Sequence[Step]) -> float:
    return (right - left) / ((steps[-1].place if steps else 0) + 1)


def _middle(left: float, right: float, steps: Sequence[Step], step: int) -> float:
    return left + (steps[step].place + 0.5) * _slot(left, right, steps)


def _moved(shapes: Sequence[Shape], up: float) -> Iterator[Shape]:
    for shape in shapes:
        match shape:
            case Label():
                yield Label(shape.x, shape.y + up, shape.text, shape.role, shape.anchor)
            case Rect():
                yield Rect(shape.x, shape.y + up, shape.width, shape.height, shape.role)
            case _:
                yield shape


def _above(
    charted: Charted, scale: Scale, left: float, right: float
) -> Iterator[tuple[float, list[Shape]]]:
    """What stands above the plot, row by row from the top: how high, and shapes from its foot."""
    for text in set_lines(charted.title, "title", WIDTH - 8):
        yield 22.0, [Label(4, 4, text, "title")]
    if charted.type != "line" and len(charted.series) > 1:
        for row in _legend(charted.series):
            yield 24.0, row
    for place, text in charted.breaks:
        x = _edge(charted.steps, left, right, place)
        before = x - left > right - x
        room = (x if before else WIDTH - x) - 10
        for line in set_lines(text, "small", room):
            yield 16.0, [Label(x - 5 if before else x + 5, 4, line, "small",
                               "end" if before else "start")]  # fmt: skip
    cut = scale.ticks[0] > 0 or scale.ticks[-1] < 0
    unit = charted.unit.capitalize()
    signs = _signs(charted, _slot(left, right, charted.steps)) if charted.type != "line" else ""
    said = ". ".join(filter(None, (unit, signs, _NOT_ZERO if cut else "")))
    for line in set_lines(said, "small", WIDTH - 8):
        yield 18.0, [Label(4, 8, line, "small")]


def code_of(series: Sequence[Series], place: int) -> str:
    """The two letters that stand on the bars of a series; its number where two have the same."""
    codes = [one.name[:2] for one in series]
    return codes[place] if len(set(codes)) == len(codes) else str(place + 1)


def _legend(series: Sequence[Series]) -> list[list[Shape]]:
    rows: list[list[Shape]] = [[]]
    x = 4.0
    for place, one in enumerate(series):
        name = shortened(one.name, "text", WIDTH - _SWATCH - 20)
        wide = _SWATCH + 6 + width_of(name, "text") + 18
        if x + wide > WIDTH and rows[-1]:
            rows.append([])
            x = 4.0
        rows[-1] += [
            Rect(x, 2, _SWATCH, 16, one.role),
            Label(x + _SWATCH / 2, 6, code_of(series, place), role_on(one.role), "middle"),
            Label(x + _SWATCH + 6, 6, name, "text"),
        ]
        x += wide
    return rows


def _grid(scale: Scale, names: Sequence[str], left: float, right: float) -> Iterator[Shape]:
    for tick, name in zip(scale.ticks, names, strict=True):
        y = scale.place(tick)
        yield Line(left, y, right, y, "axis" if y == scale.zero else "grid")
        yield Label(left - 8, y - 4, name, "small", "end")
    if scale.zero != scale.bottom:
        yield Line(left, scale.bottom, right, scale.bottom, "grid")


def _steps(steps: Sequence[Step], below: float, left: float, right: float) -> Iterator[Shape]:
    """Names below the plot, as many as have room; below them the groups, each where it begins."""
    slot = _slot(left, right, steps)
    widest = max((width_of(step.short, "small") for step in steps), default=0.0)
    every = 1 if any(not step.period for step in steps) else int((widest + 4) // slot) + 1
    for number, step in enumerate(steps):
        x = _middle(left, right, steps, number)
        if number % every == 0:
            said = shortened(step.short, "small", max(slot * every - 4, 14))
            yield Label(x, below - _LINE, said, "small", "middle")
    edge = left
    for group, found in groupby(enumerate(steps), key=lambda item: item[1].group):
        number = next(found)[0]
        x = _middle(left, right, steps, number) - slot / 2
        if group:
            said = shortened(group, "small", WIDTH - edge)
            start = min(max(x + 3, edge), WIDTH - width_of(said, "small"))
            yield Label(start, below - 2 * _LINE, said, "small")
            edge = start + width_of(said, "small") + 8
            if number:
                yield Line(x, below, x, below - 2 * _LINE - 2, "grid")


def _edge(steps: Sequence[Step], left: float, right: float, place: int) -> float:
    """Where figures break: between a step and the one before it."""
    after = _middle(left, right, steps, place)
    return (after + _middle(left, right, steps, place - 1)) / 2


def _breaks(charted: Charted, scale: Scale, left: float, right: float) -> Iterator[Shape]:
    for place, _text in charted.breaks:
        x = _edge(charted.steps, left, right, place)
        yield Line(x, scale.bottom, x, scale.top + 22, "break")
