"""Spreadsheets as others make them: what is read of them, and which are refused."""

from __future__ import annotations

import contextlib
import datetime
import io
import tracemalloc
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from survey_app.export.sheet import NotRead, read_sheets
from survey_app.export.sheet.workbook import MOST_BYTES, MOST_FILES
from survey_app.web.wording.refusals import REFUSALS
from tests.export.sheets import FIRST, parts, saved, with_part, workbook, zipped
from tests.stage import PDF_BYTES

PLAIN = workbook([["Kommun", "Antal"], ["Ett", 5]])
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(body: str, before: str = "") -> bytes:
    return with_part(PLAIN, FIRST, f'{before}<worksheet xmlns="{MAIN}">{body}</worksheet>'.encode())


def cells(body: str) -> bytes:
    return sheet(f"<sheetData>{body}</sheetData>")


def grid(data: bytes) -> tuple[tuple[Any, ...], ...]:
    [found] = read_sheets(data)
    return found.grid


def test_numbers_are_what_they_are_shown_as() -> None:
    body = "".join(
        f'<c r="{place}1"><v>{number}</v></c>'
        for place, number in zip(
            "ABCDE", ("36.700000000000003", "1E3", "0.30000000000000004", "12", "-0.5"), strict=True
        )
    )
    assert grid(cells(f'<row r="1">{body}</row>')) == (
        (Decimal("36.7"), 1000, Decimal("0.30000000000000004"), 12, Decimal("-0.5")),
    )


def test_days_percent_truth_and_faults_are_texts() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append([datetime.date(2025, 1, 1), 0.367, True, datetime.datetime(2025, 1, 1, 8, 30)])
    page["B1"].number_format = "0.0%"
    page["E1"] = "#REF!"
    page["F1"] = 7
    page["F1"].number_format = '0 "100%"'
    assert grid(saved(book)) == (
        ("2025-01-01", "36,7 %", "SANT", "2025-01-01 08:30:00", "#REF!", 7),
    )


def test_a_merged_cell_holds_its_value_once() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["Falkenberg", None, "Halmstad"])
    page.append([1, 2, 3])
    page.merge_cells("A1:B1")
    assert grid(saved(book)) == (("Falkenberg", None, "Halmstad"), (1, 2, 3))


def test_a_formula_is_read_as_the_value_kept_with_it() -> None:
    row = '<c r="A1"><f>1+1</f><v>2</v></c><c r="B1" t="str"><f>""</f><v></v></c>'
    row += '<c r="C1"><v>3</v></c>'
    assert grid(cells(f'<row r="1">{row}</row>')) == ((2, None, 3),)


def test_a_formula_without_a_value_is_refused_by_its_cell() -> None:
    with pytest.raises(NotRead) as refused:
        read_sheets(workbook([["Antal"], ["=SUM(A5:A9)"]], name="Vård"))
    assert refused.value.code == "sheet_formula_unread"
    assert refused.value.facts == {"sheet": "Vård", "cell": "A2"}


def test_hidden_rows_columns_and_sheets_are_read_and_named() -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in range(3):
        page.append([row, row, row])
    page.row_dimensions[2].hidden = True
    page.column_dimensions["C"].hidden = True
    other: Any = book.create_sheet("Dolt")
    other["A1"] = "x"
    other.sheet_state = "hidden"
    first, second = read_sheets(saved(book))
    assert first.grid == ((0, 0, 0), (1, 1, 1), (2, 2, 2))
    assert (first.hidden, first.hidden_rows, first.hidden_columns) == (False, ("2",), ("C",))
    assert (second.name, second.hidden) == ("Dolt", True)


def test_names_of_parts_in_other_letters_and_the_strict_form_are_read() -> None:
    other = {name.replace("sheet1", "Sheet1"): body for name, body in parts(PLAIN).items()}
    assert grid(zipped(other)) == (("Kommun", "Antal"), ("Ett", 5))
    strict = {
        name: body.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for name, body in parts(PLAIN).items()
    }
    assert grid(zipped(strict)) == (("Kommun", "Antal"), ("Ett", 5))


def with_shared(body: str, rest: str = "") -> bytes:
    """A workbook whose one cell is the first of its shared texts."""
    cell = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    related = parts(PLAIN)["xl/_rels/workbook.xml.rels"].replace(
        b"</Relationships>",
        b'<Relationship Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        b'sharedStrings" Target="sharedStrings.xml" Id="rId99"/></Relationships>',
    )
    data = with_part(cells(cell), "xl/_rels/workbook.xml.rels", related)
    shared = f'{rest}<sst xmlns="{MAIN}">{body}</sst>'
    return with_part(data, "xl/sharedStrings.xml", shared.encode())


def test_rich_and_shared_texts_are_whole() -> None:
    body = (
        '<si><r><t>Kom</t></r><r><t xml:space="preserve">mun _x0041_</t></r>'
        "<rPh><t>x</t></rPh></si>"
    )
    assert grid(with_shared(body)) == (("Kommun A",),)


