"""Removing a person's data by decision, as far as the law allows (article 17 of the GDPR).

What lets the person in and tells them things goes; name and address are replaced wherever they are
looked up by the account. What the person decided, registered and wrote stays, by the number of the
account: documents of an authority are not changed since somebody asks (17.3 b; TF 2 kap. 18 §,
arkivlagen). The chains hold numbers only, and go on to hold.
"""

from __future__ import annotations

import datetime
import json
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import delete, or_, select, update
from sqlmodel import Session, SQLModel, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Role
from survey_app.export.swedish import swedish_day
from survey_app.services.accounts.account import require_own_account
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer, append_signed
from survey_app.services.comment_chain import comment_digest
from survey_app.services.line import LONGEST_DECISION, read_line
from survey_app.services.persons.chain import (
    address_of_removed,
    name_of_removed,
    person_digest,
)
from survey_app.services.persons.data import count_of
from survey_app.services.persons.holdings import GIVES_WAY, HOLDS, Part
from survey_app.services.persons.named import Named, find_named
from survey_app.services.persons.waits import Waits, administers_alone, find_waits
from survey_app.services.refusal import ChangedMeanwhile, Invalid, WrongState
from survey_app.services.removals.burial import overwrite
from survey_app.services.removals.tombstone import REMOVED as MATERIAL_REMOVED
from survey_app.services.removals.tombstone import removal_digest
from survey_app.services.security.log import note
from survey_app.services.submission import read_heading
from survey_app.store.tables import (
    Account,
    Comment,
    Delegation,
    IdentityConfirmation,
    Membership,
    Mention,
    OutboxMessage,
    PersonRemoval,
    Removal,
    SecurityEntry,
    SignInFlow,
    StandIn,
)

TOUCHED = ("account", "comment", *GIVES_WAY)
"""The tables whose older states are forgotten afterwards (``Database.forget``)."""
_PASSING: frozenset[Part] = frozenset({"presence", "log", "chain", "logins"})
"""What changes while somebody reads the page, so that a removal is not held to how much it is."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What there is of a person: what goes, what stays, and what must be done first.

    goes, stays  how many rows of each part
    named        where the name or the address stands in what people wrote
    """

    account: Account
    goes: dict[Part, int]
    stays: dict[Part, int]
    named: list[Named]
    waits: list[Waits]

    @property
    def comments(self) -> int:
        """How many comments the person wrote whose words are there."""
        return self.stays.get("comments", 0)

    @property
    def sha256(self) -> str:
        """The hash of what is shown, so that exactly this is removed."""
        account = self.account
        shown = [
            [account.id, account.email, account.name, account.title],
            *({part: count for part, count in parts.items() if part not in _PASSING}
              for parts in (self.goes, self.stays)),
            [[item.table, item.count, list(item.cases)] for item in self.named],
        ]  # fmt: skip
        return sha256_of(shown)


def survey_person(
    session: Session, actor: Actor, account_id: int, now: datetime.datetime, *, hold: bool = False
) -> Survey:
    """What there is of somebody in the actor's units. Raises NotFound, Forbidden, WrongState
    (``person_last_administrator``)."""
    if account_id == actor.account_id:
        refuse_last_administrator(session, account_id)
    account = require_own_account(session, actor, account_id, hold=hold)
    return look_at(session, account, now)


def look_at(session: Session, account: Account, now: datetime.datetime) -> Survey:
    """The same of any account, for who runs the installation."""
    goes, stays = Counter[Part](), Counter[Part]()
    for name, count in count_of(session, account).items():
        held = HOLDS[name]
        (goes if held.goes else stays)[held.part] += count
    waits = find_waits(session, account, swedish_day(now))
    return Survey(account, dict(goes), dict(stays), find_named(session, account), waits)


