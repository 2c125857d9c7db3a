"""The charts of the indicator report: from the source's own numbers to paper."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from survey_app.core.content import build_content
from survey_app.core.evaluation import Given, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.reading import read_questionnaire
from survey_app.export.blocks import Chart, Table
from survey_app.export.chart.shapes import Dot, Drawing, Line, Polyline, Rect
from survey_app.export.outline import draft_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from tests.export.tree import Reader
from tests.rounds.texts import ROOT, units_of

HEADING = {
    "case": {"diary_number": "RS259997", "title": "Övning", "practice": True},
    "unit": {"name": "Regionkontoret", "organisation_number": "232100-0115"},
    "submission": {"id": 1, "corrects": None},
    "deadline": None,
    "questionnaire_sha256": "0" * 64,
}
DRAWN = {
    "inskrivna": 2, "andel-kon": 1, "inskrivna-80": 2, "enstaka": 0, "unika": 0, "fast": 0,
    "plan-sjukhus": 1, "plan-psykiatri": 1,
}  # fmt: skip


@cache
def outline() -> Any:
    path = ROOT / "questionnaires" / "indikatorrapport-hemsjukvard.json"
    form = read_questionnaire(path.read_text(encoding="utf-8"))
    [unit] = units_of("indikatorrapport-hemsjukvard")
    answers = {
        name: Given(
            KINDS[form.by_id[name].kind].parse(form.by_id[name], told["value"]),
            parse_blank(told.get("blank")),
        )
        for name, told in unit["answers"].items()
    }
    content = build_content(form, answers, HEADING, draft=True)
    return draft_outline(content, "2026-11-22T14:00:00+01:00")


def drawings() -> Iterator[Drawing]:
    for block in outline().blocks:
        if isinstance(block, Chart):
            yield block.drawing


def drawn(title: str) -> Drawing:
    return next(drawing for drawing in drawings() if drawing.title == title)


def test_each_declared_chart_stands_below_a_table() -> None:
    blocks = outline().blocks
    assert len(list(drawings())) == sum(DRAWN.values()) == 7
    for place, block in enumerate(blocks):
        if isinstance(block, Chart):
            before = blocks[max(0, place - 8) : place]
            assert any(isinstance(one, Table) for one in before), block.drawing.title


def test_varberg_begins_in_october() -> None:
    for title in ("Inskrivna per kommun", "Inskrivna 80+ per kommun"):
        drawing = drawn(title)
        [line] = [one for one in drawing.shapes
                  if isinstance(one, Polyline) and one.role == "series-6"]  # fmt: skip
        [cut] = [one for one in drawing.shapes if isinstance(one, Line) and one.role == "break"]
        assert len(line.points) == 3
        assert line.points[0][0] > cut.x1
        assert "uppgift saknas till och med september 2025" in drawing.alt
        others = [one for one in drawing.shapes if isinstance(one, Polyline) and one is not line]
        assert [len(one.points) for one in others] == [13] * 5


def test_the_total_is_drawn_as_it_adds_up_and_not_over_the_break() -> None:
    drawing = drawn("Inskrivna, totalt")
    assert [len(one.points) for one in drawing.shapes if isinstance(one, Polyline)] == [10, 3]
    assert (
        "Totalt: lägst 3\u00a0219 personer (september 2025), "
        "högst 4\u00a0047 personer (oktober 2025)" in drawing.alt
    )
    # 3 299 in February, which the print says is 3 259: as high as between its neighbours.
    marks = [one.y for one in drawing.shapes if isinstance(one, Dot)]
    assert marks[1] < marks[2] < marks[3]


def test_plans_are_stacked_in_their_colours() -> None:
    drawing = drawn("Antal planeringar - Psykiatri Halland")
    for role in ("green", "blue", "yellow", "red"):
        bars = [one for one in drawing.shapes if isinstance(one, Rect) and one.role == role]
        assert len(bars) == 1 + 13
    assert "Röd planering: lägst 1 (februari 2025), högst 12 (december 2024)" in drawing.alt


def test_the_whole_report_as_a_pdf() -> None:
    """Every chart a figure with its words; every summary and analysis whole."""
    data = render(outline())
    words = read_words(data)
    [unit] = units_of("indikatorrapport-hemsjukvard")
    for told in unit["answers"].values():
        if isinstance(told["value"], str):
            assert " ".join(told["value"].split()) in words
    reader = Reader(data)
    figures = reader.root.all("Figure")
    assert [str(figure.element.Alt) for figure in figures] == [one.alt for one in drawings()]
