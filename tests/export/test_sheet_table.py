"""A table as a file, and the file read in again: the same, cell by cell."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from survey_app.core.kinds import KINDS
from survey_app.core.placement import Placement, match, taken_in
from survey_app.core.questionnaire import Question
from survey_app.export.sheet import read_sheets, write_csv, write_xlsx
from survey_app.export.sheet.table import sheet_of
from tests.rounds.test_content import specification, units_of

QUESTION: TypeAdapter[Any] = TypeAdapter(Question)
MADE_AT = "2026-11-22T14:00:00+01:00"
TABLE = KINDS["table"]


def files(spec: Any, value: Any) -> dict[str, bytes]:
    sheet = sheet_of(spec, value)
    return {"xlsx": write_xlsx([sheet], "x", MADE_AT), "csv": write_csv(sheet.rows)}


def read_again(spec: Any, data: bytes) -> Placement:
    [sheet] = read_sheets(data)
    return match(spec, sheet.grid)


def tables() -> list[str]:
    form = specification("indikatorrapport-hemsjukvard")
    return [item.id for item in form.questions() if item.kind == "table"]


@pytest.mark.parametrize("table", tables())
@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_the_tables_of_the_indicator_report_come_back_as_they_were(table: str, ending: str) -> None:
    spec = specification("indikatorrapport-hemsjukvard").by_id[table]
    [unit] = units_of("indikatorrapport-hemsjukvard")
    value = unit["answers"][table]["value"]
    found = read_again(spec, files(spec, value)[ending])
    assert found.is_settled
    assert taken_in(None, found)["cells"] == value["cells"]
    assert found.skipped == found.absent_rows == found.absent_columns == ()


def test_a_person_sees_groups_merged_above_and_repeated_before() -> None:
    spec = specification("indikatorrapport-hemsjukvard").by_id["inskrivna"]
    [unit] = units_of("indikatorrapport-hemsjukvard")
    book = openpyxl.load_workbook(
        io.BytesIO(files(spec, unit["answers"]["inskrivna"]["value"])["xlsx"])
    )
    page: Any = book.worksheets[0]
    assert page["A1"].value == "Antal inskrivna i respektive kommun"
    assert [page.cell(1, column).value for column in (3, 4, 5, 15, 16)] == [
        "Falkenberg", None, "Halmstad", "Totalt", "Enstaka",
    ]  # fmt: skip
    assert [page.cell(2, column).value for column in (3, 4, 15)] == ["Inskrivna", "Enstaka", None]
    assert {str(area) for area in page.merged_cells.ranges} >= {"C1:D1", "O1:O2", "P1:P2"}
    assert [page.cell(row, 1).value for row in (3, 4, 15, 16)] == ["2024", "2025", "2025", "Totalt"]
    assert page["M3"].value == "uppgift saknas"  # Varberg, December 2024
    assert page["C3"].value == 632


def _names(count: int) -> st.SearchStrategy[list[str]]:
    word = st.text(st.sampled_from("abcdeåäö =-+'\"/"), min_size=2, max_size=8)
    return st.lists(
        word.filter(lambda text: len("".join(sign for sign in text if sign.isalpha())) > 1),
        min_size=1, max_size=count, unique_by=_bare,
    )  # fmt: skip


def _bare(text: str) -> str:
    return "".join(sign for sign in text if sign.isalpha())


@st.composite
def _filled(draw: st.DrawFn) -> tuple[Any, Any]:
    """A table of any shape, whose names can be told apart, and cells of it."""
    groups = draw(st.booleans()), draw(st.booleans())
    columns, rows = draw(_names(5)), draw(_names(5))
    kind = draw(st.sampled_from(["integer", "decimal", "percent", "money"]))
    totals = [
        {"id": f"t{axis}", "axis": axis, "text": f"Totalt xyz {axis}", "typed": draw(st.booleans())}
        for axis in ("row", "column")
        if draw(st.booleans())
    ]
    spec = QUESTION.validate_python({
        "id": "t", "kind": "table", "text": "Fråga 1", "number_kind": kind,
        "columns": [_line("c", place, name, groups[0]) for place, name in enumerate(columns)],
        "rows": [_line("r", place, name, groups[1]) for place, name in enumerate(rows)],
        "totals": totals,
    })  # fmt: skip
    number = st.integers(0, 100) if kind == "integer" else st.decimals(0, 100, places=2).map(str)
    row_ids = [row.id for row in spec.rows] + [t["id"] for t in totals if t["axis"] == "row"
                                               and t["typed"]]  # fmt: skip
    column_ids = [column.id for column in spec.columns]
    column_ids += [t["id"] for t in totals if t["axis"] == "column" and t["typed"]]
    cells = draw(st.fixed_dictionaries({}, optional={
        row: st.fixed_dictionaries({}, optional={
            column: st.none() | number for column in column_ids
        }) for row in row_ids
    }))  # fmt: skip
    return spec, TABLE.parse(spec, {"cells": cells})


def _line(sort: str, place: int, name: str, grouped: bool) -> dict[str, Any]:
    group = {"group": f"Grupp {'xy'[place % 2]}"} if grouped and place % 3 < 2 else {}
    return {"id": f"{sort}{place}", "text": name, **group}


@settings(max_examples=150, deadline=None)
@given(_filled())
def test_any_table_comes_back_as_it_was(filled: tuple[Any, Any]) -> None:
    spec, value = filled
    for data in files(spec, value).values():
        found = read_again(spec, data)
        assert not found.open_lines
        assert not found.wrong_cells
        assert found.skipped == ()
        assert TABLE.parse(spec, taken_in(None, found)) == value
