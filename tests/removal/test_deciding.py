"""What stands in the way of removing a case, what a decision must say, and what it leaves."""

from __future__ import annotations

import contextlib
import datetime
import threading
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.services.approvals.decisions import list_decisions
from survey_app.services.audit import verify_chain
from survey_app.services.case import find_case, list_cases
from survey_app.services.deadline import submissions_with_deadlines
from survey_app.services.memo import open_memo
from survey_app.services.refusal import Gone, NotFound, Refused
from survey_app.services.removals.case import survey_case
from survey_app.services.removals.contents import blobs_of
from survey_app.services.security.log import note, verify_security
from survey_app.services.specification import add_specification
from survey_app.services.submission import list_submissions, one_of_each
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import (
    AuditEntry,
    Blob,
    Case,
    CaseDocument,
    CaseRemoval,
    FrozenRecord,
    SecurityEntry,
)
from tests.stage import OWN, Stage
from tests.world import MEMO_FORM

from .emptying import NUMBER, Emptying, finished

both = pytest.mark.both_databases


def refusal(emptying: Emptying, **told: Any) -> tuple[int, str]:
    """What a removal was refused with."""
    with pytest.raises(Refused) as refused:
        emptying.remove(**told)
    return refused.value.status, refused.value.code


@pytest.mark.parametrize("state", [State.DRAFT, State.AWAITING_APPROVAL, State.HANDED_IN])
def test_what_is_not_archived_stands_in_the_way(stage: Stage, state: State) -> None:
    [submission] = stage.open(NUMBER)
    if state != State.DRAFT:
        stage.bring(submission, state)
    emptying = Emptying(stage, submission)
    with stage.database.reading() as session:
        found = survey_case(session, stage.actor("archivist"), NUMBER).obstacles
    assert [tuple(obstacle) for obstacle in found] == [("not_archived", 1)]
    assert refusal(emptying) == (409, "case_not_finished")


def test_a_decision_says_all_that_it_must(stage: Stage) -> None:
    emptying = finished(stage)
    shown = emptying.shown()
    tomorrow = stage.today.replace(year=stage.today.year + 1)
    for told, status, code in (
        ({"decision": " \n"}, 422, "removal_decision_missing"),
        ({"ground": ""}, 422, "removal_ground_missing"),
        ({"decision": "x" * 501}, 422, "line_too_long"),
        ({"day": None}, 422, "day_unreadable"),
        ({"day": tomorrow}, 422, "decision_day_in_future"),
        ({"keeping": ""}, 422, "keeping_missing"),
        ({"keeping": "package"}, 422, "package_not_fetched"),
        ({"confirmed": False}, 422, "case_removal_not_confirmed"),
        ({"shown": "0" * 64}, 409, "case_changed"),
        ({"by": "strategist"}, 403, "not_your_role"),
        ({"by": "other_archivist"}, 404, "no_case"),
    ):
        assert refusal(emptying, **{"shown": shown, **told}) == (status, code), told
    assert emptying.shown() == shown
    assert emptying.breaks() == []


def test_what_came_since_one_looked_is_not_removed(stage: Stage) -> None:
    emptying = finished(stage)
    shown = emptying.shown()
    stage.register(NUMBER)
    assert refusal(emptying, shown=shown) == (409, "case_changed")


def test_a_package_that_was_fetched_counts_until_something_happens(stage: Stage) -> None:
    emptying = finished(stage)

    def fetch(what: str, case: int) -> None:
        with stage.database.writing() as session:
            note(session, "exported", unit=stage.units[OWN], what=what, of={"case": case},
                 sha256="a" * 64)  # fmt: skip

    fetch("draft_package", emptying.case_id)
    fetch("package", emptying.case_id * 10 + 1)
    assert refusal(emptying, keeping="package") == (422, "package_not_fetched")
    fetch("package", emptying.case_id)
    stage.now = stage.now.replace(year=stage.now.year + 1)
    stage.register(NUMBER)
    assert refusal(emptying, keeping="package") == (422, "package_not_fetched")
    with stage.database.writing() as session:
        session.execute(update(SecurityEntry).values(at=stage.now))  # as if fetched now
    assert emptying.remove(keeping="package").package_sha256 == "a" * 64


