"""The entries of the registrar's list: their numbers, who registers what, and the chain of it."""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.export.registry import table_row
from survey_app.services.audit import verify_chain
from survey_app.services.case import correct_submission
from survey_app.services.refusal import Forbidden, Invalid, NotFound
from survey_app.services.register.giving_out import refuse
from survey_app.services.register.registration import Secrecy, strike_document
from survey_app.store.tables import AuditEntry, Case, CaseDocument, SecrecyMark
from tests.stage import Stage

from .entries import CASE, entries, whole


def test_every_document_stands_in_the_list(stage: Stage) -> None:
    whole(stage)
    day = stage.today
    found = entries(stage)
    assert [(entry.number, entry.kind) for entry in found] == [
        (1, "request"), (2, "answer"), (3, "enclosure"), (4, "approval"), (5, "receipt"),
    ]  # fmt: skip
    request, answer, enclosure, approval, receipt = found
    assert (request.received, request.drawn_up, request.sent) == (day, None, None)
    assert (request.counterpart, request.subject) == ("Myndigheten", "Enkät")
    assert (answer.drawn_up, answer.sent, answer.counterpart) == (day, day, "Myndigheten")
    assert answer.subject == "Prov"
    assert answer.file is not None, "archived, so the kept PDF"
    assert answer.file.name.endswith(".pdf")
    assert enclosure.subject == "underlag.pdf (bilaga 1 till handling 2)"
    assert (enclosure.sent, enclosure.counterpart) == (day, "Myndigheten")
    assert approval.subject == (
        "handling 2 godkänd av approver_with_delegation, approver (Beslut 1)")  # fmt: skip
    assert (receipt.received, receipt.subject) == (day, "K-1 (avser handling 2)")
    assert not any(entry.secrecy or entry.struck for entry in found)


def test_before_handing_in_the_answer_is_drawn_up_and_not_sent(stage: Stage) -> None:
    [submission] = stage.open(CASE)
    assert entries(stage) == []
    stage.bring(submission, State.APPROVED)
    answer = entries(stage)[0]
    assert (answer.drawn_up, answer.sent, answer.counterpart, answer.file) == (
        stage.today, None, "", None)  # fmt: skip
    assert table_row(answer)[1].startswith("Upprättad ")


def test_a_number_once_given_stays(stage: Stage) -> None:
    """Whatever is registered later, with whatever day, comes last."""
    submission = whole(stage)
    before = entries(stage)
    stage.register(CASE, kind="completion", day=datetime.date(2020, 1, 1), subject="Kompletteras")
    with stage.database.writing() as session:
        correction = correct_submission(session, stage.actor("strategist"), submission, stage.now)
        assert correction.id is not None
    stage.send(correction.id)
    stage.approve(correction.id)
    after = entries(stage)
    assert after[: len(before)] == before
    assert [(entry.number, entry.kind) for entry in after[5:]] == [
        (6, "completion"), (7, "correction"), (8, "enclosure"), (9, "approval")]  # fmt: skip
    assert after[6].subject == "Prov (rättar handling 2)"


def test_a_decision_not_to_give_out_stands_in_the_list(stage: Stage) -> None:
    whole(stage)
    said = {"what": "Bilaga 1", "reasons": "Uppgiften rör enskild.", "ground": "OSL 21 kap. 1 §",
            "decided_by": "Arkivarie"}  # fmt: skip
    with stage.database.writing() as session:
        refuse(session, stage.actor("archivist"), CASE, said, stage.now, stage.key)
    last = entries(stage)[-1]
    assert (last.number, last.kind, last.subject) == (6, "refusal", "Bilaga 1")
    app, address = stage.app(), f"/cases/{CASE}/giving-out/1/pdf"
    archivist, strategist = stage.sign_in(app, "archivist"), stage.sign_in(app, "strategist")
    assert address in archivist.get(f"/cases/{CASE}/registry").text
    assert archivist.get(address).data.startswith(b"%PDF")
    assert address not in strategist.get(f"/cases/{CASE}/registry").text


