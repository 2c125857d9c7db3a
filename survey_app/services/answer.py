"""Saving answers so that none is lost: a version each, every earlier value kept."""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import bindparam, insert, select, update
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.core.evaluation import NOTHING, Given, parse_blank
from survey_app.core.kinds import KINDS, Value
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import append_entry
from survey_app.services.meaning import Meaning, Stored
from survey_app.services.merging import Merged, merge_stale
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound
from survey_app.services.removals.tombstone import value_digest
from survey_app.services.scope import followers, is_in_scope
from survey_app.services.submission import Dossier, Mark, open_submission
from survey_app.store.tables import Answer, Attachment, Revision, table_of

VERSION_LIMIT = 2**31 - 1


class Source(NamedTuple):
    """Where a value comes from, if nobody here wrote it: an earlier submission (not yet looked at
    here), the revision of a contribution, or a file or paste with a table; and the revision upon
    which it was written, if that was no longer the one that stood."""

    carried_from: int | None = None
    inserted_from: int | None = None
    imported_from: int | None = None
    merged_from: int | None = None


WRITTEN_HERE = Source()


@dataclass(frozen=True, slots=True)
class Saved:
    """A save that was taken. ``before`` is what the answers meant until then; None where it
    changed nothing. ``merged`` is there where it was written upon an earlier version, and what
    others did since stands in it too; ``yours`` is then what was sent.

    What it opened and closed is judged when it is asked for: by then nobody waits to write.
    """

    dossier: Dossier
    question: str
    given: Given
    version: int
    before: Meaning | None = None
    merged: Merged | None = None
    yours: Given | None = None

    @property
    def opened(self) -> list[str]:
        """Ids of the questions that are asked since, in order."""
        return self._in_order(lambda before, after: after - before)

    @property
    def closed(self) -> list[str]:
        """Ids of the questions that are asked no longer, in order."""
        return self._in_order(lambda before, after: before - after)

    def _in_order(self, choose: Callable[[set[str], set[str]], set[str]]) -> list[str]:
        if self.before is None:
            return []
        chosen = choose(self.before.evaluation.shown, self.dossier.evaluation.shown)
        order = self.dossier.questionnaire.questions() if chosen else ()
        return [item.id for item in order if item.id in chosen]


@dataclass(frozen=True, slots=True)
class Stale:
    """A save upon a version that is no longer the current one: nothing lost, nothing changed.

    ``yours`` is kept in the history; ``theirs`` stands, with its ``mark``.
    """

    dossier: Dossier
    question: str
    yours: Given
    theirs: Given
    mark: Mark


