"""Comments on a question: what people say to each other about it, and whom they call on.

They are working material: no part of what is approved, and removed by a decision
(``services.removals.weeding``). The audit chain names each by a salted hash of what it says.
"""

from __future__ import annotations

import datetime
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlmodel import Session, col

from survey_app.core.characters import count_characters, tidy
from survey_app.core.mention import mentioned
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.audit import append_entry
from survey_app.services.colleague import commenters_in, handles_in
from survey_app.services.comment_chain import ADDED, comment_digest
from survey_app.services.mail.notice import tell_of_mention
from survey_app.services.mail.outbox import Reader
from survey_app.services.refusal import Invalid
from survey_app.services.submission import Dossier, open_own, open_submission
from survey_app.services.work import find_task
from survey_app.store.tables import Account, Comment, Mention

LONGEST_COMMENT = 4000


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with who wrote it."""

    id: int
    submission_id: int
    question: str
    author: str
    author_id: int
    at: datetime.datetime
    text: str


def add_comment(
    session: Session,
    actor: Actor,
    submission_id: int,
    question_id: str,
    text: str,
    now: datetime.datetime,
) -> Comment:
    """Write a comment; those on whom it calls are told. The same again right after it, such as
    when a button is pressed twice, is the same comment.

    Raises NotFound, Forbidden, WrongState, Invalid (``comment_empty``, ``comment_too_long``).
    """
    dossier = open_submission(session, actor, submission_id, Action.COMMENT, hold=True)
    question = find_task(dossier, question_id)
    words = tidy(text).strip()
    if not words:
        raise Invalid("comment_empty")
    if (length := count_characters(words)) > LONGEST_COMMENT:
        raise Invalid("comment_too_long", max=LONGEST_COMMENT, length=length)
    last = _last_comment(session, submission_id, question_id)
    if last is not None and (last.author_id, last.text) == (actor.account_id, words):
        return last
    comment = Comment(
        submission_id=submission_id, question=question_id, author_id=actor.account_id, at=now,
        text=words, salt=secrets.token_hex(16),
    )  # fmt: skip
    session.add(comment)
    session.flush()
    assert comment.id is not None
    called = _note_mentions(session, dossier, comment)
    facts = {"submission": submission_id, "question": question_id, "comment": comment.id,
             "row": comment_digest(comment)}  # fmt: skip
    dossier.chain = append_entry(
        session, dossier.chain, at=now, actor=actor.account_id, kind=ADDED, facts=facts
    )
    tell_of_mention(session, dossier, actor, called, question, comment.id, now)
    return comment


def _last_comment(session: Session, submission_id: int, question_id: str) -> Comment | None:
    query = (
        select(Comment)
        .where(col(Comment.submission_id) == submission_id, col(Comment.question) == question_id)
        .order_by(col(Comment.id).desc())
    )
    found: Comment | None = session.execute(query.limit(1)).scalars().first()
    return found


def _note_mentions(session: Session, dossier: Dossier, comment: Comment) -> list[Reader]:
    """Keep whom the comment calls on; nobody is called on by themselves."""
    people = commenters_in(session, dossier.unit_id)
    named = mentioned(comment.text, handles_in(people))
    addresses = {person.account_id: person.address for person in people}
    called = [account for account in named if account != comment.author_id]
    for account in called:
        session.add(Mention(comment_id=comment.id or 0, account_id=account))
    session.flush()
    return [Reader(account, addresses[account]) for account in called]


def read_comments(
    session: Session, actor: Actor, submission_id: int, question_id: str
) -> tuple[Dossier, list[Said]]:
    """The comments on a question, oldest first. Raises NotFound, Invalid."""
    dossier = open_own(session, actor, submission_id)
    find_task(dossier, question_id)
    return dossier, list_comments(session, [submission_id], question_id)


def list_comments(
    session: Session,
    submissions: Iterable[int],
    question_id: str | None = None,
    naming: int | None = None,
) -> list[Said]:
    """Comments on some submissions, oldest first.

    question_id  on this question only
    naming       only those that call on this account
    """
    query = (
        select(Comment, col(Account.name))
        .join(Account, col(Account.id) == col(Comment.author_id))
        .where(col(Comment.submission_id).in_(list(submissions)))
        .order_by(col(Comment.id))
    )
    if question_id is not None:
        query = query.where(col(Comment.question) == question_id)
    if naming is not None:
        query = query.join(Mention, col(Mention.comment_id) == col(Comment.id)).where(
            col(Mention.account_id) == naming
        )
    return [
        Said(row.id, row.submission_id, row.question, author, row.author_id, row.at, row.text)
        for row, author in session.execute(query)
    ]


def remove_comments(session: Session, submission_id: int) -> dict[str, str]:
    """Remove the comments on a submission; for the chain, the hash of each by its id."""
    query = select(Comment).where(col(Comment.submission_id) == submission_id)
    rows = session.execute(query).scalars().all()
    digests = {str(row.id): comment_digest(row) for row in rows}
    mine = select(col(Comment.id)).where(col(Comment.submission_id) == submission_id)
    session.execute(delete(Mention).where(col(Mention.comment_id).in_(mine)))
    session.execute(delete(Comment).where(col(Comment.submission_id) == submission_id))
    return digests
