"""What a chart shows, in words: for those who do not see it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from survey_app.export import swedish
from survey_app.export.chart.series import Charted, Gap, Series, Step

_KINDS = {"line": "Linjediagram", "bar": "Stapeldiagram", "stacked": "Staplat stapeldiagram"}
_FEW = 3
"""So many numbers of a series are all told."""
_GAPS: dict[Gap, str] = {"missing": "uppgift saknas", "absent": "ej ifylld"}


def in_words(charted: Charted) -> str:
    """The text in the chart's stead, from its numbers; Swedish, as the table is.

    What it is of; the lowest and highest number of each series, or all if they are few; where
    numbers are missing; and where they are not comparable.
    """
    title = charted.title.rstrip(".")
    said = [f"{_KINDS[charted.type]}: {title}{_span(charted.steps)}."]
    said += [f"{one.name}: {_series(one, charted)}." for one in charted.series]
    for place, text in charted.breaks:
        said.append(f"Inte jämförbart före {charted.steps[place].name}: {text.rstrip('.')}.")
    return " ".join(said)


def _span(steps: Sequence[Step]) -> str:
    if not steps:
        return ", inga rader"
    first, last = steps[0], steps[-1]
    named = f", {first.name}"
    return named if len(steps) == 1 else f"{named} till {last.name}"


def _series(series: Series, charted: Charted) -> str:
    return "; ".join([*_numbers(series, charted), *_gaps(series, charted.steps)])


def _numbers(series: Series, charted: Charted) -> Iterator[str]:
    known = [(number, charted.steps[step].name) for step, number in series.known()]
    if not known:
        return
    unit = f" {charted.unit}" if charted.unit else ""
    if len(known) <= _FEW:
        told = ((_number(number, charted.decimals), name) for number, name in known)
        yield ", ".join(f"{number}{unit} ({name})" for number, name in told)
        return
    low, high = min(known, key=lambda item: item[0]), max(known, key=lambda item: item[0])
    least, most = (_number(number, charted.decimals) for number, _name in (low, high))
    if least == most:
        yield f"{least}{unit} hela tiden"
        return
    yield f"lägst {least}{unit} ({low[1]}), högst {most}{unit} ({high[1]})"


def _number(number: Decimal, decimals: int) -> str:
    """With the decimals that it has, or as many as the table shows."""
    digits = format(number, "f")
    whole, _point, own = digits.partition(".")
    padded = own.ljust(decimals, "0")
    return swedish.number(f"{whole}.{padded}" if padded else whole)


def _gaps(series: Series, steps: Sequence[Step]) -> Iterator[str]:
    for gap, said in _GAPS.items():
        places = [place for place, point in enumerate(series.points) if point == gap]
        if places:
            yield f"{said} {_where(places, steps)}"


def _where(places: Sequence[int], steps: Sequence[Step]) -> str:
    """Which steps: all, up to one, from one on, or each by name."""
    first, last = places[0], places[-1]
    together = last - first == len(places) - 1
    if together and len(places) == len(steps):
        return "helt"
    if together and first == 0 and last:
        return f"till och med {steps[last].name}"
    if together and last == len(steps) - 1 and len(places) > 1:
        return f"från och med {steps[first].name}"
    return f"för {swedish.listed([steps[place].name for place in places])}"