def test_a_document_registered_by_mistake_is_struck_and_stays(stage: Stage) -> None:
    whole(stage)
    with stage.database.writing() as session:
        strike_document(
            session, stage.actor("archivist"), CASE, 1, " Fel\närende ", stage.now, stage.key
        )
    struck = entries(stage)[0]
    assert (struck.number, struck.struck, struck.subject) == (1, "Fel ärende", "Enkät")
    for number, code in ((1, "already_struck"), (2, "not_registered_by_hand")):
        with pytest.raises(Invalid, match=code), stage.database.writing() as session:
            strike_document(
                session, stage.actor("archivist"), CASE, number, "Fel", stage.now, stage.key
            )
    with stage.database.reading() as session:
        assert verify_chain(session, 1, stage.key) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"kind": "approval"}, "form_cut_off"),
        ({"direction": "sideways"}, "form_cut_off"),
        ({"day": datetime.date(2999, 1, 1)}, "document_day_in_future"),
        ({"counterpart": " "}, "counterpart_missing"),
        ({"subject": "\n"}, "subject_missing"),
        ({"subject": "x" * 501}, "line_too_long"),
        ({"secrecy": Secrecy("", conceals_subject=True)}, "secrecy_ground_missing"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_registered(stage: Stage, wrong: dict[str, Any], code: str) -> None:
    stage.open(CASE)
    with pytest.raises(Invalid, match=code):
        stage.register(CASE, **wrong)
    assert entries(stage) == []


def test_an_own_document_needs_no_counterpart(stage: Stage) -> None:
    stage.open(CASE)
    stage.register(CASE, kind="decision", direction="own", counterpart="", subject="Beslut")
    assert table_row(entries(stage)[0])[2:] == ("", "Beslut: Beslut")


def test_who_may_register(stage: Stage) -> None:
    stage.open(CASE)
    for who, refused in (("approver_with_delegation", Forbidden), ("administrator", NotFound),
                         ("other_archivist", NotFound)):  # fmt: skip
        with pytest.raises(refused):
            stage.register(CASE, by=who)
    stage.register(CASE, by="strategist")
    assert len(entries(stage, "approver_with_delegation")) == 1


TAMPERINGS: dict[str, Callable[[Session], object]] = {
    "another subject": lambda session: session.execute(update(CaseDocument).values(subject="X")),
    "another day": lambda session: session.execute(
        update(CaseDocument).values(day=datetime.date(2020, 1, 1))),
    "another file": lambda session: session.execute(update(CaseDocument).values(name="x.pdf")),
    "struck behind one's back": lambda session: session.execute(
        update(CaseDocument).where(col(CaseDocument.id) == 2).values(struck_reason="X")),
    "no longer struck": lambda session: session.execute(
        update(CaseDocument).values(struck=None, struck_by=None, struck_reason="")),
    "deleted": lambda session: session.execute(delete(CaseDocument)),
    "secrecy lifted": lambda session: session.execute(update(SecrecyMark).values(ground="")),
    "a mark deleted": lambda session: session.execute(delete(SecrecyMark)),
    "a mark of one's own": lambda session: session.add(SecrecyMark(
        case_id=1, entry="record:1", ground="X", author_id=1, salt="",
        at=datetime.datetime.now(datetime.UTC))),
}  # fmt: skip


def test_tampering_with_the_register_is_found(stage: Stage) -> None:
    """Each in a transaction of its own that is rolled back."""
    stage.open(CASE)
    stage.register(CASE, secrecy=Secrecy("OSL 25:1"))
    stage.register(CASE)
    with stage.database.writing() as session:
        strike_document(session, stage.actor("archivist"), CASE, 1, "Fel", stage.now, stage.key)
    for tampering, tamper in TAMPERINGS.items():
        found: set[str] = set()
        with contextlib.suppress(InterruptedError), stage.database.writing() as session:
            assert verify_chain(session, 1, stage.key) == [], tampering
            tamper(session)
            session.flush()
            session.expire_all()
            found = {item.code for item in verify_chain(session, 1, stage.key)}
            raise InterruptedError
        assert found & {"changed_register", "unlinked_register"}, tampering


def test_a_document_that_went_with_the_end_of_the_chain_is_missed(stage: Stage) -> None:
    stage.open(CASE)
    stage.register(CASE)
    told = select(col(Case.audit_length), col(Case.audit_head))
    with stage.database.reading() as session:
        length, head = session.execute(told).one()
    stage.register(CASE)
    with stage.database.writing() as session:
        session.execute(delete(CaseDocument).where(col(CaseDocument.id) == 2))
        session.execute(delete(AuditEntry).where(col(AuditEntry.number) > length))
        session.execute(update(Case).values(audit_length=length, audit_head=head))
    with stage.database.reading() as session:
        found = {item.code for item in verify_chain(session, 1, stage.key)}
    assert found == {"rewritten"}
