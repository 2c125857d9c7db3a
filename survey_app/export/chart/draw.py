"""The way from a table in a content to a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey_app.export.chart.bar import draw_bars
from survey_app.export.chart.line import draw_lines
from survey_app.export.chart.series import read_chart
from survey_app.export.chart.shapes import Drawing
from survey_app.export.chart.words import in_words


def draw(entry: Mapping[str, Any], chart: Mapping[str, Any]) -> Drawing:
    """A chart of a table.

    entry  the table's entry in a content, as ``core.content`` makes it
    chart  one of the entry's ``charts``: id, type, series, title, from_zero
    """
    charted = read_chart(entry, chart)
    frame, shapes = (draw_lines if charted.type == "line" else draw_bars)(charted)
    return Drawing(
        shapes=(*frame.shapes, *shapes),
        title=charted.title,
        alt=in_words(charted),
        height=frame.height,
    )
