"""Importing answers of many units: looked at first, all or nothing, handed over for who cannot."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlmodel import SQLModel, col

from survey_app.core.workflow import ContributionState
from survey_app.export.results import results_xlsx
from survey_app.export.sheet import SheetToWrite, write_xlsx
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, WrongState
from survey_app.services.removals.weeding import remove_material, survey_material
from survey_app.services.rounds.importing import (
    ImportLook,
    keep_import,
    look_at_import,
    read_files,
    take_import,
)
from survey_app.services.rounds.results import read_results
from survey_app.services.rounds.standing_in import hand_over_for, list_waiting
from survey_app.services.rounds.view import find_round
from survey_app.store.tables import (
    Account,
    Answer,
    AuditEntry,
    Event,
    FrozenRecord,
    Revision,
    RoundUnit,
    table_of,
)
from tests.rounds.asking import NUMBER, TOWN, VILLAGE, Table, set_table
from tests.rounds.results import THEIRS, open_about_everything
from tests.rounds.test_answer_sheets import round_of
from tests.stage import OTHER, OWN, build_stage

WRITTEN: tuple[type[SQLModel], ...] = (Answer, Revision, Event, AuditEntry)


def rows_in(table: Table) -> dict[str, int]:
    """How many rows there are in every table that an import writes in."""
    with table.stage.database.reading() as session:
        return {
            model.__name__: session.execute(
                select(func.count()).select_from(table_of(model))
            ).scalar_one()
            for model in WRITTEN
        }  # fmt: skip


def workbook(*rows: list[Any], name: str = "Svar") -> bytes:
    return write_xlsx([SheetToWrite(name, rows)], "Svar", "2026-01-01T00:00:00+00:00")


def look(table: Table, *files: tuple[str, bytes], **choices: int) -> ImportLook:
    read, faults = read_files(files)
    assert faults == []
    stage = table.stage
    with stage.database.writing() as session:
        if read:
            keep_import(session, stage.actor("strategist"), NUMBER, table.id, read, stage.now)
        return look_at_import(session, stage.actor("strategist"), NUMBER, table.id, choices)[1]


def take(table: Table, found: ImportLook, **choices: int) -> int:
    stage = table.stage
    with stage.database.writing() as session:
        return take_import(
            session, stage.actor("strategist"), NUMBER, table.id, shown_sha256=found.sha256,
            choices=choices, now=stage.now, signer=stage.key,
        )  # fmt: skip


def hand_over_all(table: Table, *units: str) -> int:
    stage = table.stage
    with stage.database.writing() as session:
        return hand_over_for(
            session, stage.actor("strategist"), NUMBER, table.id,
            [table.answers[unit] for unit in units], stage.now, stage.key,
        )  # fmt: skip


@pytest.fixture
def asked(table: Table) -> Table:
    """A round with the form about everything; its submissions are opened, not answered."""
    open_about_everything(table)
    return table


def test_a_whole_workbook_is_taken_in(asked: Table) -> None:
    answers = {TOWN: THEIRS[TOWN], VILLAGE: THEIRS[OTHER]}
    before = rows_in(asked)
    found = look(asked, ("svar.xlsx", results_xlsx(round_of(answers))))
    assert (found.faults, found.names, found.is_settled) == ([], [], True)
    assert rows_in(asked) == before, "looking writes nothing"
    assert take(asked, found) == 2
    for unit, values in answers.items():
        dossier = asked.stage.read(asked.answers[unit], "town_strategist") if unit == TOWN else None
        if dossier:
            assert {name: given.value for name, given in dossier.answers.items()} == values
            assert all(mark.author == "strategist" for mark in dossier.marks.values())
    after = rows_in(asked)
    n = sum(map(len, answers.values()))
    assert {name: after[name] - before[name] for name in after} == {
        "Answer": n, "Revision": n, "Event": 2, "AuditEntry": 3,
    }, "one link a unit and one for all"  # fmt: skip
    assert asked.breaks() == []


def test_who_cannot_sign_in_is_answered_for(asked: Table) -> None:
    found = look(asked, ("svar.xlsx", results_xlsx(round_of({VILLAGE: THEIRS[OTHER]}))))
    take(asked, found)
    with asked.stage.database.reading() as session:
        view = find_round(session, asked.stage.actor("strategist"), NUMBER, asked.id)
        [waiting] = list_waiting(session, view)
    assert (waiting.unit, waiting.left) == (VILLAGE, 0)
    assert hand_over_all(asked, VILLAGE) == 1
    [line] = [line for line in asked.follow().units if line.unit == VILLAGE]
    assert (line.state, line.handed_over_by) == (ContributionState.HANDED_OVER, "strategist")
    asked.close()
    with asked.stage.database.reading() as session:
        record = session.execute(
            select(col(FrozenRecord.body)).where(
                col(FrozenRecord.submission_id) == asked.answers[VILLAGE]
            )
        ).scalar_one()
    approver = json.loads(record)["approval"]["approver"]
    assert approver["name"] == "strategist"
    assert approver["title"] == f"strategist, {OWN}, för {VILLAGE} efter inläst fil"
    assert asked.breaks() == []


def test_nobody_hands_over_for_who_can(asked: Table) -> None:
    take(asked, look(asked, ("svar.xlsx", results_xlsx(round_of({TOWN: THEIRS[TOWN]})))))
    with pytest.raises(Invalid, match="unit_has_account"):
        hand_over_all(asked, TOWN)
    asked.hand_over(TOWN, "town_strategist")


def test_what_a_unit_began_by_itself_is_not_handed_over_for_it(asked: Table) -> None:
    """Also where its last account was taken away: its draft was for nobody else."""
    asked.save(TOWN, "antal", 7, 0, "town_strategist")
    stage = asked.stage
    with stage.database.writing() as session:
        account = session.get(Account, stage.accounts["town_strategist"])
        assert account is not None
        account.active = False
        session.add(account)
    with stage.database.reading() as session:
        view = find_round(session, stage.actor("strategist"), NUMBER, asked.id)
        assert list_waiting(session, view) == []
    with pytest.raises(Invalid, match="unit_has_account"):
        hand_over_all(asked, TOWN)


def test_an_import_again_changes_what_is_changed(asked: Table) -> None:
    take(asked, look(asked, ("a.xlsx", workbook(["#enhet", "antal", "text"], [VILLAGE, 3, "x"]))))
    before = rows_in(asked)
    found = look(asked, ("b.xlsx", workbook(["#enhet", "antal", "text"], [VILLAGE, 4, "x"])))
    [plan] = found.plans
    assert (plan.fresh, plan.changed, plan.same) == (0, 1, 1)
    assert (plan.before["antal"].value, plan.given["antal"].value) == (3, 4)
    take(asked, found)
    after = rows_in(asked)
    assert (after["Answer"] - before["Answer"], after["Revision"] - before["Revision"]) == (0, 1)
    assert asked.breaks() == []


def test_names_are_settled_by_the_person(asked: Table) -> None:
    data = workbook(["Kommun", "antal"], ["kommun  TVÅ", 1], ["Kommun Ettan", 2], [OWN, 3],
                    ["Zebra", 4])  # fmt: skip
    found = look(asked, ("svar.xlsx", data))
    ids = asked.stage.units
    assert [(item.name, item.near, item.elsewhere) for item in found.names] == [
        ("Kommun Ettan", ids[TOWN], False), (OWN, ids[OTHER], True), ("Zebra", None, False),
    ]  # fmt: skip
    assert not found.is_settled
    before = rows_in(asked)
    with pytest.raises(Invalid, match="import_not_settled"):
        take(asked, found)
    assert rows_in(asked) == before
    said = {"Kommun Ettan": ids[TOWN], OWN: 0, "Zebra": 0}
    again = look(asked, **said)
    assert again.is_settled
    assert take(asked, again, **said) == 2
    assert {row[0] for row in answers_in(asked)} == {asked.answers[TOWN], asked.answers[VILLAGE]}


def answers_in(table: Table) -> list[tuple[int, str]]:
    with table.stage.database.reading() as session:
        query = select(col(Answer.submission_id), col(Answer.question))
        return [(row[0], row[1]) for row in session.execute(query)]


@pytest.mark.parametrize(
    ("files", "code", "at"),
    [
        ([("a.xlsx", [["#enhet", "antal"], [VILLAGE, 1], [TOWN, "tre"]])],
         "not_a_number", ("a.xlsx", "Svar", "B3")),
        ([("a.xlsx", [["#enhet", "antal"], [VILLAGE, 1]]),
          ("b.xlsx", [["#enhet", "antal"], [TOWN, 1], [VILLAGE, 1]])],
         "import_unit_twice", ("b.xlsx", "Svar", "A3")),
        ([("a.xlsx", [["#enhet", "tal/rad", "tal/c1"], [VILLAGE, "R1", 1], [VILLAGE, "R9", 1]])],
         "import_row_unknown", ("a.xlsx", "Svar", "B3")),
        ([("a.xlsx", [["#enhet", "antal", "påhittad"], [VILLAGE, 1, 1]])],
         "import_question_unknown", ("a.xlsx", "Svar", "C1")),
        ([("a.xlsx", [["#enhet", "val"], [VILLAGE, "Kanske"]])],
         "import_option_unknown", ("a.xlsx", "Svar", "B2")),
        ([("a.xlsx", [["#enhet", "antal"], [OTHER, 1]])],
         "import_unit_handed_over", ("a.xlsx", "Svar", "A2")),
    ],
    ids=["text in a number cell", "two files for one unit", "an extra row", "no such question",
         "no such option", "handed over already"],
)  # fmt: skip
def test_bad_input_writes_nothing(
    asked: Table, files: list[Any], code: str, at: tuple[str, str, str]
) -> None:
    asked.save(OTHER, "antal", 1)
    for question in ("val", "flera", "rader", "text", "processer", "tal"):
        asked.save(OTHER, question, None, 0, blank={"code": "reason", "text": "Vet inte"})
    asked.hand_over()
    before = rows_in(asked)
    found = look(asked, *((name, workbook(*rows)) for name, rows in files))
    assert [(fault.code, tuple(fault.place)) for fault in found.faults] == [(code, at)]
    with pytest.raises(Invalid, match="import_not_settled"):
        take(asked, found)
    assert rows_in(asked) == before


def test_what_a_unit_writes_itself_is_never_touched(asked: Table) -> None:
    data = workbook(["#enhet", "antal"], [TOWN, 5])
    found = look(asked, ("a.xlsx", data))
    assert found.is_settled
    asked.save(TOWN, "antal", 7, 0, "town_strategist")
    with pytest.raises(ChangedMeanwhile, match="import_outdated"):
        take(asked, found)
    again = look(asked)
    assert [fault.code for fault in again.faults] == ["import_unit_begun"]
    with pytest.raises(Invalid):
        take(asked, again)
    dossier = asked.stage.read(asked.answers[TOWN], "town_strategist")
    assert dossier.answers["antal"].value == 7


def test_who_may_import(asked: Table) -> None:
    files, _faults = read_files([("a.xlsx", workbook(["#enhet", "antal"], [TOWN, 5]))])
    stage = asked.stage
    with pytest.raises(Forbidden), stage.database.writing() as session:
        keep_import(session, stage.actor("archivist"), NUMBER, asked.id, files, stage.now)
    found = look(asked, ("a.xlsx", workbook(["#enhet", "antal"], [TOWN, 5])))
    asked.close()
    with pytest.raises(WrongState):
        take(asked, found)
    with asked.stage.database.reading() as session:
        states = set(session.execute(select(col(RoundUnit.state))).scalars())
    assert states == {ContributionState.ASKED}


def test_files_that_are_no_sheets(table: Table) -> None:
    _read, faults = read_files([
        ("bra.csv", b"#enhet;antal\nKommun Ett;1\n"), ("trasig.xlsx", b"PK\x03\x04nej"),
    ])  # fmt: skip
    assert [(fault.code, fault.place.file) for fault in faults] == [
        ("sheet_unreadable", "trasig.xlsx")
    ]


def test_from_page_to_page(asked: Table, app: Any) -> None:
    person = asked.stage.sign_in(app, "strategist")
    here = f"/cases/{NUMBER}/rounds/{asked.id}/import"
    assert here in person.get(f"/cases/{NUMBER}/rounds/{asked.id}").text
    template = person.get(f"{here}/template.xlsx")
    assert template.data.startswith(b"PK")
    before = rows_in(asked)
    reply = person.post(here, {"files": (io.BytesIO(b"PK\x03\x04nej"), "trasig.xlsx")})
    assert reply.status_code == 422
    assert "trasig.xlsx" in reply.text
    reply = person.post(here, {"pasted": "Enhet\tAntal\nKommun Tva\tfyra"})
    assert reply.status_code == 302
    page = person.get(here).text
    assert "<strong>Inklistrat, cell B2</strong>" in page
    assert "Menas Kommun Två?" in page
    assert "Läs in svaren" not in page
    assert rows_in(asked) == before
    person.post(here, {"pasted": "Enhet\tAntal\nKommun Tva\t4"})
    said = {"name": "Kommun Tva", "meant": str(asked.stage.units[VILLAGE])}
    page = person.post(f"{here}/answers", {**said, "look": "1"}).text
    assert "Enheter: 1. Nya svar: 1, ändrade: 0, oförändrade: 0." in page
    assert '<dt>Antal</dt><dd class="answer-text">4</dd>' in page
    [shown] = re.findall(r'name="shown_sha256" value="(\w+)"', page)
    wrong = person.post(f"{here}/answers", {**said, "shown_sha256": "0" * 64})
    assert wrong.status_code == 409
    assert rows_in(asked) == before
    assert person.post(f"{here}/answers", {**said, "shown_sha256": shown}).status_code == 302
    assert answers_in(asked) == [(asked.answers[VILLAGE], "antal")]
    page = person.get(here).text
    assert "Lämna svaret för enheter utan konto" in page
    submission = str(asked.answers[VILLAGE])
    reply = person.post(f"{here}/hand-over", {"submission": submission})
    assert reply.status_code == 302
    page = person.get(f"/submissions/{submission}").text
    assert "Svar inlästa ur fil" in page


def test_the_chain_vouches_for_imported_answers(asked: Table) -> None:
    take(asked, look(asked, ("a.xlsx", workbook(["#enhet", "antal"], [VILLAGE, 3]))))
    assert asked.breaks() == []
    with asked.stage.database.writing() as session:
        for model in (Answer, Revision):
            session.execute(update(model).values(value="4"))
    assert {"unlinked_value", "missing_value"} <= set(asked.breaks())


def weed(table: Table, unit: str) -> int:
    """Have the archivist remove what led to an answer; how many values that was."""
    stage, submission = table.stage, table.answers[unit]
    with stage.database.writing() as session:
        archivist = stage.actor("archivist")
        material = survey_material(session, archivist, submission)
        remove_material(
            session, archivist, submission, decision="Beslut", shown_sha256=material.sha256,
            now=stage.now, signer=stage.key,
        )  # fmt: skip
    return material.counts["older"]


def imported_handed_over_and_weeded(table: Table) -> None:
    """An answer imported twice, handed over, closed and weeded, with the chain whole."""
    for number in (3, 4):
        take(table, look(table, ("a.xlsx", workbook(["#enhet", "antal"], [VILLAGE, number]))))
    hand_over_all(table, VILLAGE)
    table.close()
    assert table.breaks() == []
    assert weed(table, VILLAGE) == 1
    assert table.breaks() == []


def test_what_was_imported_is_weeded_like_the_rest(asked: Table) -> None:
    imported_handed_over_and_weeded(asked)


def test_the_same_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    table = set_table(build_stage(tmp_path, {"DATABASE_URL": postgresql_url}))
    open_about_everything(table)
    imported_handed_over_and_weeded(table)
    with table.stage.database.reading() as session:
        view = find_round(session, table.stage.actor("strategist"), NUMBER, table.id)
        [found] = read_results(session, view, "antal").questions
    assert [reply.value for reply in found.of("answered")] == [4]
    table.stage.database.close()