def save_answer(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    raw: object,
    raw_blank: object,
    version: int,
    now: datetime.datetime,
    *,
    derived: bool = False,
    carried_from: int | None = None,
    inserted_from: int | None = None,
    imported_from: int | None = None,
    seen: str | None = None,
) -> Saved | Stale:
    """Save one answer that was written upon a version; 0 where there was none.

    raw        a JSON value in the shape of the question's kind, or None
    raw_blank  the reason why there is none (``core.evaluation.Blank``), or None
    derived    it follows from what is written, and nobody has chosen it
    carried_from  the earlier submission whose answer it is, not yet looked at here
    inserted_from  the revision of a contribution that was put into it
    imported_from  the file or paste with a table that was taken into it
    seen       the hash of the questionnaire that was read while writing; None: whichever it is
    Whatever a person can type is saved, over the limit too. Saving again what already stands is
    taken as done, so a retry after a lost reply is no conflict. In a list or a table what others
    changed elsewhere in it stays.
    Raises NotFound, Forbidden, WrongState, Invalid (a shape that no answer has), ChangedMeanwhile
    (the draft has another version of its questionnaire, where the same id may ask something else).
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    if seen is not None and seen != dossier.specification:
        raise ChangedMeanwhile("questionnaire_changed")
    question = find_writable(dossier, question_id)
    try:
        given = Given(KINDS[question.kind].parse(question, raw), parse_blank(raw_blank))
    except Malformed as error:
        raise Invalid.of(error) from error
    _require_files(session, dossier, question, given.value)
    current = dossier.answers.get(question_id, NOTHING)
    at = dossier.version_of(question_id)
    source = Source(carried_from, inserted_from, imported_from)
    if given == current and version <= at:
        return Saved(dossier, question_id, given, at)
    merged = None
    if version != at:
        merged = merge_stale(session, dossier, question, given, version)
        if merged is None:
            return _keep_loser(session, actor, dossier, question_id, given, version, now, source)
        if merged.given == current:  # taken in before: the reply was lost
            return Saved(dossier, question_id, current, at, None, merged, given)
        source = source._replace(merged_from=merged.base_revision)
    return _keep(
        session, actor, dossier, question_id, given, now,
        derived=derived, source=source, merged=merged,
    )  # fmt: skip


def find_writable(dossier: Dossier, question_id: str) -> Question:
    """The question, if a writer may answer it now. Raises NotFound or Forbidden."""
    question = dossier.questionnaire.by_id.get(question_id)
    if question is None:
        raise NotFound("no_question", question=tidy(question_id)[:64])
    if question.filled_by == "approver":
        raise Forbidden("approver_fills_in", question=question_id)
    if not KINDS[question.kind].answered:
        raise Invalid("computed", question=question_id)
    if not is_in_scope(dossier, question_id):
        raise Forbidden("not_asked_for", question=question_id)
    if not is_open(dossier, question_id):
        raise Forbidden("not_returned", question=question_id)
    return question


def is_open(dossier: Dossier, question_id: str) -> bool:
    """Whether a writer may change the question: after a return only what was sent back is open,
    and what follows from it; of a completion, only what the authority asked for."""
    if not is_in_scope(dossier, question_id):
        return False
    if not dossier.returned or question_id in dossier.returned:
        return True
    return question_id in followers(dossier.questionnaire, dossier.returned.keys())


def _require_files(session: Session, dossier: Dossier, question: Question, value: Value) -> None:
    """A value may only name files that were given to this very submission."""
    if value is None:
        return
    for file in KINDS[question.kind].files(question, value):
        known = session.execute(
            select(col(Attachment.id)).where(
                col(Attachment.submission_id) == dossier.id,
                col(Attachment.sha256) == file["sha256"],
                col(Attachment.name) == file["name"],
                col(Attachment.size) == file["size"],
                col(Attachment.media_type) == file["media_type"],
            )
        ).first()
        if known is None:
            raise Invalid("unknown_file", name=file["name"][:100])


def _as_json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def as_stored(given: Given) -> Stored:
    """Value and reason as the tables hold them."""
    return _as_json(given.value), _as_json(given.blank)


_ANSWERS = table_of(Answer)
_ADD_ANSWER, _ADD_REVISION = insert(_ANSWERS), insert(table_of(Revision))
_CHANGE_ANSWER = update(_ANSWERS).where(
    _ANSWERS.c.submission_id == bindparam("of_submission"),
    _ANSWERS.c.question == bindparam("of_question"),
)


def _revise(
    session: Session, actor: Actor, dossier: Dossier, question: str, given: Given,
    version: int, now: datetime.datetime, *, accepted: bool, derived: bool = False,
    source: Source = WRITTEN_HERE,
) -> None:  # fmt: skip
    """Write the history and the audit link of a save that was taken, or that lost."""
    salt = secrets.token_hex(16)
    value, blank = as_stored(given)
    digest = value_digest(salt, value, blank)
    session.connection().execute(
        _ADD_REVISION,
        {
            "submission_id": dossier.id,
            "question": question,
            "version": version,
            "value": value,
            "blank": blank,
            "accepted": accepted,
            "derived": derived,
            "salt": salt,
            "author_id": actor.account_id,
            "at": now,
            **source._asdict(),
        },
    )
    facts = {"submission": dossier.id, "question": question, "version": version, "value": digest}
    facts |= {key: row for key, row in source._asdict().items() if row is not None}
    kind = "answer_saved" if accepted else "answer_kept_aside"
    dossier.chain = append_entry(
        session, dossier.chain, at=now, actor=actor.account_id, kind=kind, facts=facts
    )


def _keep_loser(
    session: Session, actor: Actor, dossier: Dossier, question: str, given: Given,
    version: int, now: datetime.datetime, source: Source,
) -> Stale:  # fmt: skip
    _revise(session, actor, dossier, question, given, max(0, min(version, VERSION_LIMIT)), now,
            accepted=False, source=source)  # fmt: skip
    mark = dossier.marks.get(question) or Mark(0, False, "", 0, now)
    return Stale(dossier, question, given, dossier.answers.get(question, NOTHING), mark)


def _keep(
    session: Session, actor: Actor, dossier: Dossier, question: str, given: Given,
    now: datetime.datetime, *, derived: bool, source: Source, merged: Merged | None,
) -> Saved:  # fmt: skip
    before, kept = dossier.meaning, merged.given if merged else given
    version = put_answer(
        session, actor, dossier, question, kept, now, derived=derived, source=source
    )
    return Saved(dossier, question, kept, version, before, merged, given)


def put_answer(
    session: Session, actor: Actor, dossier: Dossier, question: str, given: Given,
    now: datetime.datetime, *, derived: bool = False, source: Source = WRITTEN_HERE,
) -> int:  # fmt: skip
    """Write the next version of an answer, whatever it is; returns its number.

    The caller has asked whether the actor may, and holds the case.
    """
    version, carried = dossier.version_of(question) + 1, source.carried_from is not None
    stored = as_stored(given)
    row = {
        "value": stored[0],
        "blank": stored[1],
        "version": version,
        "derived": derived,
        "carried": carried,
        "author_id": actor.account_id,
        "at": now,
    }
    connection = session.connection()
    if version == 1:
        connection.execute(_ADD_ANSWER, {"submission_id": dossier.id, "question": question, **row})
    else:
        connection.execute(
            _CHANGE_ANSWER, {"of_submission": dossier.id, "of_question": question, **row}
        )
    _revise(session, actor, dossier, question, given, version, now, accepted=True, derived=derived,
            source=source)  # fmt: skip
    mark = Mark(version, derived, actor.name, actor.account_id, now, carried)
    dossier.renew(question, stored, mark)
    return version


def reduce_answer(
    session: Session, actor: Actor, dossier: Dossier, question: str, given: Given,
    now: datetime.datetime,
) -> None:  # fmt: skip
    """Let what was handed in of an answer be all of it, when the rest is removed by decision.

    It stays the answer of who wrote it, and of when; the history tells who took the rest away.
    """
    mark, stored = dossier.marks[question], as_stored(given)
    reduced = mark._replace(version=mark.version + 1)
    row = {"value": stored[0], "blank": stored[1], "version": reduced.version}
    session.connection().execute(
        _CHANGE_ANSWER, {"of_submission": dossier.id, "of_question": question, **row}
    )
    _revise(session, actor, dossier, question, given, reduced.version, now, accepted=True,
            derived=mark.derived)  # fmt: skip
    dossier.renew(question, stored, reduced)
