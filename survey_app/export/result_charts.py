"""What is drawn of the results of a question: choices, rows, tables, numbers unit by unit or in
spans. In Swedish, as all charts are; the same figures stand in a table beside."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from survey_app.core.kinds import KINDS
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.number import as_decimal
from survey_app.core.pooling import Result, percent
from survey_app.export.chart.scale import tick_text, ticks

MOST_UNITS = 12
"""So many units have a bar each; the numbers of more are counted in spans."""
MOST_SERIES = 8
NUMBERS = ("integer", "percent", "money", "computed")

Drawn = tuple[dict[str, Any], dict[str, Any]]
"""A table's entry as in a content, and one of its charts."""


class Span(NamedTuple):
    """How many numbers stand in a span, and which percentage that is."""

    name: str
    n: int
    share: int | str | None


Named = Sequence[tuple[str, str]]
"""Ids with texts."""


def charted(result: Result) -> list[Drawn]:
    """The tables that are drawn of a question, each with its chart, for ``chart.draw``."""
    question: Any = result.question
    if question.kind == "table":
        return _of_table(result)
    title = question.text.sv
    if any(item.n for item in result.options):
        rows = [(item.option.id, item.option.text.sv) for item in result.options]
        cells = {item.option.id: {"antal": item.n} for item in result.options}
        return _drawn(title, "bar", [("antal", "Antal")], rows, cells)
    if question.kind == "matrix" and any(row.n for row in result.rows):
        options = [(item.id, item.text.sv) for item in question.options[:MOST_SERIES]]
        rows = [(row.line.id, row.line.text.sv) for row in result.rows]
        cells = {row.line.id: {item.option.id: item.n for item in row.options[:MOST_SERIES]}
                 for row in result.rows}  # fmt: skip
        return _drawn(title, "stacked", options, rows, cells)
    if question.kind in NUMBERS and len(_numbers(result)) > 1:
        return _of_numbers(title, result)
    return []


def _of_table(result: Result) -> list[Drawn]:
    if result.cells is None or result.cells.value is None:
        return []
    spec: Any = added_spec(result.question)
    entry = KINDS["table"].shape(spec, result.cells.value, {row.id for row in spec.rows})
    known = {item["id"] for item in (*entry["columns"], *entry["totals"])}
    charts = [chart for chart in entry["charts"] if set(chart["series"]) <= known]
    return [({**entry, "value": result.cells.value}, chart) for chart in charts]


def added_spec(spec: Any) -> Any:
    """A table as its cells add up: medians of percentages have no totals."""
    kinds = {spec.number_kind, *(item.number_kind for item in (*spec.columns, *spec.rows))}
    return spec.model_copy(update={"totals": []}) if "percent" in kinds else spec


def _numbers(result: Result) -> list[tuple[str, Decimal]]:
    read = [(reply.unit, as_decimal(reply.value)) for reply in result.of("answered")]
    return [(unit, number) for unit, number in read if number is not None]


def _of_numbers(title: str, result: Result) -> list[Drawn]:
    numbers = _numbers(result)
    if len(numbers) <= MOST_UNITS:
        rows = [(f"u{place}", unit) for place, (unit, _number) in enumerate(numbers)]
        cells = {f"u{place}": {"tal": str(number)} for place, (_unit, number) in enumerate(numbers)}
        return _drawn(title, "bar", [("tal", "Svar")], rows, cells)
    spans = _spans(result)
    rows = [(f"s{place}", name) for place, (name, _n) in enumerate(spans)]
    counted = {f"s{place}": {"antal": n} for place, (_name, n) in enumerate(spans)}
    return _drawn(title, "bar", [("antal", "Antal enheter")], rows, counted)


def _spans(result: Result) -> list[tuple[str, int]]:
    """How many numbers stand in each of some round spans; one at a border in the upper one."""
    numbers = [number for _unit, number in _numbers(result)]
    marks = ticks(numbers, from_zero=False, whole=result.question.kind == "integer")
    step = marks[1] - marks[0]
    return [
        (f"{tick_text(low, step)}–{tick_text(high, step)}",
         sum(low <= number < high or number == high == marks[-1] for number in numbers))
        for low, high in pairwise(marks)
    ]  # fmt: skip


def spread_of(result: Result) -> list[Span]:
    """The spans, where numbers are too many to stand unit by unit in a chart."""
    if result.question.kind not in NUMBERS or len(_numbers(result)) <= MOST_UNITS:
        return []
    spans = _spans(result)
    whole = sum(n for _name, n in spans)
    return [Span(name, n, percent(n, whole)) for name, n in spans]


def _drawn(
    title: str, kind: str, columns: Named, rows: Named, cells: dict[str, dict[str, Any]]
) -> list[Drawn]:
    """A table that was never asked, drawn."""
    chart = {"id": "antal", "type": kind, "series": [name for name, _text in columns],
             "title": title, "from_zero": True}  # fmt: skip
    numbers = [as_decimal(cell) or Decimal(0) for row in cells.values() for cell in row.values()]
    whole = all(number == number.to_integral_value() for number in numbers)
    spec = TableAnswer.model_validate({
        "kind": "table",
        "number_kind": "integer" if whole else "decimal",
        "columns": [{"id": name, "text": text} for name, text in columns],
        "rows": [{"id": name, "text": text} for name, text in rows],
        "charts": [chart],
    })  # fmt: skip
    value = {"cells": cells, "notes": {}}
    entry = KINDS["table"].shape(spec, value, {row.id for row in spec.rows})
    return [({**entry, "value": value}, entry["charts"][0])]
