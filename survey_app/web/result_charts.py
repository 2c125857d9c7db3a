"""The results of a question drawn, to stand in a page."""

from __future__ import annotations

from survey_app.core.pooling import Result
from survey_app.export.result_charts import charted
from survey_app.web.charts import ChartView, charts_of


def view_charts(result: Result) -> list[ChartView]:
    """The charts of a question; the page has the same figures in a table."""
    return [
        view
        for place, (entry, chart) in enumerate(charted(result), start=1)
        for view in charts_of({**entry, "charts": [chart]}, f"chart-{place}")
    ]
