"""Spreadsheets that we write: nothing altered, nothing that runs, and read again as they were."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.core.grid import trimmed
from survey_app.core.number import as_decimal
from survey_app.export.sheet import Percent, SheetToWrite, read_sheets, write_csv, write_xlsx

MADE_AT = "2026-11-22T14:00:00+01:00"
HOSTILE = (
    "=1+1", "+46 70", "-5", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")',
    "Text: =1", "Text: Text: x", "_x0041_", "a_x000D_b", "#REF!", "2025-01-01", "1.000", "007",
    "1e5", "TRUE", " med mellanslag ", "två\nrader", 'citat " och ; tecken', "\u202eabc", "😀",
    "'x",
)  # fmt: skip


def xlsx(*rows: list[Any], name: str = "Svar", **more: Any) -> bytes:
    return write_xlsx([SheetToWrite(name, rows, **more)], "Svar", MADE_AT)


def opened(data: bytes) -> Any:
    """As openpyxl has it, which did not write the texts by itself."""
    return openpyxl.load_workbook(io.BytesIO(data))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_stays_a_text_sign_by_sign(text: str) -> None:
    data = xlsx(["Rubrik"], [text])
    cell = opened(data).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert b"<f>" not in data
    [sheet] = read_sheets(data)
    assert sheet.grid[1] == (text,)
    [sheet] = read_sheets(write_csv([["Rubrik"], [text]]))
    assert sheet.grid[1] == (text,)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_file_runs(text: str) -> None:
    written = write_csv([[text, 5]]).decode("utf-8-sig")
    [row] = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert row[0].removeprefix("Text: ") == text or row[0] == text or text.startswith("Text: ")
    assert text in row[0]


def test_numbers_are_numbers_and_exact() -> None:
    rows: list[list[Any]] = [
        ["a"], [632, Decimal("36.7"), Percent(Decimal("36.7")), Percent(22), Decimal("0.1"),
                Decimal("1234567890.123456789"), 2**60, -3, 0],
    ]  # fmt: skip
    cells = list(opened(xlsx(*rows)).worksheets[0][2])
    assert [cell.data_type for cell in cells] == ["n"] * 5 + ["s"] * 2 + ["n"] * 2
    assert [cell.value for cell in cells[:5]] == [632, 36.7, 0.367, 0.22, 0.1]
    assert [cells[2].number_format, cells[3].number_format] == ["0.0%", "0%"]
    [sheet] = read_sheets(xlsx(*rows))
    assert sheet.grid[1] == (
        632, Decimal("36.7"), "36,7 %", "22 %", Decimal("0.1"), "1234567890,123456789",
        str(2**60), -3, 0,
    )  # fmt: skip
    assert write_csv(rows).decode("utf-8-sig").splitlines()[1] == (
        f"632;36,7;36,7 %;22 %;0,1;1234567890,123456789;{2**60};-3;0"
    )


def test_a_text_too_long_for_a_cell_stands_whole_in_a_sheet_of_its_own() -> None:
    text = "Å😀" * 20_000
    data = xlsx(["Rubrik"], [text])
    book = opened(data)
    assert book.sheetnames == ["Svar", "Långa texter"]
    assert "fortsätter i bladet Långa texter" in book["Svar"]["A2"].value
    for row in book["Långa texter"].iter_rows(min_row=2, values_only=True):
        assert len(str(row[3]).encode("utf-16-le")) // 2 <= 32_767
    [sheet] = read_sheets(data)
    assert sheet.grid == (("Rubrik",), (text,))


def test_names_of_sheets_are_made_to_fit_and_differ() -> None:
    wanted = ["[A]:*?/\\", "Kommun " * 9, "kommun " * 9, "", "History", "Långa texter"]
    data = write_xlsx([SheetToWrite(name, [[1]]) for name in wanted], "x", MADE_AT)
    names = opened(data).sheetnames
    assert len({name.lower() for name in names}) == 6
    assert all(0 < len(name) <= 31 for name in names)
    assert names[0] == "A"


def test_headers_stay_in_view_and_areas_are_merged() -> None:
    data = xlsx(["Ett", None, "Två"], [1, 2, 3], header_rows=1, header_columns=1,
                merged=((0, 0, 0, 1),))  # fmt: skip
    page = opened(data).worksheets[0]
    assert page.freeze_panes == "B2"
    assert [str(area) for area in page.merged_cells.ranges] == ["A1:B1"]
    assert page["A1"].font.bold
    assert page["A2"].font.bold
    assert not page["B2"].font.bold


_SIGNS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn"))
_TEXTS = st.text(_SIGNS | st.sampled_from("\t\n=\";'_"), max_size=30)
_CELLS = st.none() | st.integers(-(10**14), 10**14) | _TEXTS | st.decimals(
    allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9
)  # fmt: skip


_D = Decimal
ODD_ROWS: tuple[list[list[Any]], ...] = (
    [[_D("0.000"), _D("0.000")], [None, _D("0.000"), _D("0.000")]],
    [[_D("0.5")], [None, _D("36.7")]],
    [[_D("0.5")], [_D("36.7")]],
    [[_D("0.5"), None], [_D("36.7")]],
    [[1, 2], [None, _D("36.7"), 3], [_D("-36.7")]],
    [["a,b"], [_D("36.7"), "c,d"]],
    [["a\tb", _D("36.7")], [_D("36.7")]],
    [['a"; "b', _D("36.7")], [_D("36.7"), 1, _D("36.7")]],
    [["1,5;2,5"], [_D("0.5"), _D("0.5"), _D("0.5")]],
    [[_D("1.5")], [], [1, None, None, _D("1.5")]],
)


@pytest.mark.parametrize("rows", ODD_ROWS, ids=str)
def test_a_csv_file_of_ours_is_parted_as_we_parted_it(rows: list[list[Any]]) -> None:
    """Rows of differing length, so that commas may seem to make them equally long."""
    assert_read_as_written(rows)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Ort,Andel\nVarberg,36.7\n", [["Ort", "Andel"], ["Varberg", "36.7"]]),
        ("Ort,Not\nVarberg,se a; b\n", [["Ort", "Not"], ["Varberg", "se a; b"]]),
        ("1,2,3\n4,5,6\n", [["1", "2", "3"], ["4", "5", "6"]]),
        ('"1","2"\n"3","4"\n', [["1", "2"], ["3", "4"]]),
        ("2024;36,7\n2025;22,1\n", [["2024", "36,7"], ["2025", "22,1"]]),
        ("Ort;Andel\nVarberg;36,7\n", [["Ort", "Andel"], ["Varberg", "36,7"]]),
        ("36,7;22,1\n0,5\n", [["36,7", "22,1"], ["0,5", None]]),
        ("36,7\n22,1\n", [["36,7"], ["22,1"]]),
        ("1,5\t2;5\n3,5\t4;5\n", [["1,5", "2;5"], ["3,5", "4;5"]]),
    ],
)
def test_a_csv_file_of_others_is_parted_as_they_meant(
    text: str, cells: list[list[str | None]]
) -> None:
    [sheet] = read_sheets(text.encode())
    assert [list(row) for row in sheet.grid] == cells


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(_CELLS, min_size=1, max_size=5), min_size=1, max_size=5))
def test_what_is_written_is_read_again(rows: list[list[Any]]) -> None:
    expected = trimmed(rows)
    [sheet] = read_sheets(xlsx(*rows))
    assert sheet.grid == expected
    assert_read_as_written(rows)


def assert_read_as_written(rows: list[list[Any]]) -> None:
    """A CSV file of ours has the cells that were written into it, each in its place."""
    [plain] = read_sheets(write_csv(rows))
    assert [[_told(cell) for cell in row] for row in plain.grid] == [
        [_told(cell) for cell in row] for row in trimmed(rows)
    ]


def _told(cell: Any) -> Any:
    """A cell as a question would read it: a number is the same in whatever shape."""
    if isinstance(cell, Decimal):
        return cell
    number = as_decimal(cell)
    return cell if number is None else number
