"""The audit chain finds what was done behind the services' back."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlmodel import Session, col

from survey_app.core.workflow import State
from survey_app.services import audit
from survey_app.services.answer import Saved
from survey_app.services.audit import Break, verify_chain
from survey_app.services.keys.key import open_key
from survey_app.store.engine import Database
from survey_app.store.tables import (
    Answer,
    AuditEntry,
    AuditHead,
    Case,
    CaseDocument,
    Event,
    FrozenRecord,
    Revision,
    Round,
    Submission,
)

from .command import command
from .databases import database_environment, url_of
from .durability.backups import settings_of
from .stage import Stage, build_stage
from .tampering import CASE, cut, insert, links, rewrite, set_link, swap


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """A case handed in, so that its chain has some links and three signed heads."""
    made = build_stage(tmp_path)
    [submission] = made.open("RS2501")
    made.bring(submission, State.HANDED_IN)
    yield made
    made.database.close()


def breaks(stage: Stage, kept: dict[int, str] | None = None) -> list[Break]:
    with stage.database.reading() as session:
        return verify_chain(session, CASE, stage.key, kept)


def heads(stage: Stage) -> dict[int, str]:
    """The signed heads, as somebody keeps them outside the database."""
    with stage.database.reading() as session:
        rows = session.execute(select(AuditHead).where(col(AuditHead.case_id) == CASE)).scalars()
        return {head.number: head.sha256 for head in rows}


TAMPERINGS: dict[str, Callable[[Session], None]] = {
    "edit the facts": lambda session: set_link(session, 4, facts='{"submission":2}'),
    "edit who": lambda session: set_link(session, 4, actor_id=3),
    "edit what": lambda session: set_link(session, 4, kind="answer_kept"),
    "edit when": lambda session: set_link(
        session, 4, at=datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)),
    "edit a hash": lambda session: set_link(session, 4, sha256="0" * 64),
    "edit the last": lambda session: set_link(session, len(links(session)), facts="{}"),
    "delete the first": lambda session: session.execute(
        delete(AuditEntry).where(col(AuditEntry.number) == 1)),
    "delete one": lambda session: session.execute(
        delete(AuditEntry).where(col(AuditEntry.number) == 4)),
    "delete the last": lambda session: session.execute(
        delete(AuditEntry).where(col(AuditEntry.number) == len(links(session)))),
    "delete all": lambda session: session.execute(delete(AuditEntry)),
    "insert": lambda session: insert(session, 4),
    "swap neighbours": lambda session: swap(session, 3, 4),
    "swap far ones": lambda session: swap(session, 2, 6),
    "cut the tail, and the case's row too": lambda session: cut(session, 5),
    "cut the last link, and the case's row too": lambda session: cut(
        session, len(links(session)) - 1),
    "rewrite from a link on": lambda session: (
        set_link(session, 4, actor_id=3), rewrite(session, 4)),
    "edit an answer": lambda session: session.execute(
        update(Answer).where(col(Answer.question) == "1").values(value='"Förfalskat"')),
    "edit an answer and its history": lambda session: (
        session.execute(update(Answer).where(col(Answer.question) == "1").values(value='"Nej"')),
        session.execute(update(Revision).where(col(Revision.question) == "1")
                        .values(value='"Nej"'))),
    "bring back an earlier version": lambda session: session.execute(
        update(Answer).where(col(Answer.question) == "1").values(version=0)),
    "forge a head": lambda session: session.execute(
        update(AuditHead).values(signature="0" * 128)),
}  # fmt: skip


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_tampering_is_found(stage: Stage, tampering: str) -> None:
    assert breaks(stage) == []
    with stage.database.writing() as session:
        TAMPERINGS[tampering](session)
    assert breaks(stage) != []


@pytest.mark.parametrize(
    "tampering", ["cut the tail, and the case's row too", "rewrite from a link on", "delete all"]
)
def test_heads_kept_outside_find_what_is_done_to_the_heads_too(
    stage: Stage, tampering: str
) -> None:
    """Whoever also takes away the signed heads is found by those that somebody else keeps."""
    kept = heads(stage)
    assert len(kept) == 3
    with stage.database.writing() as session:
        TAMPERINGS[tampering](session)
        if tampering == "delete all":
            session.execute(update(Case).values(audit_length=0, audit_head=""))
            session.execute(delete(Answer))
            session.execute(delete(Revision))
        if tampering != "rewrite from a link on":
            session.execute(delete(Event))  # what the links that are gone vouched for
            session.execute(delete(FrozenRecord))
        session.execute(delete(AuditHead))
    assert breaks(stage) == [], "the database alone says that all is well"
    assert breaks(stage, kept) != []


def test_a_head_signed_by_another_key_is_forged(stage: Stage, tmp_path: Path) -> None:
    """Rewriting all and signing anew needs the installation's key."""
    other = open_key(_folder(tmp_path / "other"))
    with stage.database.writing() as session:
        set_link(session, 4, actor_id=3)
        rewrite(session, 4)
        for head in session.execute(select(AuditHead)).scalars():
            entry = links(session)[head.number - 1]
            message = audit.head_message(CASE, head.number, entry.sha256)
            head.sha256, head.signature = entry.sha256, other.sign(message)
            session.add(head)
    assert {item.code for item in breaks(stage)} == {"forged_head"}


