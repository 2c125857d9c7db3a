"""The result of a survey as its page shows it: counts beside a drawing, texts, what is withheld."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.export.chart.svg import to_svg
from survey_app.export.survey_result import chart_of, facts_of, table_of


def view_result(result: Mapping[str, Any]) -> dict[str, Any]:
    """Sections with their questions, each with the words of its result. Swedish, as the questions
    are in it."""
    return {
        **result,
        "sections": [
            {"title": section["title"], "questions": list(_questions(section))}
            for section in result["sections"]
        ],
    }


def _questions(section: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for told in section["questions"]:
        chart = chart_of(told)
        yield {
            **told,
            "withheld": bool(told["tally"].get("withheld")),
            "table": table_of(told),
            "chart": to_svg(chart.drawing, f"chart-{told['id']}") if chart else "",
            "facts": facts_of(told),
        }
