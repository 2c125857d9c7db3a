"""A draft takes the next version of its questionnaire: looked at first, then done, then told.

Nothing is lost: an answer whose question is gone stays where it is and is no part of what is
sent; one that another takes the place of stays in the history. Both are listed for good.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.succession import Succession, keeps_its_shape, succeed, version_of
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.answer import Source, put_answer
from survey_app.services.audit import Signer, append_signed
from survey_app.services.comment import Said, list_comments
from survey_app.services.history import read_version
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound
from survey_app.services.specification import (
    Form,
    add_specification,
    find_questionnaire,
)
from survey_app.services.submission import Dossier, open_submission
from survey_app.store.tables import (
    Account,
    Contribution,
    Proposal,
    Revision,
    Round,
    Submission,
    Task,
    VersionChange,
)


def find_next(dossier: Dossier, forms: Iterable[Form]) -> Form | None:
    """The newest of some forms that is a later version of the submission's own."""
    own = dossier.questionnaire
    later = [
        form for form in forms
        if form.questionnaire.id == own.id and version_of(form.questionnaire) > version_of(own)
    ]  # fmt: skip
    return max(later, key=lambda form: version_of(form.questionnaire), default=None)


def plan_version(dossier: Dossier, target: Form) -> Succession:
    """What the draft would become."""
    return succeed(dossier.questionnaire, target.questionnaire, dossier.answers)


def hash_plan(dossier: Dossier, target: Form) -> str:
    """The hash of what is shown: which version, and which versions of the answers."""
    versions = {question: mark.version for question, mark in dossier.marks.items()}
    return sha256_of([dossier.specification, target.body, versions])


def hindrance(session: Session, dossier: Dossier, target: Form) -> str | None:
    """Why the draft cannot take another version now, as a code; None if it can.

    A proposal may wait beside a question that goes on as it is, and beside no other; and units may
    be asked to contribute to such questions only.
    """
    if dossier.request is not None:  # whose questionnaire is another's to choose
        return "version_of_request"
    if dossier.corrects is not None or dossier.asked is not None:
        return "version_correction"
    if dossier.returned:
        return "version_returned"
    waiting = session.execute(
        select(col(Proposal.question)).where(
            col(Proposal.submission_id) == dossier.id, col(Proposal.state) == "open"
        )
    ).scalars()
    if not _all_go_on(dossier, target, waiting):
        return "version_open_proposals"
    if not _all_go_on(dossier, target, _contributed(session, dossier)):
        return "version_contributions"
    others = session.execute(
        select(func.count()).select_from(Submission).where(
            col(Submission.round_id) == dossier.round_id, col(Submission.parent_id).is_(None)
        )
    ).scalar_one()  # fmt: skip
    return "version_shared" if others > 1 else None


def _all_go_on(dossier: Dossier, target: Form, questions: Iterable[str]) -> bool:
    own = dossier.questionnaire
    return all(keeps_its_shape(own, target.questionnaire, question) for question in questions)


def _contributed(session: Session, dossier: Dossier) -> list[str]:
    """The questions for which units are, or were, asked to contribute."""
    query = (
        select(col(Contribution.questions))
        .join(Submission, col(Submission.id) == col(Contribution.submission_id))
        .where(col(Submission.parent_id) == dossier.id)
    )
    return [question for text in session.execute(query).scalars() for question in json.loads(text)]


def take_version(
    session: Session,
    actor: Actor,
    submission_id: int,
    target: Form,
    shown_sha256: str,
    now: datetime.datetime,
    signer: Signer,
) -> VersionChange:
    """Let the draft go on in another version of its questionnaire, exactly as was shown.

    Raises ChangedMeanwhile if an answer was saved since; Invalid with the code of ``hindrance``;
    NotFound, Forbidden, WrongState.
    """
    dossier = open_submission(session, actor, submission_id, Action.WRITE, hold=True)
    if dossier.request is not None:  # the questionnaire is not the unit's to change
        raise NotFound("no_submission")
    if code := hindrance(session, dossier, target):
        raise Invalid(code)
    if find_next(dossier, [target]) is None or hash_plan(dossier, target) != shown_sha256:
        raise ChangedMeanwhile("version_changed")
    plan = plan_version(dossier, target)
    after = add_specification(session, target.body, now)
    last = session.execute(
        select(func.max(col(Revision.id))).where(col(Revision.submission_id) == submission_id)
    ).scalar()
    told = [_told(dossier, item) for item in plan.outcomes]
    change = VersionChange(
        submission_id=submission_id,
        before=dossier.specification,
        after=after,
        last_revision=last or 0,
        actor_id=actor.account_id,
        at=now,
        outcomes=json.dumps(told, ensure_ascii=False),
    )
    session.add(change)
    for question, given in plan.writes.items():
        source = None if given == NOTHING else submission_id
        put_answer(
            session, actor, dossier, question, given, now, source=Source(carried_from=source)
        )
    moved = _move_tasks(session, dossier, plan)
    _move(session, dossier, target.questionnaire, after)
    session.flush()
    facts = {"submission": submission_id, "change": change.id, "before": change.before,
             "after": after, "outcomes": sha256_of(told), "tasks": moved}  # fmt: skip
    append_signed(session, dossier.chain, signer, at=now, actor=actor.account_id,
                  kind="version_taken", facts=facts)  # fmt: skip
    return change


