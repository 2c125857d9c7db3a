"""The answers of a round as XLSX, CSV and JSON: nothing altered, nothing a formula."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from typing import Any

import openpyxl
import pytest
import rfc8785
from pypdf import PdfReader

from survey_app.core.kinds import KINDS
from survey_app.export.blocks import Table as PaperTable
from survey_app.export.results_paper import ResultHeading, results_outline
from survey_app.export.sheet.sheet import RUNS
from survey_app.services.rounds.results import questions_with_results, read_results
from survey_app.services.rounds.view import find_round
from survey_app.services.specification import add_specification
from survey_app.web.wording.security import EXPORTS
from tests.pooled_form import FORM
from tests.rounds.asking import NUMBER, TOWN, VILLAGE, Table
from tests.rounds.results import (
    BY,
    HOSTILE,
    THEIRS,
    answer_everything,
    answered_about_everything,
    entry,
)
from tests.security.test_chain import entries
from tests.stage import OTHER, OWN

ODD = ["=1+1", "+46", "-5", "@x", "\t=a", "a;b\"c\"\nd", "'=1", "x\u202ey", "é\U0001f600",
       "_x0041_", " inledande", "<script>", "%s{0}", "007", "1,5", "2025-01-02"]  # fmt: skip


def file_of(table: Table, app: Any, ending: str, by: str = "strategist") -> bytes:
    reply = table.stage.sign_in(app, by).get(f"/cases/{NUMBER}/rounds/{table.id}/results.{ending}")
    assert reply.status_code == 200
    assert "attachment" in reply.headers["Content-Disposition"]
    return bytes(reply.data)


def sheets_of(data: bytes) -> dict[str, list[dict[str, Any]]]:
    """The rows of each sheet by the keys of its second row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    found = {}
    for sheet in book:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        found[sheet.title] = [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]
    return found


def test_the_workbook_has_every_answer_as_it_was_typed(table: Table, app: Any) -> None:
    answered_about_everything(table)
    sheets = sheets_of(file_of(table, app, "xlsx"))
    first, second, third = sheets["Svar"]
    assert [row["#enhet"] for row in (first, second, third)] == [OTHER, TOWN, VILLAGE]
    assert first["text"] == HOSTILE
    assert (first["antal"], second["antal"], third["antal"]) == (3, 8, None)
    assert (first["val"], second["val"]) == ("Ja", "Nej")
    assert (first["flera:option:a"], second["flera:option:a"]) == (1, None)
    assert (first["rader:row:r1"], first["rader:row:r2"]) == ("Ja", None)
    assert second["text:blank"] == "[Kan inte berättas] =hemligt"
    assert "antal:blank" not in first, "a column in which nothing stands is left out"
    assert (first["#lage"], third["#lage"]) == ("lämnat", "inte lämnat")
    assert [row["processer/namn"] for row in sheets["Processer"]] == ["=1+1", "Två", None]
    assert [(row["#enhet"], row["tal/rad"], row["tal/c1"]) for row in sheets["Tal"]] == [
        (OTHER, "R1", 1), (OTHER, "R2", "uppgift saknas"), (TOWN, "R1", 0), (TOWN, "Alla", 5),
    ]  # fmt: skip
    assert sheets["Tal"][0]["tal/c2"] == 12.5
    assert sheets["Anmärkningar"][0]["#anmarkning"] == "-obs"


def test_no_cell_is_a_formula(table: Table, app: Any) -> None:
    answered_about_everything(table)
    book = openpyxl.load_workbook(io.BytesIO(file_of(table, app, "xlsx")))
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    assert {"s", "n"} <= kinds


def test_odd_texts_come_out_sign_by_sign(table: Table, app: Any) -> None:
    answered_about_everything(table)
    table.send_back(OTHER, processer="Igen")
    entries = [entry(f"aaaaaaa{place}x", namn=text) for place, text in enumerate(ODD)]
    table.save(OTHER, "processer", {"entries": entries, "removed": []}, 1, BY[OTHER])
    table.hand_over()
    rows = sheets_of(file_of(table, app, "xlsx"))["Processer"][: len(ODD)]
    # As Excel reads it: openpyxl leaves that escape as it stands.
    assert [row["processer/namn"].replace("_x005F_", "_") for row in rows] == ODD
    told = json.loads(file_of(table, app, "json"))["units"][0]["answers"]["processer"]["value"]
    assert [item["values"]["namn"] for item in told["entries"]] == ODD
    text = file_of(table, app, "csv").decode("utf-8-sig")
    lines = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    names = [row[-1] for row in lines if row[0] == OTHER and row[4].endswith("/namn")]
    assert [name.removeprefix("Text: ") for name in names] == ODD
    for row in lines:
        assert not any(cell.startswith(("=", "+", "@", "\t", "-")) for cell in row)