@both
def test_what_vouches_stays_and_holds(stage: Stage) -> None:
    emptying = finished(stage)
    with stage.database.reading() as session:
        record = session.get_one(FrozenRecord, emptying.submission).sha256
    row = emptying.remove()
    assert emptying.breaks() == []
    with stage.database.reading() as session:
        assert session.get_one(FrozenRecord, emptying.submission).sha256 == record
        link = session.execute(
            select(AuditEntry).order_by(col(AuditEntry.number).desc()).limit(1)
        ).scalar_one()
        assert (link.kind, f'"{emptying.submission}":"{record}"' in link.facts) == (
            "case_removed", True)  # fmt: skip
        [document] = session.execute(select(CaseDocument)).scalars()
        assert (document.day, document.direction, document.subject) == (stage.today, "in", "")
        entries = session.execute(
            select(SecurityEntry).where(col(SecurityEntry.kind) == "case_removed")
        ).scalars().all()  # fmt: skip
        assert [(entry.by_account, entry.unit_id) for entry in entries] == [
            (stage.accounts["archivist"], stage.units[OWN])]  # fmt: skip
        assert row.decision not in entries[0].facts
        assert verify_security(session, stage.key) == []
    with pytest.raises(Refused) as refused:
        emptying.remove(shown="0" * 64)
    assert (refused.value.status, refused.value.code) == (409, "case_already_removed")
    assert emptying.breaks() == []


@both
def test_nobody_comes_to_it_any_more_and_nothing_stumbles_over_it(stage: Stage) -> None:
    emptying = finished(stage)
    strategist = stage.actor("strategist")
    with stage.database.writing() as session:
        open_memo(session, strategist, NUMBER, _memo(stage, session), stage.now)
    emptying.remove()
    with stage.database.reading() as session:
        with pytest.raises(Gone, match="case_removed") as gone:
            find_case(session, strategist, NUMBER)
        assert gone.value.facts["decision"] == "Arkivbeslut 7 §"
        with pytest.raises(NotFound):
            find_case(session, stage.actor("other_strategist"), NUMBER)
        assert list_cases(session, strategist) == []
        assert list_submissions(session, strategist) == []
        assert submissions_with_deadlines(session) == []
        assert one_of_each(session) == []
        decided = list_decisions(
            session,
            stage.actor("archivist"),
            stage.units[OWN],
            stage.today,
            stage.today,
            practice=True,
        )  # fmt: skip
        assert decided.decisions == ()
    with pytest.raises(Gone):
        stage.save(emptying.submission, "1", "Nytt", 1)
    with pytest.raises(NotFound):
        stage.save(emptying.submission, "1", "Nytt", 1, "other_strategist")
    with pytest.raises(Gone):
        stage.register(NUMBER)
    with pytest.raises(Refused, match="diary_number_taken"):
        stage.open(NUMBER)
    assert emptying.breaks() == []


def _memo(stage: Stage, session: Session) -> str:
    return add_specification(session, MEMO_FORM.read_text("utf-8"), stage.now)


def test_a_file_that_another_case_has_stays_there(stage: Stage) -> None:
    emptying = finished(stage)
    [other] = stage.open("RS2502")
    stage.attach(other, "2a", 0)
    with stage.database.reading() as session:
        own, shared = blobs_of(session, emptying.case_id)
        assert (len(shared), len(own) > 1) == (1, True)
        before = set(session.execute(select(col(Blob.sha256))).scalars())
    emptying.remove()
    with stage.database.reading() as session:
        assert before - set(session.execute(select(col(Blob.sha256))).scalars()) == own - shared
        assert blob_bytes(session, *shared)