def remove_person(
    session: Session, actor: Actor, account_id: int, *, decision: str, shown_sha256: str,
    with_comments: bool, now: datetime.datetime, signer: Signer,
) -> PersonRemoval:  # fmt: skip
    """Remove a person's data, by a decision; what was shown is what goes.

    decision       what it rests on, such as the decision's diary number; not who it is about
    with_comments  the words of their comments, too
    Afterwards ``Database.forget`` with ``TOUCHED`` lets go of older states. Raises NotFound,
    Forbidden, WrongState (``person_last_administrator``, ``person_waits_for``), ChangedMeanwhile
    (``person_changed``), Invalid (``person_decision_missing``, ``person_decision_names``,
    ``line_too_long``).
    """
    _hold(session, account_id)
    survey = survey_person(session, actor, account_id, now, hold=True)
    _refuse_waits(survey.waits)
    reference = _read_decision(decision, survey.account)
    if survey.sha256 != shown_sha256:
        raise ChangedMeanwhile("person_changed")
    overwrite(session)
    units = _units_of(session, account_id)
    if with_comments:
        _remove_comments(session, actor, account_id, reference, now, signer)
    _end_delegations(session, account_id, now)
    _let_go(session, survey.account)
    _empty(survey.account, now)
    session.add(survey.account)
    removal = PersonRemoval(
        account_id=account_id, decision=reference, shown_sha256=shown_sha256,
        counts=json.dumps(survey.goes, sort_keys=True), by_account=actor.account_id, at=now,
    )  # fmt: skip
    session.add(removal)
    session.flush()
    for unit in units or [None]:
        note(session, "person_removed", account=account_id, by=actor.account_id, unit=unit,
             removal=person_digest(removal))  # fmt: skip
    return removal


def _hold(session: Session, account_id: int) -> None:
    """Nobody else removes the person, or the last other administrator, at the same time."""
    units = select(col(Membership.unit_id)).where(
        col(Membership.account_id) == account_id, col(Membership.role) == Role.ADMINISTRATOR
    )
    beside = (
        select(Membership)
        .where(col(Membership.unit_id).in_(units), col(Membership.role) == Role.ADMINISTRATOR)
        .order_by(col(Membership.account_id), col(Membership.unit_id))
        .with_for_update()
    )
    session.execute(beside).all()
    session.execute(
        select(Account).where(col(Account.id) == account_id).with_for_update()
    ).scalar_one_or_none()


def refuse_last_administrator(session: Session, account_id: int) -> None:
    """Raise WrongState (``person_last_administrator``) for who administers a unit alone: only who
    does so with them could remove them."""
    account = session.get(Account, account_id)
    units = [item.unit for item in administers_alone(session, account)] if account else []
    if units:
        raise WrongState("person_last_administrator", units=", ".join(units))


def _refuse_waits(waits: list[Waits]) -> None:
    if waits:
        raise WrongState("person_waits_for", count=len(waits))


def _read_decision(typed: str, account: Account) -> str:
    """The decision's words, which must not keep what the decision removes."""
    reference = read_line(typed, LONGEST_DECISION)
    if not reference:
        raise Invalid("person_decision_missing")
    said = reference.casefold()
    if any(word.casefold() in said for word in (account.name, account.email)):
        raise Invalid("person_decision_names")
    return reference


def _units_of(session: Session, account_id: int) -> list[int | None]:
    query = select(col(Membership.unit_id)).where(col(Membership.account_id) == account_id)
    return sorted(session.execute(query.distinct()).scalars())


