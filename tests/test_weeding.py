"""Weeding: what is working material, what goes by decision, and that the chain still tells all."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.services.archive import export_json, export_pdf
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from survey_app.services.registration import Secrecy, register_document
from survey_app.services.specification import add_specification
from survey_app.services.upload import received_file
from survey_app.services.weeding import Material, remove_material, survey_material
from survey_app.store.migration import current_revision, migrate, migrate_down
from survey_app.store.tables import (
    Answer,
    Attachment,
    AuditEntry,
    Blob,
    BlobChunk,
    Case,
    FrozenRecord,
    Removal,
    ReturnedQuestion,
    Revision,
    Snapshot,
)

from .stage import PDF_BYTES, QUESTIONNAIRE, Stage, build_stage

DRAFT, LOSER, REASON, ASIDE = "Ett hemligt utkast", "En förlorare", "Skriv om", "Aldrig valt"
DECISION = "Informationshanteringsplan 2025, punkt 3.2"
CHOICES = {
    "id": "4", "number": "4", "kind": "multiple", "text": "Insatser", "options": [
        {"id": "a", "text": "A", "field": {"kind": "text"}},
        {"id": "b", "text": "B", "field": {"kind": "text"}},
    ],
}  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    first, last = QUESTIONNAIRE["sections"]
    spec = {**QUESTIONNAIRE, "id": "rensning", "sections": [
        {**first, "questions": [*first["questions"], CHOICES]}, last]}  # fmt: skip
    with made.database.writing() as session:
        made.specification = add_specification(session, json.dumps(spec), made.now)
    yield made
    made.database.close()


def work(stage: Stage, number: str = "RS2501") -> int:
    """A submission handed in, with working material of every sort."""
    [submission] = stage.open(number)
    stage.save(submission, "1", DRAFT, 0)
    stage.save(submission, "1", "Bättre text", 1, by="strategist_2")
    stage.save(submission, "1", LOSER, 1)
    stage.save(submission, "2", {"chosen": "ja", "details": {}}, 0)
    stage.attach(submission, "2a", 0)
    stage.save(submission, "2", {"chosen": "nej", "details": {}}, 1)
    told = {"chosen": ["a"], "details": {"a": "Gjort", "b": ASIDE}}
    stage.save(submission, "4", told, 0)
    stage.send(submission)
    stage.send_back(submission, {"1": REASON})
    stage.save(submission, "1", "Godkänd text", 2)
    stage.send(submission)
    stage.approve(submission)
    stage.hand_in(submission)
    return submission


def survey(stage: Stage, submission: int, by: str = "archivist") -> Material:
    with stage.database.reading() as session:
        return survey_material(session, stage.actor(by), submission)


def remove(
    stage: Stage, submission: int, by: str = "archivist", *, shown: str | None = None,
    decision: str = DECISION,
) -> Removal:  # fmt: skip
    with stage.database.writing() as session:
        return remove_material(
            session, stage.actor(by), submission, decision=decision,
            shown_sha256=survey(stage, submission).sha256 if shown is None else shown,
            now=stage.now, signer=stage.key,
        )  # fmt: skip


def breaks(stage: Stage) -> set[str]:
    with stage.database.reading() as session:
        cases = session.execute(select(col(Case.id))).scalars().all()
        return {item.code for case in cases if case for item in
                verify_chain(session, case, stage.key)}  # fmt: skip


def count(stage: Stage, table: Any) -> int:
    with stage.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())


def test_every_sort_of_material_is_seen_with_its_content(stage: Stage) -> None:
    material = survey(stage, work(stage))
    assert material.counts == {
        "older": 3, "never_held": 1, "hidden": 1, "unsent": 1, "reasons": 1, "snapshots": 2,
        "files": 1,
    }  # fmt: skip
    told = [(value.question, value.sort, value.given.value) for value in material.values]
    assert ("1", "older", DRAFT) in told
    assert ("1", "never_held", LOSER) in told
    assert ("2", "older", {"chosen": "ja", "details": {}}) in told
    assert [(question, sort) for question, sort, _ in told][-2:] == [
        ("2a", "hidden"),
        ("4", "unsent"),
    ]
    assert material.reasons == [("1", REASON)]
    assert [file.name for file in material.files] == ["underlag.pdf"]
    assert (material.kept["answers"], material.kept["enclosures"]) == (3, 0)
    assert "Godkänd text" not in str(told), "what holds is record"


def test_what_was_handed_in_stays_and_the_rest_goes(stage: Stage) -> None:
    submission = work(stage)
    with stage.database.reading() as session:
        record = session.get(FrozenRecord, submission)
        pdf = export_pdf(session, stage.actor("archivist"), submission, stage.now).data
    assert record is not None
    removal = remove(stage, submission)
    assert breaks(stage) == set()
    assert survey(stage, submission).counts == {}
    with stage.database.reading() as session:
        archivist = stage.actor("archivist")
        assert session.get(FrozenRecord, submission) == record
        assert json.loads(export_json(session, archivist, submission).data) == json.loads(
            record.body
        )
        assert export_pdf(session, archivist, submission, stage.now).data == pdf
        stones = session.execute(select(Revision).where(col(Revision.removal_id) == removal.id))
        stones = stones.scalars().all()
        values = session.execute(select(col(Revision.value))).scalars().all()
    assert len(stones) == 6
    assert {(stone.value, stone.blank, stone.salt) for stone in stones} == {(None, None, "")}
    assert {stone.author_id for stone in stones} == {
        stage.accounts["strategist"], stage.accounts["strategist_2"]}  # fmt: skip
    assert not any(word in str(values) for word in (DRAFT, LOSER, ASIDE))
    # The screen still shows what the record says, and would be hashed as it was approved.
    dossier = stage.read(submission)
    assert sha256_of(dossier.content()) == record.content_sha256
    assert dossier.answers["4"].value == {"chosen": ["a"], "details": {"a": "Gjort"}}
    assert "2a" not in dossier.answers
    assert dossier.marks["4"].author == "strategist", "nobody else's work for having been cut"
    assert [count(stage, table) for table in (Snapshot, ReturnedQuestion, Attachment)] == [0, 0, 0]
    assert json.loads(removal.counts)["older"] == 3


def test_archiving_afterwards_is_as_it_would_have_been(stage: Stage) -> None:
    weeded, kept = work(stage), work(stage, "RS2502")
    remove(stage, weeded)
    for submission in (weeded, kept):
        stage.archive(submission)
    assert survey(stage, kept).counts
    remove(stage, kept)
    assert breaks(stage) == set()
    assert stage.read(kept).state == State.ARCHIVED


def test_the_text_is_gone_from_the_database_file(stage: Stage) -> None:
    submission = work(stage)
    stage.database.close()
    path = Path(stage.database.url.removeprefix("sqlite:///"))

    def found() -> set[str]:
        data = b"".join(part.read_bytes() for part in path.parent.glob(f"{path.name}*"))
        return {word for word in (DRAFT, LOSER, REASON, ASIDE) if
                any(form.encode() in data for form in (word, json.dumps(word)[1:-1]))}  # fmt: skip

    assert found() == {DRAFT, LOSER, REASON, ASIDE}
    remove(stage, submission)
    stage.database.close()
    assert found() == set()


def test_who_may_and_when(stage: Stage) -> None:
    submission = work(stage)
    shown = survey(stage, submission).sha256
    for who, refused in (("strategist", Forbidden), ("approver_with_delegation", Forbidden),
                         ("administrator", NotFound), ("other_archivist", NotFound)):  # fmt: skip
        with pytest.raises(refused):
            remove(stage, submission, who, shown=shown)
    for state in (State.DRAFT, State.AWAITING_APPROVAL, State.APPROVED):
        [early] = stage.open(f"RS77{list(State).index(state)}")
        stage.bring(early, state)
        with pytest.raises(WrongState):
            survey(stage, early)


def test_only_what_was_shown_and_never_without_a_decision(stage: Stage) -> None:
    submission = work(stage)
    with pytest.raises(ChangedMeanwhile, match="material_changed"):
        remove(stage, submission, shown="0" * 64)
    with pytest.raises(Invalid, match="removal_decision_missing"):
        remove(stage, submission, decision=" \n ")
    assert survey(stage, submission).counts
    remove(stage, submission)
    with pytest.raises(Invalid, match="no_working_material"):
        remove(stage, submission)
    assert count(stage, Removal) == 1


# --- files ---------------------------------------------------------------------------------


def blobs(stage: Stage) -> int:
    assert (count(stage, Blob) == 0) == (count(stage, BlobChunk) == 0)
    return count(stage, Blob)


def test_a_file_that_nothing_else_names_goes_with_its_bytes(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    stage.save(submission, "1", "Text", 0)
    stage.save(submission, "2", {"chosen": "ja", "details": {}}, 0)
    stage.attach(submission, "2a", 0)
    stage.save(submission, "2", {"chosen": "nej", "details": {}}, 1)
    stage.send(submission)
    stage.approve(submission)
    assert blobs(stage) == 1
    stage.hand_in(submission)  # the receipt has the same bytes
    remove(stage, submission)
    assert (count(stage, Attachment), blobs(stage)) == (0, 1)


@pytest.mark.parametrize("holder", ["nobody", "another submission", "a registered document"])
def test_bytes_stay_while_something_names_them(stage: Stage, holder: str) -> None:
    submission = work(stage)
    with stage.database.writing() as session:  # a receipt of its own
        session.execute(update(Blob.metadata.tables["handing_in"]).values(receipt_sha256=None))
    if holder == "another submission":
        [other] = stage.open("RS2502")
        stage.save(other, "2", {"chosen": "ja", "details": {}}, 0)
        stage.attach(other, "2a", 0)
    elif holder == "a registered document":
        with (
            received_file(io.BytesIO(PDF_BYTES), "begäran.pdf") as upload,
            stage.database.writing() as session,
        ):
            register_document(
                session, stage.actor("archivist"), "RS2501", kind="request", direction="in",
                day=stage.today, counterpart="Myndigheten", subject="Enkät", secrecy=Secrecy(),
                upload=upload, now=stage.now, today=stage.today,
            )  # fmt: skip
    remove(stage, submission)
    assert blobs(stage) == (0 if holder == "nobody" else 1)


# --- the chain -----------------------------------------------------------------------------


def one(session: Session, **values: Any) -> None:
    """Change the first tombstone."""
    stone = session.execute(
        select(Revision).where(col(Revision.removal_id).is_not(None)).limit(1)
    ).scalar_one()
    session.execute(update(Revision).where(col(Revision.id) == stone.id).values(**values))


def live(session: Session) -> Any:
    return col(Revision.id) == session.execute(
        select(func.min(Revision.id)).where(col(Revision.removal_id).is_(None))
    ).scalar_one()  # fmt: skip


TAMPERINGS: dict[str, tuple[Callable[[Session], object], str]] = {
    "delete a tombstone": (lambda session: session.execute(delete(Revision).where(
        col(Revision.removal_id).is_not(None))), "missing_tombstone"),
    "delete a value": (lambda session: session.execute(delete(Revision).where(live(session))),
                       "missing_value"),
    "delete a value and its answer": (lambda session: (
        session.execute(delete(Revision).where(col(Revision.question) == "1",
                                               col(Revision.removal_id).is_(None))),
        session.execute(delete(Answer).where(col(Answer.question) == "1"))), "missing_value"),
    "delete an answer": (lambda session: session.execute(delete(Answer).where(
        col(Answer.question) == "1")), "missing_answer"),
    "pass a value off as removed": (lambda session: session.execute(
        update(Revision).where(live(session)).values(value=None, salt="", removal_id=1)),
        "removed_without_decision"),
    "empty a value": (lambda session: session.execute(
        update(Revision).where(live(session)).values(value=None, salt="")), "unlinked_value"),
    "fill a tombstone": (lambda session: one(session, value='"Nytt"'), "filled_tombstone"),
    "another author": (lambda session: one(session, author_id=3), "changed_tombstone"),
    "another time": (lambda session: one(
        session, at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)), "changed_tombstone"),
    "another question": (lambda session: one(session, question="3"), "changed_tombstone"),
    "another version": (lambda session: one(session, version=9), "changed_tombstone"),
    "a loser made a winner": (lambda session: session.execute(
        update(Revision).where(col(Revision.removal_id).is_not(None)).values(accepted=True)),
        "changed_tombstone"),
    "no decision any more": (lambda session: one(session, removal_id=None), "unlinked_value"),
    "other words of the decision": (lambda session: session.execute(
        update(Removal).values(decision="Ett annat beslut")), "changed_decision"),
    "other counts": (lambda session: session.execute(update(Removal).values(counts="{}")),
                     "changed_decision"),
    "a decision of one's own": (lambda session: session.add(Removal(
        case_id=1, submission_id=1, decision="Eget", counts="{}", actor_id=1,
        at=datetime.datetime.now(datetime.UTC))), "unlinked_decision"),
    "one more in the link": (lambda session: session.execute(
        update(AuditEntry).where(col(AuditEntry.kind) == "working_material_removed").values(
            facts=func.replace(AuditEntry.facts, '"revisions":{', '"revisions":{"99":"x",'))),
        "changed"),
}  # fmt: skip


def test_tampering_with_what_is_gone_is_found(stage: Stage) -> None:
    """Each in a transaction of its own that is rolled back."""
    remove(stage, work(stage))
    assert breaks(stage) == set()
    for tampering, (tamper, code) in TAMPERINGS.items():
        with contextlib.suppress(InterruptedError), stage.database.writing() as session:
            tamper(session)
            session.flush()
            session.expire_all()
            found = {item.code for item in verify_chain(session, 1, stage.key)}
            raise InterruptedError
        assert code in found, tampering
    assert breaks(stage) == set()
    assert len(TAMPERINGS) >= 12


def correct(stage: Stage, submission: int) -> int:
    with stage.database.writing() as session:
        made = correct_submission(session, stage.actor("strategist"), submission, stage.now)
        assert made.id is not None
        return made.id


def test_a_correction_carries_no_tombstones(stage: Stage) -> None:
    submission = work(stage)
    before = correct(stage, submission)
    remove(stage, submission)
    with stage.database.reading() as session:
        copied = session.execute(
            select(col(Revision.value)).where(col(Revision.submission_id) == before)
        ).scalars().all()  # fmt: skip
    assert any(DRAFT in str(value) for value in copied), "an open correction keeps what it has"
    other = work(stage, "RS2502")
    remove(stage, other)
    after = correct(stage, other)
    stage.save(after, "1", "Rättad text", stage.read(after).version_of("1"))
    with stage.database.reading() as session:
        stones = session.execute(
            select(func.count()).where(
                col(Revision.submission_id) == after, col(Revision.removal_id).is_not(None)
            )
        ).scalar_one()
    assert stones == 0
    assert breaks(stage) == set()


def test_a_correction_can_be_weeded_too(stage: Stage) -> None:
    """Its history is that of the first submission, copied, and what came after."""
    submission = work(stage)
    correction = correct(stage, submission)
    stage.save(correction, "3", "Tillagt", 0)
    stage.send(correction)
    stage.approve(correction)
    stage.hand_in(correction)
    assert survey(stage, correction).counts["older"] == 3
    for weeded in (correction, submission):
        remove(stage, weeded)
        assert breaks(stage) == set()


# --- pages, databases ------------------------------------------------------------------------


def test_the_pages_tell_what_was_removed_and_by_which_decision(stage: Stage) -> None:
    submission = work(stage)
    archivist = stage.sign_in(stage.app(), "archivist")
    url = f"/submissions/{submission}/weeding"
    page = archivist.get(url).text
    for word in (DRAFT, LOSER, REASON, ASIDE, "underlag.pdf"):
        assert word in page
    shown = survey(stage, submission).sha256
    assert f'value="{shown}"' in page
    form = {"decision": DECISION, "shown_sha256": shown}
    assert archivist.post(url, form).status_code == 422, "not confirmed"
    assert survey(stage, submission).sha256 == shown
    assert archivist.post(url, {**form, "confirmed": "1"}).status_code == 302
    page = archivist.get(url).text
    assert DECISION in page
    assert DRAFT not in page
    history = archivist.get(f"/submissions/{submission}/history/1").text
    assert history.count(f"enligt beslut: {DECISION}") == 3
    assert "Godkänd text" in history
    assert "Låt den här gälla igen" not in history
    assert f"enligt beslut: {DECISION}" in archivist.get(
        f"/submissions/{submission}/history/2a").text  # fmt: skip
    for path in ("", "/questions", "/sections/a", "/export.json", "/export.pdf"):
        assert archivist.get(f"/submissions/{submission}{path}").status_code == 200, path


def test_on_postgresql(tmp_path: Path, postgresql_url: str) -> None:
    stage = build_stage(tmp_path, {"DATABASE_URL": postgresql_url})
    submission = _plain_work(stage)
    remove(stage, submission)
    assert breaks(stage) == set()
    _down_and_up(stage)
    stage.database.close()


def test_down_and_up_with_tombstones(stage: Stage) -> None:
    remove(stage, work(stage))
    _down_and_up(stage)


def _plain_work(stage: Stage) -> int:
    [submission] = stage.open("RS2501")
    stage.bring(submission, State.DRAFT)
    stage.save(submission, "3", DRAFT, 0)
    stage.save(submission, "3", "Bättre", 1)
    stage.send(submission)
    stage.approve(submission)
    stage.hand_in(submission)
    return submission


def _down_and_up(stage: Stage) -> None:
    before = count(stage, Revision)
    head = current_revision(stage.database)
    migrate_down(stage.database, "0002")
    migrate(stage.database)
    assert current_revision(stage.database) == head
    assert count(stage, Revision) == before, "rows stay; the decisions went with their table"
    assert count(stage, Removal) == 0
