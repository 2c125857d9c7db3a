"""The links of a survey: one that many use, or many that answer once; taken back when need be."""

from __future__ import annotations

import datetime
import secrets

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.line import read_line
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.rounds.view import add_link
from survey_app.services.surveys.ballot import SECRET_BYTES, hash_of
from survey_app.services.surveys.survey import find_survey, hold_survey
from survey_app.store.tables import AnswerLink

LONGEST_LABEL = 100
MOST = 2000
"""Links of a survey."""
MOST_SHARED = 20
"""Links that many use and that hold at once: each stands on the survey's page with its QR code."""


def make_shared_link(
    session: Session, actor: Actor, diary_number: str, round_id: int, label: str,
    now: datetime.datetime, signer: Signer,
) -> AnswerLink:  # fmt: skip
    """A link that many use, for a poster or a letter: each answers as often as they like.

    label  where it is used
    Raises NotFound, Forbidden, WrongState, Invalid (``line_too_long``, ``too_many_links``,
    ``too_many_shared_links``).
    """
    name = read_line(label, LONGEST_LABEL, "label")
    survey = hold_survey(session, actor, diary_number, round_id)
    if sum(not link.single and not link.revoked for link in survey.links) >= MOST_SHARED:
        raise Invalid("too_many_shared_links", max=MOST_SHARED)
    _require_room(session, round_id, 1)
    token = secrets.token_urlsafe(SECRET_BYTES)
    row = AnswerLink(
        token_sha256=hash_of(token), round_id=round_id, single=False, token=token, label=name
    )
    session.add(row)
    session.flush()
    facts = {"round": round_id, "single": False, "links": 1}
    add_link(session, survey.round.case, actor, now, signer, "answer_links_made", facts)
    return row


def make_single_links(
    session: Session, actor: Actor, diary_number: str, round_id: int, n: int,
    now: datetime.datetime, signer: Signer,
) -> list[str]:  # fmt: skip
    """The secrets of new links that answer once each: they cannot be had again.

    Raises NotFound, Forbidden, WrongState, Invalid (``links_unreadable``, ``too_many_links``).
    """
    if n < 1:
        raise Invalid("links_unreadable")
    survey = hold_survey(session, actor, diary_number, round_id)
    _require_room(session, round_id, n)
    tokens = [secrets.token_urlsafe(SECRET_BYTES) for _ in range(n)]
    session.add_all(
        AnswerLink(token_sha256=hash_of(token), round_id=round_id, single=True) for token in tokens
    )
    session.flush()
    facts = {"round": round_id, "single": True, "links": n}
    add_link(session, survey.round.case, actor, now, signer, "answer_links_made", facts)
    return tokens


def _require_room(session: Session, round_id: int, n: int) -> None:
    counted = select(func.count()).where(col(AnswerLink.round_id) == round_id)
    if session.execute(counted).scalar_one() + n > MOST:
        raise Invalid("too_many_links", max=MOST)


def find_link(
    session: Session, actor: Actor, diary_number: str, round_id: int, token_sha256: str
) -> AnswerLink:
    """A link that many use, and that was not taken back. Raises NotFound."""
    survey = find_survey(session, actor, diary_number, round_id)
    for link in survey.links:
        if link.token_sha256 == token_sha256 and link.token and not link.revoked:
            return link
    raise NotFound("link_unknown")


def revoke_links(
    session: Session, actor: Actor, diary_number: str, round_id: int, token_sha256: str,
    now: datetime.datetime, signer: Signer,
) -> int:  # fmt: skip
    """Take a link back, or with ``""`` all that answer once and were not used; how many.

    What was answered by them stays. Raises NotFound, Forbidden, WrongState.
    """
    survey = hold_survey(session, actor, diary_number, round_id)
    query = update(AnswerLink).where(
        col(AnswerLink.round_id) == round_id, col(AnswerLink.revoked).is_(False)
    )
    if token_sha256:
        query = query.where(col(AnswerLink.token_sha256) == token_sha256)
    else:
        query = query.where(col(AnswerLink.single), col(AnswerLink.used).is_(False))
    done = session.execute(query.values(revoked=True).execution_options(synchronize_session=False))
    n: int = done.rowcount  # type: ignore[attr-defined]
    if not n:
        raise NotFound("link_unknown")
    facts = {"round": round_id, "links": n}
    add_link(session, survey.round.case, actor, now, signer, "answer_links_revoked", facts)
    return n