def _remove_comments(
    session: Session, actor: Actor, account_id: int, decision: str, now: datetime.datetime,
    signer: Signer,
) -> None:  # fmt: skip
    """Remove the person's comments from each submission, as weeding does: the chain names each."""
    written = select(Comment).where(col(Comment.author_id) == account_id).order_by(col(Comment.id))
    comments: dict[int, list[Comment]] = {}
    for comment in session.execute(written).scalars():
        comments.setdefault(comment.submission_id, []).append(comment)
    for submission_id in sorted(comments):
        dossier = read_heading(session, submission_id, hold=True)
        rows = comments[submission_id]
        removal = Removal(
            case_id=dossier.case_id, submission_id=submission_id, decision=decision,
            counts=json.dumps({"comments": len(rows)}), actor_id=actor.account_id, at=now,
        )  # fmt: skip
        session.add(removal)
        session.flush()
        facts = {
            "submission": submission_id, "removal": removal.id, "revisions": {},
            "comments": {str(row.id): comment_digest(row) for row in rows},
            "decision": removal_digest(removal),
        }  # fmt: skip
        _delete_comments(session, [row.id or 0 for row in rows])
        append_signed(
            session, dossier.chain, signer, at=now, actor=actor.account_id,
            kind=MATERIAL_REMOVED, facts=facts,
        )  # fmt: skip


def _delete_comments(session: Session, ids: list[int]) -> None:
    session.execute(delete(Mention).where(col(Mention.comment_id).in_(ids)))
    session.execute(delete(Comment).where(col(Comment.id).in_(ids)))


def _end_delegations(session: Session, account_id: int, now: datetime.datetime) -> None:
    """What was delegated to the person, or in which they stand in, stays on record, ended."""
    for model in (Delegation, StandIn):
        held = col(model.account_id) == account_id
        session.execute(update(model).where(held, col(model.revoked).is_(None)).values(revoked=now))


def _let_go(session: Session, account: Account) -> None:
    """What lets the person in and tells them things."""
    mine = select(col(IdentityConfirmation.id)).where(
        col(IdentityConfirmation.account_id) == account.id
    )
    session.execute(delete(SignInFlow).where(col(SignInFlow.confirmation_id).in_(mine)))
    told = or_(col(OutboxMessage.account_id) == account.id,
               col(OutboxMessage.address) == account.email)  # fmt: skip
    session.execute(delete(OutboxMessage).where(told))
    _unname_messages(session, account)
    for name in GIVES_WAY:
        if name in ("sign_in_flow", "outbox"):
            continue
        rows = SQLModel.metadata.tables[name]
        session.execute(delete(rows).where(rows.c.account_id == account.id))


def _unname_messages(session: Session, account: Account) -> None:
    """In what others were told: who gave them a question, who called on them."""
    assert account.id is not None
    naming = select(OutboxMessage).where(
        col(OutboxMessage.facts).contains(json.dumps(account.name, ensure_ascii=False),
                                          autoescape=True)
    )  # fmt: skip
    for message in session.execute(naming).scalars():
        told = json.loads(message.facts)
        anew = {key: name_of_removed(account.id) if value == account.name else value
                for key, value in told.items()}  # fmt: skip
        message.facts = json.dumps(anew, ensure_ascii=False)
        session.add(message)


def _empty(account: Account, now: datetime.datetime) -> None:
    assert account.id is not None
    account.name, account.email = name_of_removed(account.id), address_of_removed(account.id)
    account.title = account.password_hash = ""
    account.factor, account.active, account.removed = "none", False, now
    account.password_since = account.locked_until = None
    account.failures = 0


def list_removed(session: Session, actor: Actor) -> list[tuple[PersonRemoval, str]]:
    """The tombstones that the actor may see, newest first, with who decided: of people of units
    that the actor administers, and what the actor decided."""
    units = actor.units_as(Role.ADMINISTRATOR)
    there = select(col(SecurityEntry.account_id)).where(
        col(SecurityEntry.kind) == "person_removed", col(SecurityEntry.unit_id).in_(units)
    )
    query = (
        select(PersonRemoval, col(Account.name))
        .join(Account, col(Account.id) == col(PersonRemoval.by_account))
        .where(
            or_(
                col(PersonRemoval.account_id).in_(there),
                col(PersonRemoval.by_account) == actor.account_id,
            )
        )
        .order_by(col(PersonRemoval.at).desc(), col(PersonRemoval.account_id))
    )
    return [(removal, name) for removal, name in session.execute(query)]
