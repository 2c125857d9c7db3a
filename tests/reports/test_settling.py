"""A report settled: when it may be, what it becomes, and the edition that takes its place."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.export.registry import matter_of
from survey_app.export.report_schema import report_schema, schema_bytes, shape_errors
from survey_app.export.verification.look import verify_package
from survey_app.services.audit import verify_chain
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, WrongState
from survey_app.services.register.registry import list_entries
from survey_app.services.reports import report as reports
from survey_app.services.reports import settling as report_settling
from survey_app.services.reports.piece import SavedPiece
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import CaseDocument
from tests.conftest import Installation
from tests.reports.compiling import COUNTY, FOLLOW_UPS, Office, office

TITLE = "Uppföljning Regional handlingsplan Patient, brukare och närstående medverkan 2024"


@pytest.fixture
def desk(rounds_installation: Installation) -> Office:
    """The office with a report of the follow-up of 2024, which is closed."""
    found = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2024")
    found.compile()
    return found


def documents_of(desk: Office) -> dict[str, tuple[CaseDocument, bytes]]:
    """The documents that a report became, by the ending of their names, with their bytes."""
    with desk.installation.database.reading() as session:
        view = reports.find_report(session, desk.actor(), desk.number, desk.report_id)
        found = {}
        for kind in ("pdf", "docx", "json"):
            sha256 = report_settling.kept_file(session, view, kind)
            assert sha256 is not None
            rows = session.execute(select(CaseDocument).where(col(CaseDocument.sha256) == sha256))
            found[kind] = rows.scalars().one(), blob_bytes(session, sha256)
        return found


def test_the_committed_schema_is_that_of_the_models() -> None:
    assert json.loads(schema_bytes()) == report_schema()


def test_settled_it_is_kept_as_documents_of_the_case(desk: Office) -> None:
    desk.settle()
    documents = documents_of(desk)
    said = json.loads(documents["json"][1])
    assert shape_errors(said) == []
    assert said["settled"]["by"]["name"] == "Hälso- och sjukvårdsstrateg"
    assert said["parts"] == desk.document()["parts"]
    assert documents["pdf"][1].startswith(b"%PDF-")
    assert b"UTKAST" not in documents["json"][1]
    assert {row.made for row, _data in documents.values()} == {"report"}
    assert {row.direction for row, _data in documents.values()} == {"own"}
    with desk.installation.database.reading() as session:
        told = [matter_of(item) for item in list_entries(session, desk.actor(), desk.number)]
        breaks = verify_chain(session, desk.view().case.id or 0, desk.key)
    assert f"Sammanställning: {TITLE}" in told
    assert f"Sammanställning: {TITLE} (Word)" in told
    assert breaks == []


def test_the_package_has_it_and_verifies(desk: Office) -> None:
    desk.settle()
    office(desk.installation, FOLLOW_UPS, "Uppföljning 2025").close()
    archivist = desk.installation.person("arkivarie")
    data = archivist.get(f"/cases/{FOLLOW_UPS}/package.zip").data
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        held = {name.rpartition("/")[2]: package.read(name) for name in package.namelist()}
    for row, kept in documents_of(desk).values():
        assert row.name is not None
        assert any(name.endswith(row.name) and body == kept for name, body in held.items())
    assert verify_package(data, desk.key.public_key).intact


def test_settled_it_does_not_change_and_a_new_edition_takes_its_place(desk: Office) -> None:
    desk.settle()
    before = documents_of(desk)
    piece = desk.view().pieces[1][0]
    with pytest.raises(WrongState, match="report_settled"):
        desk.write(piece.id, "Annat")
    with pytest.raises(WrongState, match="report_settled"):
        desk.again()
    with desk.installation.database.writing() as session:
        reports.reopen_report(
            session, desk.actor(), desk.number, desk.report_id, desk.now, desk.key
        )
    assert isinstance(desk.write(piece.id, "Annat i version 2"), SavedPiece)
    desk.settle()
    after = documents_of(desk)
    assert {after[kind][0].id for kind in after}.isdisjoint(before[kind][0].id for kind in before)
    assert json.loads(after["json"][1])["edition"] == 2
    assert after["pdf"][0].subject == f"{TITLE}, version 2"
    with desk.installation.database.reading() as session:
        for row, data in before.values():
            assert row.sha256 is not None
            assert blob_bytes(session, row.sha256) == data


def test_it_waits_for_the_round_for_changes_and_for_decisions(
    rounds_installation: Installation,
) -> None:
    desk = office(rounds_installation, COUNTY, "Bidrag till planen 2017–2018")
    desk.compile()
    with pytest.raises(Invalid, match="report_round_open"):
        desk.settle()
    name = "Hallands sjukhus"
    piece = next(item for item, _ in desk.view().pieces
                 if item.source_submission == desk.answer_of(name))  # fmt: skip
    desk.write(piece.id, "Vår lydelse.")
    desk.send_back(name, "bidrag")
    desk.close()
    with pytest.raises(Invalid, match="report_outdated"):
        desk.settle()
    assert {change.code for change in desk.again()} == {"gone", "added"}
    with pytest.raises(Invalid, match="report_source_waiting"):
        desk.settle()
    desk.decide(piece.id, "keep", 1)
    assert desk.again() == []
    desk.settle()
    [said] = [part for part in json.loads(documents_of(desk)["json"][1])["parts"]
              if part["id"] == piece.id]  # fmt: skip
    assert (said["text"], said["source"]["gone"], said["source"]["edited"]) == (
        "Vår lydelse.", True, True,
    )  # fmt: skip


def test_what_was_changed_after_it_was_written_is_not_settled(desk: Office) -> None:
    moment = desk.now
    with desk.installation.database.reading() as session:
        made = report_settling.prepare_settling(
            session, desk.actor(), desk.number, desk.report_id, shown_sha256=desk.shown(),
            now=moment,
        )  # fmt: skip
    desk.write(desk.view().pieces[1][0].id, "Någon hann före.")
    with (
        pytest.raises(ChangedMeanwhile, match="report_changed"),
        desk.installation.database.writing() as session,
    ):
        report_settling.settle_report(
            session, desk.actor(), desk.number, desk.report_id, made, moment, moment.date(),
            desk.key,
        )  # fmt: skip
    assert desk.view().is_draft


def test_who_reads_the_case_reads_it_and_its_strategists_write(desk: Office) -> None:
    view = desk.view("arkivarie")
    assert not view.may_change(desk.actor("arkivarie"))
    with pytest.raises(Forbidden), desk.installation.database.writing() as session:
        reports.compile_report(
            session, desk.actor("arkivarie"), desk.number, desk.report_id, desk.now
        )
    with pytest.raises(Forbidden), desk.installation.database.reading() as session:
        report_settling.prepare_settling(
            session, desk.actor("direktor"), desk.number, desk.report_id,
            shown_sha256=desk.shown(), now=desk.now,
        )  # fmt: skip


def test_the_same_report_gives_the_same_bytes(desk: Office) -> None:
    one, other = desk.files(), desk.files()
    assert {kind: sha256_of(data.hex()) for kind, data in one.items()} == {
        kind: sha256_of(data.hex()) for kind, data in other.items()
    }