def test_a_lone_cell_far_out_makes_no_million_rows() -> None:
    styled = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert grid(cells('<row r="1"><c r="A1"><v>1</v></c></row>' + styled)) == ((1,),)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("Ort;Antal\r\nVärmdö;5\r\n".encode("utf-8-sig"), (("Ort", "Antal"), ("Värmdö", "5"))),
        ("Ort;Antal\nVärmdö;36,7\n".encode("cp1252"), (("Ort", "Antal"), ("Värmdö", "36,7"))),
        ("Ort\tAntal\nVärmdö\t5".encode("utf-16"), (("Ort", "Antal"), ("Värmdö", "5"))),
        (b'Ort,Antal\n"A, B",5\n', (("Ort", "Antal"), ("A, B", "5"))),
        (b"Antal\n36,7\n21,5\n", (("Antal",), ("36,7",), ("21,5",))),
        (b'"a\nb";"say ""x"""\n', (("a\nb", 'say "x"'),)),
        (b"", ()),
    ],
    ids=["utf-8", "cp1252", "utf-16", "commas", "decimals", "quotes", "empty"],
)
def test_text_files_of_many_makes(data: bytes, expected: object) -> None:
    assert grid(data) == expected


def bomb() -> bytes:
    return with_part(PLAIN, FIRST, b"<a>" + b" " * (MOST_BYTES + 1) + b"</a>")


def _doubled() -> bytes:
    target = io.BytesIO(PLAIN)
    with zipfile.ZipFile(target, "a") as archive, contextlib.suppress(UserWarning):
        archive.writestr(FIRST.upper(), b"<x/>")
    return target.getvalue()


def _macros_by_type() -> bytes:
    types = parts(PLAIN)["[Content_Types].xml"]
    plain = b"vnd.openxmlformats-officedocument.spreadsheetml.sheet.main"
    return with_part(
        PLAIN, "[Content_Types].xml", types.replace(plain, b"vnd.ms-excel.sheet.macroEnabled.main")
    )


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip
XXE = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
TEXT_CELL = '<sheetData><row r="1"><c r="A1" t="str"><v>&{};</v></c></row></sheetData>'

HOSTILE = {
    "pdf as xlsx": (b"PK" + PDF_BYTES, "sheet_unreadable"),
    "another zip": (zipped({"a.txt": b"a"}), "sheet_unreadable"),
    "old xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "sheet_encrypted"),
    "no workbook": (zipped({k: v for k, v in parts(PLAIN).items() if "workbook" not in k}),
                    "sheet_unreadable"),
    "macros": (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "sheet_macros"),
    "macros by type": (_macros_by_type(), "sheet_macros"),
    "entities": (sheet(TEXT_CELL.format("i"), LAUGHS), "sheet_unreadable"),
    "a file of the server": (sheet(TEXT_CELL.format("secret"), XXE), "sheet_unreadable"),
    "a document type alone": (sheet("<sheetData/>", "<!DOCTYPE x>"), "sheet_unreadable"),
    "shared entities": (with_shared("<si><t>&i;</t></si>", LAUGHS), "sheet_unreadable"),
    "no XML": (with_part(PLAIN, FIRST, b"\x00\x01<<<"), "sheet_unreadable"),
    "no such text": (cells('<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "sheet_unreadable"),
    "no number": (cells('<row r="1"><c r="A1"><v>x</v></c></row>'), "sheet_unreadable"),
    "not finite": (cells('<row r="1"><c r="A1"><v>inf</v></c></row>'), "sheet_unreadable"),
    "one name twice": (_doubled(), "sheet_unreadable"),
    "too many files": (zipped({**parts(PLAIN), **{f"x{n}": b"" for n in range(MOST_FILES)}}),
                       "sheet_too_large"),
    "bomb": (bomb(), "sheet_too_large"),
    "a cell far out": (cells('<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
                       "sheet_too_large"),
    "a wide and high sheet": (cells('<row r="1"><c r="A1"><v>1</v></c></row><row r="19000">'
                                    '<c r="BZ19000"><v>1</v></c></row>'), "sheet_too_large"),
    "too many cells": (cells("".join(f'<row r="{row}">' + "<c><v>1</v></c>" * 200 + "</row>"
                                     for row in range(1, 1002))), "sheet_too_large"),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "csv_unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_words(name: str) -> None:
    data, code = HOSTILE[name]
    tracemalloc.start()
    with pytest.raises(NotRead) as refused:
        read_sheets(data)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.code == code
    assert REFUSALS[code]
    assert most < 4 * MOST_BYTES


def test_rows_without_a_number_follow_each_other_also_where_one_is_empty() -> None:
    body = "<row><c><v>1</v></c></row><row/><row><c><v>3</v></c></row>"
    assert grid(cells(body)) == ((1,), (None,), (3,))


def test_hidden_columns_before_the_first_are_none() -> None:
    hidden = '<cols><col min="-9000000" max="1" hidden="1"/></cols>'
    body = "<sheetData><row><c><v>1</v></c></row></sheetData>"
    [found] = read_sheets(sheet(hidden + body))
    assert found.hidden_columns == ("A",)