def _told(dossier: Dossier, outcome: Any) -> dict[str, Any]:
    """Of one answer: where it stood, in which version, and where it went; not what it says."""
    return {
        "question": outcome.question.id,
        "version": dossier.version_of(outcome.question.id),
        "places": [
            {"question": place.question.id,
             "misfits": [[item.code, item.part] for item in place.carried.misfits]}
            for place in outcome.places
        ],
    }  # fmt: skip


def _move_tasks(session: Session, dossier: Dossier, plan: Succession) -> dict[str, str]:
    """Let owner and due day follow an answer to where it went; old and new question ids."""
    moved = {
        item.question.id: item.places[0].question.id
        for item in plan.outcomes
        if item.places and not any(place.question.id == item.question.id for place in item.places)
    }
    mine = col(Task.submission_id) == dossier.id, col(Task.question).in_(moved)
    rows = [row.model_dump() for row in session.execute(select(Task).where(*mine)).scalars()]
    session.execute(delete(Task).where(*mine))
    session.expire_all()
    for row in rows:
        if session.get(Task, (dossier.id, moved[row["question"]])) is None:
            session.add(Task(**{**row, "question": moved[row["question"]]}))
            session.flush()
    return {row["question"]: moved[row["question"]] for row in rows}


def _move(session: Session, dossier: Dossier, target: Questionnaire, after: str) -> None:
    """The round is about the other version now; with its deadline, where nobody had set one."""
    round_ = session.get(Round, dossier.round_id)
    assert round_ is not None
    if round_.deadline == dossier.questionnaire.deadline:
        round_.deadline = target.deadline
    round_.specification = after
    session.add(round_)


@dataclass(frozen=True, slots=True)
class Told:
    """What became of one answer when another version was taken.

    given   as it was then; nothing where it has been removed by decision since
    places  ids of the questions where it went, each with the codes and parts of what did not fit
    comments  what was said of the question before, oldest first
    """

    question: Question
    given: Given
    places: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    comments: tuple[Said, ...] = ()

    @property
    def stays(self) -> bool:
        """Whether it is whole at the question with the same id."""
        return (self.question.id, ()) in self.places


@dataclass(frozen=True, slots=True)
class Change:
    """One change of version, with what became of every answer."""

    row: VersionChange
    by: str
    before: Questionnaire
    after: Questionnaire
    told: tuple[Told, ...]


def list_changes(session: Session, submission_id: int) -> list[Change]:
    """The versions that a submission has taken, newest first."""
    query = (
        select(VersionChange, col(Account.name))
        .join(Account, col(Account.id) == col(VersionChange.actor_id))
        .where(col(VersionChange.submission_id) == submission_id)
        .order_by(col(VersionChange.id).desc())
    )
    return [_change(session, row, by) for row, by in session.execute(query)]


def has_changes(session: Session, submission_id: int) -> bool:
    """Whether a submission has taken another version."""
    query = select(col(VersionChange.id)).where(col(VersionChange.submission_id) == submission_id)
    return session.execute(query.limit(1)).first() is not None


def _change(session: Session, row: VersionChange, by: str) -> Change:
    before = find_questionnaire(session, row.before)
    said = [item for item in list_comments(session, [row.submission_id]) if item.at <= row.at]
    told = tuple(
        Told(
            before.by_id[item["question"]],
            read_version(session, row.submission_id, item["question"], item["version"]),
            tuple(
                (place["question"], tuple((code, part) for code, part in place["misfits"]))
                for place in item["places"]
            ),
            tuple(comment for comment in said if comment.question == item["question"]),
        )
        for item in json.loads(row.outcomes)
    )
    return Change(row, by, before, find_questionnaire(session, row.after), told)


def copy_changes(session: Session, old: int, new: int) -> None:
    """Let a submission that began with the history of another know its versions, too.

    Tombstones were not copied, so a revision stands there at its place among those that were.
    """
    for row in session.execute(
        select(VersionChange).where(col(VersionChange.submission_id) == old)
    ).scalars().all():  # fmt: skip
        earlier = session.execute(
            select(func.count()).select_from(Revision).where(
                col(Revision.submission_id) == old,
                col(Revision.removal_id).is_(None),
                col(Revision.id) <= row.last_revision,
            )
        ).scalar_one()  # fmt: skip
        ids = session.execute(
            select(col(Revision.id)).where(col(Revision.submission_id) == new)
            .order_by(col(Revision.id)).limit(earlier)
        ).scalars().all()  # fmt: skip
        session.add(
            VersionChange(
                submission_id=new, before=row.before, after=row.after, at=row.at,
                last_revision=max(ids, default=0) or 0, actor_id=row.actor_id,
                outcomes=row.outcomes,
            )
        )  # fmt: skip


def question_then(
    session: Session, dossier: Dossier, question: str, revision: int
) -> Question | None:
    """The question as it was asked when a revision was written; None where it was not."""
    row = session.execute(
        select(VersionChange)
        .where(
            col(VersionChange.submission_id) == dossier.id,
            col(VersionChange.last_revision) >= revision,
        )
        .order_by(col(VersionChange.id))
    ).scalars().first()  # fmt: skip
    asked = dossier.questionnaire if row is None else find_questionnaire(session, row.before)
    return asked.by_id.get(question)
