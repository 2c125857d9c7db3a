"""Tables that are pasted or read from a file: seen first, then taken in as one version."""

from __future__ import annotations

import datetime
import json
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.number import as_decimal
from survey_app.services.audit import verify_chain
from survey_app.services.table_file import KEPT_DAYS, forget_files, remove_old
from survey_app.store.tables import AuditEntry, Revision, TableFile
from tests.command import command
from tests.export.sheets import saved, workbook
from tests.rounds.indicator_tables import PRINTED, pasted, printed
from tests.rounds.test_content import cells_of
from tests.tables.desk import Desk

SHARES = "År\tKvinna\tMan\n2024\t36,7\t21,5\n2025\t36,9\t22,0\n"
SHARES_AS_STORED = {"2024": {"kvinna": "36.7", "man": "21.5"},
                    "2025": {"kvinna": "36.9", "man": 22}}  # fmt: skip


def as_workbook(table: str) -> bytes:
    """The printed table as a person has it in Excel: numbers are numbers, names are texts."""

    def cell(text: str) -> Any:
        number = as_decimal(text)
        if number is None:
            return text or None
        return int(number) if number == int(number) else float(Decimal(number))

    return workbook([[cell(text) for text in row] for row in printed(table)])


@pytest.mark.parametrize("way", ["paste", "xlsx"])
def test_the_eight_tables_equal_the_print_cell_by_cell(desk: Desk, way: str) -> None:
    for table in PRINTED:
        reply = (
            desk.paste(table, pasted(table))
            if way == "paste"
            else desk.hand_in(table, as_workbook(table))
        )
        preview = desk.look(reply)
        assert not preview.fields
        assert preview.can_take
        assert desk.value(table) is None
        assert preview.take(missing="1").status_code == 302
        assert desk.cells(table) == cells_of(table)
    with desk.stage.database.reading() as session:
        assert list(verify_chain(session, 1, desk.stage.key)) == []
        found = desk.stage.read(desk.submission).evaluation.problems
    told = {(item.question, item.part) for item in found if item.code == "total_differs"}
    assert told == {
        ("inskrivna", f"cell:{place}")
        for place in ("2025-02:totalt", "2025-09:enstaka", "summa:hylte-enstaka", "summa:enstaka")
    }


def test_the_preview_tells_the_wrong_totals_and_no_others(desk: Desk) -> None:
    preview = desk.look(desk.paste("inskrivna", pasted("inskrivna")))
    [notice] = re.findall(r"Totaler som inte stämmer.*?</ul>", preview.text, re.DOTALL)
    places = re.findall(r"<strong>(.*?)</strong>", notice)
    assert places == [
        "februari 2025, Totalt", "september 2025, Enstaka", "Totalt, Hylte Enstaka",
        "Totalt, Enstaka", "september 2025, Hylte Enstaka",
    ]  # fmt: skip
    assert "3\u00a0259" in notice
    assert "3\u00a0299" in notice
    quiet = desk.look(desk.paste("inskrivna-80", pasted("inskrivna-80")))
    assert "Totaler som inte stämmer" not in quiet.text


def test_empty_cells_stay_unless_they_are_said_to_be_missing(desk: Desk) -> None:
    desk.save("inskrivna", {"cells": {"2025-01": {"varberg-enstaka": 0}}})
    preview = desk.look(desk.paste("inskrivna", pasted("inskrivna")))
    assert "Tomma celler 20" in preview.words
    assert preview.take().status_code == 302
    assert desk.cells("inskrivna")["2025-01"]["varberg-enstaka"] == 0
    assert "varberg-inskrivna" not in desk.cells("inskrivna")["2025-01"]


def test_old_numbers_are_shown_before_they_are_changed(desk: Desk) -> None:
    desk.save("andel-kon", {"cells": {"2024": {"kvinna": "35,1"}, "2025": {"kvinna": "36,9"}},
                            "notes": {"": "Preliminärt"}})  # fmt: skip
    preview = desk.look(desk.paste("andel-kon", SHARES))
    assert "<del>35,1</del> <ins>36,7</ins>" in preview.text
    assert "Nya tal: 2. Ändrade: 1. Som de redan är: 1." in preview.words
    assert preview.take().status_code == 302
    assert desk.value("andel-kon") == {"cells": SHARES_AS_STORED, "notes": {"": "Preliminärt"}}