def test_the_json_is_canonical_and_has_the_values_as_stored(table: Table, app: Any) -> None:
    answered_about_everything(table)
    data = file_of(table, app, "json")
    told = json.loads(data)
    assert rfc8785.dumps(told) == data
    assert told["format"] == "redogor/results/1"
    answers = {unit["name"]: unit["answers"] for unit in told["units"]}
    for unit, values in THEIRS.items():
        for question, value in values.items():
            spec = table.view().questionnaire.by_id[question]
            assert answers[unit][question]["value"] == KINDS[spec.kind].parse(spec, value)
    assert answers[TOWN]["text"]["blank"]["text"] == "=hemligt"
    assert answers[OTHER]["varfor"]["asked"] is False
    assert answers[VILLAGE] == {}
    assert len(told["questions"]) == len(questions_with_results(table.view()))


def hostile(spec: Any) -> Any:
    """A form whose every word begins as a formula does."""
    if isinstance(spec, list):
        return [hostile(item) for item in spec]
    if not isinstance(spec, dict):
        return spec
    worded = ("text", "entry", "title", "unit", "group", "cannot_be_stated")
    return {key: f"=1+1&{value}" if key in worded and isinstance(value, str) else hostile(value)
            for key, value in spec.items()}  # fmt: skip


def test_no_header_is_a_formula_either(table: Table, app: Any) -> None:
    """Questions, rows, columns, options and entries are words that somebody wrote, too."""
    body = json.dumps(hostile(FORM), ensure_ascii=False)
    with table.stage.database.writing() as session:
        specification = add_specification(session, body, table.stage.now)
    table.open(specification=specification)
    answer_everything(table)
    for ending in ("results.xlsx", "import/template.xlsx"):
        person = table.stage.sign_in(app, "strategist")
        data = person.get(f"/cases/{NUMBER}/rounds/{table.id}/{ending}").data
        book = openpyxl.load_workbook(io.BytesIO(data))
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert any(str(cell.value).startswith("=1+1&") for cell in cells)
        with zipfile.ZipFile(io.BytesIO(data)) as held:
            assert not any(b"<f>" in held.read(name) for name in held.namelist())
    rows = list(csv.reader(io.StringIO(file_of(table, app, "csv").decode("utf-8-sig")),
                           delimiter=";"))  # fmt: skip
    assert any("=1+1&" in cell for row in rows for cell in row)
    assert not any(cell.startswith(RUNS) for row in rows for cell in row)


def test_a_draft_is_in_no_file(table: Table, app: Any) -> None:
    answered_about_everything(table)
    table.send_back(OTHER, text="Igen")
    table.save(OTHER, "text", "Utkastet", 1, BY[OTHER])
    for ending in ("xlsx", "csv", "json"):
        assert b"Utkastet" not in file_of(table, app, ending)
    assert sheets_of(file_of(table, app, "xlsx"))["Svar"][0]["text"] is None


def test_the_paper_tells_what_every_question_came_to(table: Table, app: Any) -> None:
    answered_about_everything(table)
    data = file_of(table, app, "pdf")
    pages = PdfReader(io.BytesIO(data)).pages
    text = " ".join(" ".join(page.extract_text() for page in pages).split())
    for said in ("2 av 3 enheter", f"Svar saknas från {VILLAGE}", "Ja 1 50 %", "Median 5,5",
                 "66,7 procent (2 av 3)", "Utan svar: Kommun Ett"):  # fmt: skip
        assert said in text, said


def test_the_tables_of_the_paper_are_as_wide_as_its_lines(table: Table) -> None:
    answered_about_everything(table)
    with table.stage.database.reading() as session:
        view = find_round(session, table.stage.actor("strategist"), NUMBER, table.id)
        results = read_results(session, view).questions
    heading = ResultHeading(NUMBER, "Ärende", "Omgång", OWN, False, 2, (VILLAGE,),
                            "2026-01-01T00:00:00+00:00")  # fmt: skip
    blocks = results_outline(heading, view.questionnaire, results).blocks
    tables = [block for block in blocks if isinstance(block, PaperTable)]
    assert len(tables) > 8
    for block in tables:
        assert sum(block.widths or (1,)) == pytest.approx(1)
        assert len(block.widths or block.header) == len(block.header)


def test_that_they_leave_the_house_is_noted(table: Table, app: Any) -> None:
    table.open()
    endings = ("xlsx", "csv", "json", "pdf")
    files = [file_of(table, app, ending) for ending in endings]
    told = [item for item in entries(table.stage) if item["kind"] == "exported"]
    assert [(item["facts"]["what"], item["facts"]["sha256"]) for item in told] == [
        (f"results_{ending}", hashlib.sha256(data).hexdigest())
        for ending, data in zip(endings, files, strict=True)
    ]  # fmt: skip
    assert {item["facts"]["what"] for item in told} <= set(EXPORTS)
    assert {item["unit_id"] for item in told} == {table.stage.units[OWN]}
