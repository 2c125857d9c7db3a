"""Totals: a printed table whose totals are partly wrong, and what must not be called wrong."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st
from pydantic import TypeAdapter

from survey_app.core.kinds import KINDS
from survey_app.core.number import canonical
from survey_app.core.questionnaire import Question
from survey_app.core.tabulation import Suspect, differences_of, suspects_of, totals_of

from .indicator_tables import ADMITTED, ADMITTED_SPEC, AGED, AGED_SPEC, MONTHS, UNITS, cells_of

QUESTION: TypeAdapter[Any] = TypeAdapter(Question)
TABLE = KINDS["table"]
Cells = dict[str, dict[str, Any]]


def question_of(spec: dict[str, Any]) -> Any:
    return QUESTION.validate_python({"id": "t", "text": "F", **spec})


def differences(spec: Any, cells: Cells) -> list[tuple[str, str, Any, Any]]:
    found = differences_of(cells, totals_of(spec, cells))
    return [(item.row, item.column, item.typed, item.computed) for item in found]


def test_the_wrong_totals_of_the_printed_report_are_found_and_no_others() -> None:
    spec, cells = question_of(ADMITTED_SPEC), cells_of(ADMITTED_SPEC, ADMITTED)
    assert differences(spec, cells) == [
        ("2025-02", "totalt", 3259, 3299),
        ("2025-09", "enstaka", 157, 156),
        ("summa", "hylte-enstaka", 101, 100),
        ("summa", "enstaka", 1910, 1909),
    ]
    totals = totals_of(spec, cells)
    assert sum(map(len, totals.values())) == 2 * 13 + 12 + 2
    assert totals["summa"]["totalt"].value == 44734


def test_the_cell_is_suspected_where_a_wrong_row_meets_a_wrong_column() -> None:
    spec, cells = question_of(ADMITTED_SPEC), cells_of(ADMITTED_SPEC, ADMITTED)
    found = list(differences_of(cells, totals_of(spec, cells)))
    assert list(suspects_of(spec, found)) == [Suspect("2025-09", "hylte-enstaka", 1)]


def test_all_this_is_warned_of_and_refuses_nothing() -> None:
    spec = question_of(ADMITTED_SPEC)
    value = TABLE.parse(spec, {"cells": cells_of(ADMITTED_SPEC, ADMITTED)})
    problems = list(TABLE.check(spec, value))
    assert [(item.code, item.part, item.severity) for item in problems] == [
        ("total_differs", "cell:2025-02:totalt", "warning"),
        ("total_differs", "cell:2025-09:enstaka", "warning"),
        ("total_differs", "cell:summa:hylte-enstaka", "warning"),
        ("total_differs", "cell:summa:enstaka", "warning"),
        ("cell_suspected", "cell:2025-09:hylte-enstaka", "warning"),
    ]
    assert problems[0].facts == {"typed": 3259, "computed": 3299, "difference": -40}


def test_right_totals_raise_no_alarm() -> None:
    spec, cells = question_of(AGED_SPEC), cells_of(AGED_SPEC, AGED)
    assert differences(spec, cells) == []


@pytest.mark.parametrize("month", MONTHS)
@pytest.mark.parametrize("unit", UNITS)
def test_one_more_in_any_cell_raises_exactly_its_total(unit: str, month: str) -> None:
    spec, cells = question_of(AGED_SPEC), cells_of(AGED_SPEC, AGED)
    cells[month][unit] = (cells[month][unit] or 0) + 1
    assert [item[:2] for item in differences(spec, cells)] == [(month, "totalt")]


def test_what_is_missing_is_counted_and_is_no_zero() -> None:
    spec, cells = question_of(AGED_SPEC), cells_of(AGED_SPEC, AGED)
    assert totals_of(spec, cells)["2024-12"]["totalt"].missing == 1
    cells["2024-12"]["varberg"] = 0
    assert totals_of(spec, cells)["2024-12"]["totalt"].missing == 0
    bare = {"2024-12": dict.fromkeys(UNITS, None)}
    assert totals_of(spec, bare)["2024-12"]["totalt"].value is None
    assert differences(spec, {"2024-12": {**dict.fromkeys(UNITS, None), "totalt": 5}}) == []


def test_rows_that_are_not_shown_are_not_added() -> None:
    spec, cells = question_of(ADMITTED_SPEC), cells_of(ADMITTED_SPEC, ADMITTED)
    shown = set(MONTHS) - {"2025-12"}
    totals = totals_of(spec, cells, shown)
    assert totals["summa"]["varberg-inskrivna"].value == 826 + 824
    assert totals["summa"]["varberg-inskrivna"].missing == 10
    assert "2025-12" not in totals


@over(st.lists(st.decimals(-(10**15), 10**15, places=3), min_size=1, max_size=20))
def test_sums_are_exact(numbers: list[Any]) -> None:
    spec = question_of({
        "kind": "table",
        "number_kind": "decimal",
        "columns": [{"id": f"c{n}", "text": "K"} for n in range(len(numbers))],
        "rows": [{"id": "r", "text": "R"}],
        "totals": [{"id": "s", "axis": "column", "text": "S", "typed": True}],
    })  # fmt: skip
    typed = {f"c{n}": canonical(number) for n, number in enumerate(numbers)}
    typed["s"] = canonical(sum(numbers))
    value = TABLE.parse(spec, {"cells": {"r": typed}})
    assert list(TABLE.check(spec, value)) == []
