"""What is working material and what is record, who may remove it, and that it is then gone."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.services.archives.archive import export_json, export_pdf
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.services.upload import received_file
from survey_app.store.tables import (
    Attachment,
    Blob,
    BlobChunk,
    FrozenRecord,
    Removal,
    ReturnedQuestion,
    Revision,
    Snapshot,
)
from tests.stage import PDF_BYTES, Stage

from .material import ASIDE, DECISION, DRAFT, LOSER, REASON, breaks, count, remove, survey, work


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
    with pytest.raises(Invalid, match="line_too_long"):  # what it rests on is not cut
        remove(stage, submission, decision="x" * 501)
    assert survey(stage, submission).counts
    remove(stage, submission)
    with pytest.raises(Invalid, match="no_working_material"):
        remove(stage, submission)
    assert count(stage, Removal) == 1


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
                upload=upload, now=stage.now, today=stage.today, signer=stage.key,
            )  # fmt: skip
    remove(stage, submission)
    assert blobs(stage) == (0 if holder == "nobody" else 1)


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
