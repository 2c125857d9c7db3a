"""The charts of tables as they stand in a page: SVG below the table, drawn as on paper."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from survey_app.core.kinds import KINDS
from survey_app.export.chart import draw
from survey_app.export.chart.svg import to_svg


@dataclass(frozen=True, slots=True)
class ChartView:
    """A drawing, and what it is called."""

    title: str
    svg: Markup


def charts_of(entry: Mapping[str, Any], name: str) -> list[ChartView]:
    """The charts of a table.

    entry  the table's entry in a content, with its ``value``
    name   what the ids of the drawings begin with; no other table on the page may have it
    """
    return [
        ChartView(drawing.title, Markup(to_svg(drawing, f"{name}-{chart['id']}")))
        for chart in entry["charts"]
        for drawing in (draw(entry, chart),)
    ]


def draw_charts(view: Any) -> list[ChartView]:
    """The charts of a table question as a page shows it (a ``QuestionView``), as it stands now.

    Nothing is drawn of a table in which nothing stands.
    """
    question, value = view.question, view.value
    if not question.charts or not value or not value["cells"]:
        return []
    rows = {row.id for _group, found in view.beside.groups for row in found if row.shown}
    shape = KINDS["table"].shape(question, value, rows)
    return charts_of({"id": question.id, **shape, "value": value}, f"chart-{question.id}")
