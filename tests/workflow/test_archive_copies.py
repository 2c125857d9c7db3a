"""Exports come from the frozen record, and archived copies are given out as stored."""

from __future__ import annotations

import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.export.pdf.words import read_words
from survey_app.export.verification.look import verify_package
from survey_app.services.archives.archive import case_package, export_json, export_pdf
from survey_app.services.archives.archiving import Prepared, archive_submission, prepare_archiving
from survey_app.services.case import correct_submission
from survey_app.services.refusal import ChangedMeanwhile, WrongState
from survey_app.store.tables import Answer, FrozenRecord, StoredCopy
from tests.conftest import GNV_DONE, Installation
from tests.stage import Stage
from tests.workflow.decisions import DAY


def _exports(stage: Stage, submission: int) -> tuple[bytes, bytes, bytes]:
    """PDF, JSON and the case's package, asked for on another day."""
    later = stage.now + 400 * DAY
    archivist = stage.actor("archivist")
    with stage.database.reading() as session:
        return (
            export_pdf(session, archivist, submission, later).data,
            export_json(session, archivist, submission).data,
            case_package(session, archivist, "RS2501", later, draft=False).data,
        )


def test_archived_copies_are_stored_once_and_given_out_byte_for_byte(
    stage: Stage, sent: int
) -> None:
    stage.approve(sent)
    stage.hand_in(sent)
    stage.archive(sent)
    first = _exports(stage, sent)
    with stage.database.reading() as session:
        kept = session.execute(select(col(StoredCopy.kind), col(StoredCopy.sha256))).all()
    hashes = {row.kind: row.sha256 for row in kept}
    assert len(kept) == 3
    assert [sha256(data).hexdigest() for data in first] == [
        hashes["pdf"], hashes["json"], hashes["zip"]]  # fmt: skip
    assert _exports(stage, sent) == first
    with pytest.raises(WrongState):
        stage.archive(sent)
    with stage.database.reading() as session:
        assert session.execute(select(func.count()).select_from(StoredCopy)).scalar_one() == 3


@pytest.mark.parametrize("state", [State.APPROVED, State.ARCHIVED])
def test_exports_come_from_the_record_even_if_somebody_edits_the_answers(
    stage: Stage, state: State, tmp_path: Path
) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, state)
    before = _exports(stage, submission)
    with stage.database.writing() as session:
        session.execute(update(Answer).values(value=json.dumps("FÖRFALSKAT")))
    after = _exports(stage, submission)
    assert after[1:] == before[1:]
    assert "FÖRFALSKAT" not in after[1].decode()
    package = tmp_path / "p.zip"
    package.write_bytes(after[2])
    assert verify_package(package).intact
    shown = stage.read(submission).answers["1"].value
    assert shown == "FÖRFALSKAT", "the forgery was really there"


def test_a_record_that_somebody_edits_is_not_exported(stage: Stage, sent: int) -> None:
    frozen = stage.approve(sent)
    forged = frozen.body.replace("Vi har gjort mycket.", "Vi har gjort allt.")
    with stage.database.writing() as session:
        session.execute(update(FrozenRecord).values(body=forged))
    with pytest.raises(ValueError, match="content_changed"):
        _exports(stage, sent)


def test_the_practice_case_is_what_was_approved(installation: Installation) -> None:
    told = installation.person("direktor").submission(GNV_DONE)
    record = json.loads(installation.person("arkivarie").get(
        f"/submissions/{GNV_DONE}/export.json").data)  # fmt: skip
    assert sha256_of(record) == told["record_sha256"]
    assert sha256_of(record["content"]) == told["content_sha256"]


def test_what_was_prepared_for_another_case_than_it_became_is_not_kept(stage: Stage) -> None:
    """The other submission of the case is archived between the writing and the keeping."""
    first, second = stage.open("RS2501", count=2)
    for submission in (first, second):
        stage.bring(submission, State.HANDED_IN)
    archivist = stage.actor("archivist")
    with stage.database.reading() as session:
        early = prepare_archiving(session, archivist, first)
    stage.archive(second)
    for prepared in (early, _prepared(stage, second, early)):
        with pytest.raises(ChangedMeanwhile), stage.database.writing() as session:
            archive_submission(session, archivist, first, prepared, stage.now, stage.key)
        assert stage.read(first).state == State.HANDED_IN
    stage.archive(first)
    with stage.database.reading() as session:
        kinds = session.execute(select(col(StoredCopy.kind))).scalars().all()
    assert sorted(kinds) == ["json", "json", "pdf", "pdf", "zip"]


def _prepared(stage: Stage, of: int, like: Prepared) -> Prepared:
    """What belongs to another submission, under the name of this one."""
    with stage.database.reading() as session:
        data = export_json(session, stage.actor("archivist"), of)
    return Prepared({**like.copies, "json": data}, like.of, like.case_pdf)


def _packed(stage: Stage, number: str) -> dict[str, bytes]:
    with stage.database.reading() as session:
        data = case_package(session, stage.actor("archivist"), number, stage.now, draft=False).data
    assert verify_package(data).findings == ()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name.rpartition("/data/")[2]: archive.read(name)
            for name in archive.namelist()
            if "/data/" in name
        }


def test_what_was_handed_in_and_then_corrected_stays_in_the_package(stage: Stage) -> None:
    [old] = stage.open("RS2501")
    stage.bring(old, State.ARCHIVED)
    before = _packed(stage, "RS2501")
    with stage.database.writing() as session:
        new = correct_submission(session, stage.actor("strategist"), old, stage.now).id
    assert new is not None
    stage.save(new, "1", "Rättat svar.", 1)
    stage.send(new)
    stage.approve(new)
    stage.hand_in(new)
    stage.archive(new)
    after = _packed(stage, "RS2501")
    assert b"R\xc3\xa4ttat svar." in after["prov-2025/record.json"]
    for name in ("record.json", "answers.pdf"):
        assert after[f"prov-2025-2/{name}"] == before[f"prov-2025/{name}"], "as it was archived"
    words = read_words(after["case.pdf"], skip_others=True)
    assert f"Inlämning {old} har rättats och ersatts av inlämning {new}." in words
    assert words.index("Rättat svar.") < words.index("Vi har gjort mycket.")


def test_a_package_tells_when_it_was_written(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.APPROVED)
    approved, stage.now = stage.now, stage.now + 3 * DAY
    with stage.database.reading() as session:
        data = case_package(
            session, stage.actor("archivist"), "RS2501", stage.now, draft=False
        ).data
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [mets] = [archive.read(name) for name in archive.namelist() if name.count("/") == 1
                  and name.endswith("METS.xml")]  # fmt: skip
        premis = [archive.read(name) for name in archive.namelist() if name.endswith("premis.xml")]
    written = stage.now.isoformat(timespec="seconds").encode()
    assert written in mets
    assert any(written in text for text in premis)
    assert approved.date() != stage.now.date()