def test_a_tail_of_saves_that_no_head_has_signed_yet(stage: Stage) -> None:
    """Cut with the case's row made to match: the history still tells of what was saved."""
    [submission] = stage.open("RS2502")
    stage.save(submission, "1", "Ett", 0)
    stage.save(submission, "1", "Två", 1)
    with stage.database.writing() as session:
        [case] = session.execute(select(Case).where(col(Case.diary_number) == "RS2502")).scalars()
        assert verify_chain(session, case.id or 0, stage.key) == []
        last = (AuditEntry.case_id == case.id) & (AuditEntry.number == case.audit_length)
        session.execute(delete(AuditEntry).where(last))
        case.audit_length -= 1
        case.audit_head = session.execute(
            select(col(AuditEntry.sha256)).where(
                col(AuditEntry.case_id) == case.id, col(AuditEntry.number) == case.audit_length
            )
        ).scalar_one()
        session.add(case)
        session.flush()
        found = verify_chain(session, case.id or 0, stage.key)
    assert [item.code for item in found] == ["unlinked_value"]


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_save_and_its_link_are_one_transaction(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What fails at the link, or just before the commit, leaves neither."""
    [submission] = stage.open("RS2502")

    def counts() -> tuple[int, ...]:
        with stage.database.reading() as session:
            return tuple(
                session.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (Answer, Revision, AuditEntry)
            )

    before = counts()

    def fail(*_args: object, **_more: object) -> None:
        raise OSError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr("survey_app.services.answer.append_entry", fail)
        with pytest.raises(OSError, match="disk"):
            stage.save(submission, "1", "Går inte", 0)
    assert counts() == before
    with monkeypatch.context() as broken:
        broken.setattr(Session, "commit", fail)
        with pytest.raises(OSError, match="disk"):
            stage.save(submission, "1", "Går inte", 0)
    assert counts() == before
    assert isinstance(stage.save(submission, "1", "Går", 0), Saved)
    assert counts() == tuple(number + 1 for number in before)
    assert breaks(stage) == []


def test_every_value_of_the_history_has_its_link(stage: Stage) -> None:
    """The chain holds the salted hash of each value, of losers too, and no text."""
    [submission] = stage.open("RS2502")
    stage.save(submission, "1", "Hemlig text ett", 0)
    stage.save(submission, "1", "Hemlig text två", 0, "strategist_2")
    with stage.database.reading() as session:
        entries = session.execute(select(AuditEntry)).scalars().all()
        revisions = session.execute(
            select(Revision).where(col(Revision.submission_id) == submission)
        ).scalars().all()  # fmt: skip
    facts = [json.loads(entry.facts) for entry in entries]
    assert [revision.accepted for revision in revisions] == [True, False]
    for revision in revisions:
        text = f"{revision.salt}:{revision.value}:{revision.blank}"
        assert hashlib.sha256(text.encode()).hexdigest() in [fact.get("value") for fact in facts]
    assert all("Hemlig" not in entry.facts for entry in entries)
    assert len({revision.salt for revision in revisions}) == 2


# --- the command -------------------------------------------------------------------------


def run(stage: Stage, *arguments: str) -> Any:
    return command(stage.settings, *arguments)


def test_audit_verify(stage: Stage) -> None:
    with stage.database.reading() as session:
        length = len(links(session))
    whole = run(stage, "audit", "verify")
    assert whole.exit_code == 0, whole.output
    assert f"RS2501: {length} länkar, hel." in whole.output
    with stage.database.writing() as session:
        cut(session, 5)
    shortened = run(stage, "audit", "verify")
    assert shortened.exit_code == 1
    assert "RS2501" in shortened.output
    assert "länkar, hel." not in shortened.output


def test_audit_verify_on_the_demo(instance: Path) -> None:
    settings = settings_of(instance, database_environment(instance).get("DATABASE_URL", ""))
    done = command(settings, "audit", "verify")
    assert done.exit_code == 0, done.output
    assert done.output.count("länkar, hel.") == 3
    database = Database(url_of(instance))
    with database.writing() as session:
        session.execute(
            update(AuditEntry).where(col(AuditEntry.case_id) == 2, col(AuditEntry.number) == 9)
            .values(facts="{}")
        )  # fmt: skip
    database.close()
    found = command(settings, "audit", "verify")
    assert found.exit_code == 1
    assert "RS259999" in found.output
    assert "RS250393: " in found.output


def test_a_tail_cut_with_everything_that_speaks_of_it_is_found_by_the_kept_heads(
    instance: Path,
) -> None:
    settings = settings_of(instance, database_environment(instance).get("DATABASE_URL", ""))
    database = Database(url_of(instance))
    of_case = select(col(Submission.id)).join(Round).where(col(Round.case_id) == 2)
    with database.writing() as session:
        for table in (Answer, Revision, Event, FrozenRecord):
            session.execute(delete(table).where(col(table.submission_id).in_(of_case)))
        session.execute(delete(AuditEntry).where(AuditEntry.case_id == 2, AuditEntry.number > 3))
        session.execute(delete(AuditHead).where(AuditHead.case_id == 2))
        session.execute(delete(CaseDocument).where(CaseDocument.case_id == 2))
        last = session.get(AuditEntry, (2, 3))
        case = session.get(Case, 2)
        assert last is not None
        assert case is not None
        case.audit_length, case.audit_head = 3, last.sha256
        session.add(case)
    database.close()
    found = command(settings, "audit", "verify")
    assert found.exit_code == 1
    assert "cut_tail" in found.output
    (instance / "audit-heads.jsonl").unlink()
    unseen = command(settings, "audit", "verify")
    assert unseen.exit_code == 0, (
        "without the kept heads nothing could tell: they are what finds it"
    )