def _change(table: Any, **values: Any) -> Any:
    return update(table).values(**values)


TAMPERING: list[tuple[Any, str]] = [
    (_change(CaseRemoval, decision="Ett annat beslut"), "changed_decision"),
    (_change(CaseRemoval, ground="En annan grund"), "changed_decision"),
    (_change(CaseRemoval, day=datetime.date(2020, 1, 1)), "changed_decision"),
    (_change(CaseRemoval, actor_id=1), "changed_decision"),
    (_change(CaseRemoval, counts="{}"), "changed_decision"),
    (_change(CaseRemoval, counts="["), "changed_decision"),
    (_change(CaseRemoval, shown_sha256="b" * 64), "changed_decision"),
    (_change(CaseRemoval, package_sha256="b" * 64), "changed_decision"),
    (delete(CaseRemoval), "changed_decision"),
    (_change(Case, removed=None), "changed_decision"),
    (_change(Case, title="Insatt efteråt"), "left_behind"),
    (_change(FrozenRecord, sha256="b" * 64), "changed_remains"),
    (delete(FrozenRecord), "changed_remains"),
    (_change(FrozenRecord, body="{}"), "left_behind"),
    (_change(CaseDocument, direction="out"), "changed_remains"),
    (_change(CaseDocument, subject="Insatt efteråt"), "left_behind"),
    (delete(AuditEntry).where(col(AuditEntry.kind) == "case_removed"), "removed_without_decision"),
]


class Undone(Exception):
    """Puts the database back."""


def test_tampering_with_what_stays_is_found(stage: Stage) -> None:
    emptying = finished(stage)
    emptying.remove()
    assert emptying.breaks() == []
    for tampering, code in TAMPERING:
        with contextlib.suppress(Undone), stage.database.writing() as session:
            session.execute(tampering)
            found = verify_chain(session, emptying.case_id, stage.key)
            assert code in {item.code for item in found}, str(tampering)
            raise Undone
    assert emptying.breaks() == []


def test_a_case_that_is_only_said_to_be_removed_is_found(stage: Stage) -> None:
    emptying = finished(stage)
    with stage.database.writing() as session:
        session.execute(update(Case).values(removed=stage.now))
    assert emptying.breaks() == [(0, "removed_without_decision")]


@both
def test_of_two_who_remove_it_at_once_one_does(stage: Stage) -> None:
    emptying = finished(stage)
    shown, told = emptying.shown(), []

    def remove() -> None:
        try:
            emptying.remove(shown=shown)
            told.append("removed")
        except Refused as refused:
            told.append(refused.code)

    threads = [threading.Thread(target=remove) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["case_already_removed"] * 3 + ["removed"]
    assert emptying.breaks() == []


@both
def test_what_is_registered_meanwhile_goes_first_or_is_refused(stage: Stage) -> None:
    emptying = finished(stage)
    shown, told = emptying.shown(), {}

    def attempt(name: str, deed: Any) -> None:
        try:
            deed()
            told[name] = "done"
        except Refused as refused:
            told[name] = refused.code

    deeds = {"remove": lambda: emptying.remove(shown=shown),
             "register": lambda: stage.register(NUMBER)}  # fmt: skip
    threads = [threading.Thread(target=attempt, args=item) for item in deeds.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert told in ({"remove": "done", "register": "case_removed"},
                    {"remove": "case_changed", "register": "done"})  # fmt: skip
    assert emptying.breaks() == []


@both
def test_who_reads_meanwhile_sees_the_case_whole_or_not_at_all(stage: Stage) -> None:
    emptying = finished(stage)
    with stage.database.reading() as session:
        case = find_case(session, stage.actor("strategist"), NUMBER)
        emptying.remove()
        record = session.get_one(FrozenRecord, emptying.submission)
        assert (case.title, record.body[:1]) == ("Ärende", "{")
