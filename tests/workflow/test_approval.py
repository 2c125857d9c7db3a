"""Approval: signing in again, attesting, and exactly what was shown."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from sqlmodel import col

from survey_app.core.content import canonical_json, sha256_of
from survey_app.core.workflow import State
from survey_app.services.approvals.approval import CONFIRMED_FOR, prepare_approval
from survey_app.services.refusal import WrongState
from survey_app.store.tables import Answer
from tests.short_form import QUESTIONNAIRE
from tests.stage import Stage, build_stage
from tests.workflow.decisions import (
    DIRECTOR,
    SECOND,
    approval_form,
    approvals,
    refused_approval,
    state_of,
)


def test_a_wrong_password_approves_nothing(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    form = approval_form(stage, stage.shown(sent), password="fel-lösenord-här")
    reply = director.post(f"/submissions/{sent}/approval", form)
    assert reply.status_code == 403
    assert "Lösenordet stämmer inte. Ingenting är godkänt." in reply.text
    assert approvals(stage) == 0
    right = director.post(f"/submissions/{sent}/approval", approval_form(stage, stage.shown(sent)))
    assert right.status_code == 302
    assert approvals(stage) == 1


def test_somebody_elses_confirmation_and_an_old_one_do_not_count(stage: Stage, sent: int) -> None:
    refused_approval(stage, sent, "sign_in_again", confirmed_by=SECOND)
    old = stage.now - CONFIRMED_FOR - datetime.timedelta(seconds=1)
    refused_approval(stage, sent, "sign_in_again", confirmed=old)


@pytest.mark.parametrize("fields", [{}, {"intyg": None}], ids=["absent", "not ticked"])
def test_without_attestation_nothing_is_approved(
    stage: Stage, sent: int, fields: dict[str, object]
) -> None:
    refused = refused_approval(stage, sent, "not_attested_fully", fields=fields)
    assert [problem.code for problem in refused.problems] == ["not_attested"]


def test_without_attestation_the_page_says_what_is_missing(
    stage: Stage, sent: int, app: Any
) -> None:
    form = approval_form(stage, stage.shown(sent))
    del form["q.intyg"]
    reply = stage.sign_in(app, DIRECTOR).post(f"/submissions/{sent}/approval", form)
    assert reply.status_code == 422
    assert "Kryssa i rutan för att intyga uppgifterna." in reply.text
    assert approvals(stage) == 0


HIDDEN = {"id": "skal", "kind": "text", "text": "Skäl", "filled_by": "approver",
          "shown_when": {"all": [{"question": "2", "operator": "=", "answer": "nej"}]}}  # fmt: skip


@pytest.mark.parametrize(("chosen", "kept"), [("ja", False), ("nej", True)])
def test_what_the_approver_is_not_asked_is_not_in_the_record(
    tmp_path: Path, chosen: str, kept: bool
) -> None:
    """A page that was shown before may send it all the same."""
    first, last = QUESTIONNAIRE["sections"]
    form = {**QUESTIONNAIRE, "sections": [
        first, {**last, "questions": [*last["questions"], HIDDEN]}]}  # fmt: skip
    stage = build_stage(tmp_path, questionnaire=form)
    [submission] = stage.open("RS2501")
    stage.save(submission, "1", "Text", 0)
    stage.save(submission, "2", {"chosen": chosen, "details": {}}, 0)
    stage.send(submission)
    frozen = stage.approve(submission, fields={"intyg": True, "skal": "Ändå"})
    fields = json.loads(frozen.body)["approval"]["fields"]
    assert fields == {"intyg": fields["intyg"], **({"skal": "Ändå"} if kept else {})}
    stage.database.close()


def test_what_changed_meanwhile_is_not_approved(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    page = director.get(f"/submissions/{sent}/approval").text
    shown = stage.shown(sent)
    assert page.count(shown) == 2, "the page says the hash, and its form carries it"
    stage.withdraw(sent)
    stage.save(sent, "1", "Något helt annat", 1)
    stage.send(sent)
    reply = director.post(f"/submissions/{sent}/approval", approval_form(stage, shown))
    assert reply.status_code == 409
    assert "Svaret har ändrats sedan du läste det. Inget är gjort." in reply.text
    assert approvals(stage) == 0
    assert state_of(stage, sent) == State.AWAITING_APPROVAL


def test_what_was_taken_back_and_sent_again_says_what_changed(
    stage: Stage, sent: int, app: Any
) -> None:
    """Who read it the first time is not told that it is the first time."""
    director, first = stage.sign_in(app, DIRECTOR), "Det här är första gången"
    assert first in director.get(f"/submissions/{sent}/approval").text
    stage.withdraw(sent)
    assert director.get(f"/submissions/{sent}/approval").status_code == 409
    stage.save(sent, "1", "Något helt annat", 1)
    stage.send(sent)
    page = director.get(f"/submissions/{sent}/approval").text
    assert first not in page
    assert "Då skickades svaret för godkännande. Sedan togs det tillbaka." in page
    assert "<del>Vi har gjort mycket.</del>" in page
    assert "<ins>Något helt annat</ins>" in page
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), sent, stage.today)
    assert [change.question for change in proposal.changes] == ["1"]


@pytest.mark.parametrize("shown", ["", "0" * 64], ids=["no hash", "another hash"])
def test_the_hash_of_what_was_shown_must_be_right(stage: Stage, sent: int, shown: str) -> None:
    refused_approval(stage, sent, "content_changed", shown_sha256=shown)


def test_approving_twice_approves_once(stage: Stage, sent: int, app: Any) -> None:
    director = stage.sign_in(app, DIRECTOR)
    form = approval_form(stage, stage.shown(sent))
    assert director.post(f"/submissions/{sent}/approval", form).status_code == 302
    again = director.post(f"/submissions/{sent}/approval", form, follow_redirects=True)
    assert again.request.path == f"/submissions/{sent}"
    assert "Det behövs bara en gång." in again.text
    assert approvals(stage) == 1
    other = director.post(f"/submissions/{sent}/approval", form | {"content_sha256": "0" * 64})
    assert other.status_code == 409, "not what was approved"
    second = stage.sign_in(app, SECOND).post(f"/submissions/{sent}/approval", form)
    assert second.status_code == 409, "somebody else approved it"
    with pytest.raises(WrongState):
        stage.approve(sent)
    assert approvals(stage) == 1


def test_the_record_is_what_was_shown(stage: Stage, sent: int) -> None:
    with stage.database.reading() as session:
        proposal = prepare_approval(session, stage.actor(DIRECTOR), sent, stage.today)
    frozen = stage.approve(sent, shown_sha256=proposal.content_sha256)
    record = json.loads(frozen.body)
    assert record["content"] == proposal.content
    assert frozen.content_sha256 == record["approval"]["content_sha256"] == sha256_of(
        record["content"])  # fmt: skip
    assert frozen.sha256 == sha256_of(record)
    assert frozen.body.encode() == canonical_json(record)


def test_what_could_not_even_be_sent_is_not_approved(stage: Stage, sent: int) -> None:
    """Whoever reached around the product: the page showed it, and still it is refused."""
    with stage.database.writing() as session:
        too_long = update(Answer).where(col(Answer.question) == "1")
        session.execute(too_long.values(value=json.dumps("x" * 41)))
    assert stage.read(sent).answers["1"].value == "x" * 41
    refused_approval(stage, sent, "not_ready")
    assert state_of(stage, sent) == State.AWAITING_APPROVAL
