"""Where the cells of a paste or a file belong: known, unknown, there twice, no number."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from survey_app.core.grid import Grid, read_delimited, trimmed
from survey_app.core.grid_names import period_of, same_name
from survey_app.core.kinds import KINDS
from survey_app.core.placement import Choices, Placement, changes, match, taken_in
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question

from .specimens import Case, cases

QUESTION: TypeAdapter[Any] = TypeAdapter(Question)


def _line(key: str, text: Any, **more: Any) -> dict[str, Any]:
    return {"id": key, "text": text, **more}


TABLES: dict[str, dict[str, Any]] = {
    "towns": {
        "columns": [
            _line("in", {"sv": "Inskrivna", "en": "Admitted"}),
            _line("ut", "Utskrivna", aliases=["utskr."]),
            _line("fritt", "Frivilligt", optional=True),
        ],
        "rows": [_line("falkenberg", "Falkenberg"), _line("varberg", "Varberg")],
    },
    "pair": {
        "columns": [_line("a", "A"), _line("b", "B")],
        "rows": [_line("ett", "Ett"), _line("tva", "Två")],
    },
    "months": {
        "columns": [
            _line("f-k", "Kvinnor", group="Falkenberg"), _line("f-m", "Män", group="Falkenberg"),
            _line("v-k", "Kvinnor", group="Varberg"), _line("v-m", "Män", group="Varberg"),
        ],
        "rows": [
            _line("2024-12", "december", group="2024", period="2024-12"),
            _line("2025-01", "januari", group="2025", period="2025-01"),
            _line("2025-12", "december", group="2025", period="2025-12"),
        ],
        "totals": [
            _line("totalt", "Totalt", axis="column", typed=True),
            _line("summa", "Totalt", axis="row", typed=True),
        ],
    },
    "sums": {
        "columns": [_line("a", "A")],
        "rows": [_line("ett", "Ett")],
        "totals": [_line("summa", "Summa", axis="column")],
    },
    "shares": {
        "number_kind": "percent",
        "columns": [_line("kvinna", "Kvinna"), _line("man", "Man")],
        "rows": [_line("2024", "2024"), _line("2025", "2025")],
    },
}  # fmt: skip


def table(name: str) -> Any:
    told = {"id": "t", "text": "F", "kind": "table", **TABLES[name]}
    return QUESTION.validate_python(told)


def grid_of(case: Case) -> Grid:
    if "rows" not in case:
        return read_delimited(case["grid"] * case.get("repeat", 1))
    return trimmed(
        [Decimal(cell["decimal"]) if isinstance(cell, dict) else cell for cell in row]
        for row in case["rows"]
    )


def choices_of(case: Case) -> Choices:
    told = case.get("choices", {})
    lines = {
        axis: {int(place): key for place, key in told.get(axis, {}).items()}
        for axis in ("rows", "columns")
    }
    return Choices(
        **lines, left_out=told.get("left_out", False), missing=told.get("missing", False)
    )


def placed(case: Case) -> Placement:
    at = case.get("at")
    return match(table(case["table"]), grid_of(case), choices_of(case), tuple(at) if at else None)


@pytest.mark.parametrize("case", cases("grid"), ids=lambda case: case["name"])
def test_a_grid_is_placed(case: Case) -> None:
    if "malformed" in case:
        with pytest.raises(Malformed) as refused:
            placed(case)
        assert refused.value.code == case["malformed"]
        return
    found = placed(case)
    lines = [*found.rows, *found.columns]
    assert {
        "cells": taken_in(None, found)["cells"],
        "open": [[one.how, one.place, one.label, list(one.nearest)] for one in found.open_lines],
        "wrong": [[cell.at, cell.problem.code] for cell in found.wrong_cells if cell.problem],
        "computed": [line.label for line in lines if line.how == "computed"],
        "by_place": sorted(found.by_place),
        "skipped": list(found.skipped),
        "absent_rows": list(found.absent_rows),
        "absent_columns": list(found.absent_columns),
        "empty": found.empty,
        "settled": found.is_settled,
    } == {
        **{key: case.get(key, []) for key in (
            "open", "wrong", "computed", "by_place", "skipped", "absent_rows", "absent_columns",
        )},
        "cells": case["cells"],
        "empty": case.get("empty", 0),
        "settled": case["settled"],
    }  # fmt: skip


def test_what_is_taken_in_leaves_all_else() -> None:
    spec = table("towns")
    value = {
        "cells": {"varberg": {"in": 5, "ut": 6}, "falkenberg": {"in": 1}},
        "notes": {"": "Preliminärt"},
    }
    found = match(spec, read_delimited("\tInskrivna\tUtskrivna\nFalkenberg\t1\t2\nVarberg\t7\t"))
    assert [(item.cell.at, item.old, item.is_new, item.is_same)
            for item in changes(value, found)] == [
        ("B2", (1,), False, True), ("C2", (), True, False), ("B3", (5,), False, False),
    ]  # fmt: skip
    assert KINDS["table"].parse(spec, taken_in(value, found)) == {
        "cells": {"falkenberg": {"in": 1, "ut": 2}, "varberg": {"in": 7, "ut": 6}},
        "notes": {"": "Preliminärt"},
    }
    assert value["cells"]["varberg"] == {"in": 5, "ut": 6}


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("jan-25", "2025-01"), ("Januari 2025", "2025-01"), ("2025 january", "2025-01"),
        ("2025-01", "2025-01"), ("2025-01-01", "2025-01"), ("Sept. 2025", "2025-09"),
        ("2025 Q3", "2025-Q3"), ("Kvartal 3 2025", "2025-Q3"), ("2025", "2025"),
        ("januari", None), ("2025-01-15", None), ("2024 och 2025", None), ("Varberg 2025", None),
    ],
)  # fmt: skip
def test_a_name_tells_a_period(text: str, period: str | None) -> None:
    assert period_of(text) == period


def test_names_are_the_same_whatever_their_spaces_and_months() -> None:
    assert same_name(" Antal\u00a0/period: ") == same_name("antal / Period")
    assert same_name("A\u030arsta") == same_name("Årsta")
    assert same_name("March") == same_name("mars")
    assert same_name("Marstrand") != same_name("marsstrand")


_TEXT = st.text(st.sampled_from('ab \t\n\r";,=é'), max_size=12)


@given(st.lists(st.lists(_TEXT, min_size=2, max_size=4), min_size=1, max_size=4))
def test_what_excel_copies_is_read_as_it_was(rows: list[list[str]]) -> None:
    """Excel quotes a cell with a tab, a line break or a quotation mark, and doubles the marks."""

    def copied(cell: str) -> str:
        odd = any(sign in cell for sign in '\t\n\r"')
        return '"' + cell.replace('"', '""') + '"' if odd else cell

    text = "".join("\t".join(map(copied, row)) + "\r\n" for row in rows)
    assert read_delimited(text) == trimmed(rows)


@given(st.text(max_size=80))
def test_any_text_is_read(text: str) -> None:
    """And put together again it has all signs that are no separators."""
    grid = read_delimited(text)
    assert all(len(row) == len(grid[0]) for row in grid)


@given(st.text(st.sampled_from("12,.–x\t\n Ettwå"), max_size=40))
def test_any_paste_is_placed(text: str) -> None:
    grid = read_delimited(text)
    assume(grid)
    found = match(table("pair"), grid)
    cells = taken_in(None, found)["cells"]
    assert KINDS["table"].parse(table("pair"), {"cells": cells}) == (
        {"cells": {row: cells[row] for row in ("ett", "tva") if row in cells}, "notes": {}}
        if cells
        else None
    )