def test_an_extra_row_stops_the_whole_until_it_is_chosen_for(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", SHARES + "2026\t1\t2\n"))
    assert preview.fields == ["row.3"]
    assert "Rad 4: ”2026” finns inte i tabellen" in preview.words
    assert not preview.can_take
    refused = preview.take()
    assert refused.status_code == 422
    assert 'href="#row.3"' in refused.text
    assert desk.value("andel-kon") is None
    shown = preview.show(row_at_3="-")
    assert shown.can_take
    assert desk.value("andel-kon") is None
    assert shown.take(row_at_3="-").status_code == 302
    assert desk.cells("andel-kon") == SHARES_AS_STORED


def test_a_row_that_is_called_otherwise_is_chosen_by_hand(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", SHARES.replace("2025", "I år")))
    assert preview.take(row_at_2="2025").status_code == 302
    assert desk.cells("andel-kon") == SHARES_AS_STORED


def test_a_text_among_numbers_is_left_only_by_a_tick(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", SHARES.replace("36,7", "ca 37")))
    assert "B2 (2024, Kvinna): ”ca 37”" in preview.words
    assert not preview.can_take
    assert preview.take().status_code == 422
    assert preview.take(left_out="1").status_code == 302
    assert desk.cells("andel-kon")["2024"] == {"man": "21.5"}


def test_an_answer_that_changed_meanwhile_is_shown_anew(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", SHARES))
    desk.save("andel-kon", {"cells": {"2024": {"kvinna": "30"}}}, by="strategist_2")
    before = desk.counts()
    late = preview.take()
    assert late.status_code == 409
    assert "har ändrat tabellen" in late.text
    assert "<del>30,0</del> <ins>36,7</ins>" in late.text
    assert desk.counts() == before
    assert desk.cells("andel-kon") == {"2024": {"kvinna": 30}}


def test_taking_in_twice_takes_in_once(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", SHARES))
    assert preview.take().status_code == 302
    before = desk.counts()
    again = preview.take()
    assert again.status_code == 302
    assert "#question-andel-kon" in again.headers["Location"]
    assert desk.person.get(preview.url).status_code == 302
    assert desk.counts() == before


def test_the_history_and_the_chain_name_the_file(desk: Desk) -> None:
    preview = desk.look(desk.hand_in("andel-kon", as_workbook("andel-kon"), "Siffror 2025.xlsx"))
    preview.take()
    [file] = desk.files()
    assert (file.state, file.sheets, file.name) == ("taken", None, "Siffror 2025.xlsx")
    with desk.stage.database.reading() as session:
        [row] = session.execute(
            select(Revision).where(col(Revision.question) == "andel-kon")
        ).scalars()
        entry = session.execute(
            select(AuditEntry).order_by(col(AuditEntry.number).desc())
        ).scalars().first()  # fmt: skip
        assert row.imported_from == file.id
        assert entry is not None
        assert json.loads(entry.facts)["imported_from"] == file.id
    page = desk.person.get(f"/submissions/{desk.submission}/history/andel-kon").text
    assert "importerat ur fil: Siffror 2025.xlsx" in page
    with desk.stage.database.writing() as session:
        forget_files(session, desk.submission)
    page = desk.person.get(f"/submissions/{desk.submission}/history/andel-kon").text
    assert "importerat ur fil" in page
    assert "Siffror" not in page


def test_a_sheet_of_several_is_chosen(desk: Desk) -> None:
    numbers = [["År", "Kvinna", "Man"], [2024, 36.7, 21.5], [2025, 36.9, 22]]
    data = workbook([["Läs mig"], ["Ett ark om annat"]], "Om", Siffror=numbers)
    preview = desk.look(desk.hand_in("andel-kon", data))
    assert not preview.can_take
    shown = preview.show(sheet="1")
    assert shown.can_take
    assert shown.take(sheet="1").status_code == 302
    assert desk.cells("andel-kon") == SHARES_AS_STORED


def test_numbers_alone_are_taken_by_place_and_it_is_said(desk: Desk) -> None:
    preview = desk.look(desk.paste("andel-kon", "36,7\t21,5\n36,9\t22,0\n"))
    assert "läses in efter sin plats" in preview.text
    preview.take()
    assert desk.cells("andel-kon") == SHARES_AS_STORED
    one = desk.look(desk.paste("andel-kon", "40\n41\n", at="2024 man"))
    one.take()
    assert desk.cells("andel-kon")["2025"] == {"kvinna": "36.9", "man": 41}


def test_what_is_not_taken_in_goes_by_hand_or_after_a_week(desk: Desk) -> None:
    for _time in range(2):
        preview = desk.look(desk.paste("andel-kon", SHARES))
    assert desk.person.get(desk.url("andel-kon")).text.count("Inklistrad tabell") == 2
    assert desk.person.post(f"{preview.url}/removal").status_code == 302
    assert len(desk.files()) == 1
    assert desk.person.get(preview.url).status_code == 404
    kept = datetime.timedelta(days=KEPT_DAYS)
    for later, left in ((kept - datetime.timedelta(hours=1), 1), (kept * 2, 0)):
        with desk.stage.database.writing() as session:
            remove_old(session, datetime.datetime.now(datetime.UTC) + later)
        assert len(desk.files()) == left
    assert desk.value("andel-kon") is None


def test_what_is_downloaded_reads_in_as_it_was(desk: Desk) -> None:
    desk.look(desk.paste("inskrivna", pasted("inskrivna"))).take(missing="1")
    for ending in ("xlsx", "csv"):
        got = desk.person.get(desk.url("inskrivna", f".{ending}"))
        assert got.status_code == 200
        assert (
            f"RS2599-indikatorrapport-hemsjukvard-inskrivna.{ending}"
            in (got.headers["Content-Disposition"])
        )
        preview = desk.look(desk.hand_in("inskrivna", got.data, f"t.{ending}"))
        assert "Nya tal: 0. Ändrade: 0. Som de redan är: 196." in preview.words
        assert preview.can_take


def test_charts_stand_below_the_table_they_are_of(desk: Desk) -> None:
    section = desk.stage.read(desk.submission).questionnaire.section_of["inskrivna"].id
    url = f"/submissions/{desk.submission}/sections/{section}"
    assert "<svg" not in desk.person.get(url).text
    desk.look(desk.paste("inskrivna", pasted("inskrivna"))).take(missing="1")
    page = desk.person.get(url).text
    assert page.count("<svg") == 2
    assert page.index("</table>") < page.index("<svg")
    assert "uppgift saknas till och med september 2025" in page
    assert "Varberg ingår från och med oktober 2025" in page
    assert " style=" not in page
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_who_only_reads_sees_charts_and_downloads_and_imports_nothing(desk: Desk) -> None:
    desk.look(desk.paste("inskrivna", pasted("inskrivna"))).take(missing="1")
    desk.stage.send(desk.submission)
    reader = desk.stage.sign_in(desk.app, "approver_with_delegation")
    page = reader.get(f"/submissions/{desk.submission}/approval").text
    assert page.count('<svg xmlns="http://www.w3.org/2000/svg"') == 2
    assert desk.url("inskrivna", ".xlsx") in page
    assert desk.url("inskrivna") not in page
    assert reader.get(desk.url("inskrivna", ".xlsx")).status_code == 200
    assert reader.get(desk.url("inskrivna")).status_code in (403, 409)


def test_hidden_rows_of_a_file_are_read_and_told(desk: Desk) -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    for row in (["År", "Kvinna", "Man"], [2024, 36.7, 21.5], [2025, 36.9, 22]):
        sheet.append(row)
    sheet.row_dimensions[3].hidden = True
    preview = desk.look(desk.hand_in("andel-kon", saved(book)))
    assert "Dolda rader i filen läses också: 3." in preview.words
    preview.take()
    assert desk.cells("andel-kon") == SHARES_AS_STORED


def test_the_command_that_reminds_removes_what_was_left(desk: Desk) -> None:
    desk.paste("andel-kon", SHARES)
    with desk.stage.database.writing() as session:
        session.execute(update(TableFile).values(at=desk.stage.now - datetime.timedelta(days=30)))
    command(desk.stage.settings, "remind")
    assert desk.files() == []


def test_what_stands_in_no_table_is_not_found(desk: Desk) -> None:
    for table in ("sammanfattning", "finns-inte"):
        for rest in ("/import", ".xlsx", ".csv", "/import/1"):
            assert desk.person.get(desk.url(table, rest)).status_code == 404
    preview = desk.look(desk.paste("andel-kon", SHARES))
    other = preview.url.replace("andel-kon", "inskrivna")
    assert desk.person.get(other).status_code == 404
    assert desk.person.post(other, {"do": "take", "version": "0"}).status_code == 404
