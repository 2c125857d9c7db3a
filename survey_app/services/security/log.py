"""The security log: who signed in or failed, who got or lost a role, what left the house.

Entries form one chain of the installation, as those of a case do: ids, codes and hashes, no text
that somebody typed. A service notes what it did with ``note``; the entries are written as the last
thing before the commit of that very transaction, so that the one row that all share is held for a
moment only, and never while something else is waited for.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import event, insert, select, update
from sqlmodel import Session, col

from survey_app.core.content import canonical_json
from survey_app.services.audit import (
    Break,
    Signer,
    broken_heads,
    head_message,
    refuse_replaced,
)
from survey_app.services.persons.chain import judge_persons
from survey_app.services.security.alarm import raise_alarms
from survey_app.store.tables import Installation, SecurityEntry, SecurityHead, table_of
from survey_app.store.upsert import insert_into

log = logging.getLogger("redogor.security")

Kind = Literal[
    "sign_in", "sign_in_failed", "locked", "sign_out", "session_ended", "password_set",
    "password_reset_asked", "factor_enrolled", "factor_reset", "recovery_used", "invited",
    "role_given", "role_taken", "account_closed", "account_opened", "account_renamed",
    "token_issued", "token_ended", "identity_linked", "confirmed", "confirm_failed",
    "access_refused", "too_many_tries", "exported", "given_out", "backup_made", "restored",
    "case_removed", "person_exported", "person_removed", "removal_asked", "file_refused",
    "settings_changed", "key_changed",
]  # fmt: skip
KINDS: tuple[Kind, ...] = get_args(Kind)

SIGNED: frozenset[Kind] = frozenset(KINDS) - {
    "sign_in", "sign_in_failed", "sign_out", "session_ended", "confirmed", "confirm_failed",
    "access_refused", "too_many_tries", "exported",
}  # fmt: skip
"""What is signed at once; the rest with every ``SIGNED_EVERY``th entry and at least daily."""
SIGNED_EVERY = 50

CHAIN = 0
"""Stands for the id of a case in the heads of this chain."""
_ONLY = 1
_CONTEXT, _NOTED = "security.context", "security.noted"


@dataclass(frozen=True, slots=True)
class Context:
    """What the edge knows of a transaction, so that no service need hand it on."""

    clock: Callable[[], datetime.datetime]
    signer: Signer | None = None
    login: str = ""
    request: str = ""
    told: Callable[[str], None] | None = None


def attend(session: Session, context: Context) -> None:
    """Tell a session in what context it works; done by the edge that opens it."""
    session.info[_CONTEXT] = context


def _wall_clock() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


_NOWHERE = Context(_wall_clock)


def note(
    session: Session,
    kind: Kind,
    *,
    account: int | None = None,
    by: int | None = None,
    unit: int | None = None,
    login: str = "",
    request: str = "",
    **facts: Any,
) -> None:
    """Note in the log what this transaction does; it stands there if the transaction is through.

    account, by    whom it concerns, and who did it; None where nobody is known
    unit           whose administrators see the entry; None: those of every unit of the account
    login, request by default those of the request at hand
    facts          ids, codes and hashes; never what somebody typed
    """
    context = session.info.get(_CONTEXT, _NOWHERE)
    if _NOTED not in session.info:
        session.info[_NOTED] = []
        event.listen(session, "before_commit", _write)
        event.listen(session, "after_rollback", _forget)
    told = {
        "at": context.clock(),
        "kind": kind,
        "account_id": account,
        "by_account": by,
        "unit_id": unit,
        "login": login or context.login,
        "request": request or context.request,
        "facts": canonical_json(facts).decode(),
    }
    session.info[_NOTED].append(told)


def _forget(session: Session) -> None:
    session.info[_NOTED].clear()


def _write(session: Session) -> None:
    """Add what was noted to the chain; the last statements of the transaction."""
    noted = session.info[_NOTED]
    if not noted:
        return
    raise_alarms(session, noted)
    session.flush()  # what services added comes first: the shared row is held last
    number, head = hold_chain(session)
    rows, weighty = [], False
    for told in noted:
        number += 1
        head = _link(number, told, head)
        rows.append({**told, "number": number, "sha256": head})
        weighty = weighty or told["kind"] in SIGNED or number % SIGNED_EVERY == 0
    connection = session.connection()
    connection.execute(insert(table_of(SecurityEntry)), rows)
    connection.execute(update(table_of(Installation)).values(chain_length=number, chain_head=head))
    noted.clear()
    told_to = session.info.get(_CONTEXT, _NOWHERE).told
    event.listen(session, "after_commit", lambda _: _tell(rows, told_to), once=True)
    signer = session.info.get(_CONTEXT, _NOWHERE).signer
    if weighty and signer is not None:
        _sign(session, number, head, signer)


def _tell(rows: list[dict[str, Any]], told_to: Callable[[str], None] | None) -> None:
    """Say in the log of the process, too, what stands in the security log now."""
    for row in rows:
        told = {"entry": row["number"], "event": row["kind"], "account": row["account_id"],
                "by": row["by_account"], "unit": row["unit_id"], "login": row["login"],
                "request": row["request"]}  # fmt: skip
        log.info("security", extra={"fields": told})
        if told_to is not None:
            told_to(row["kind"])


def hold_chain(session: Session) -> tuple[int, str]:
    """Length and head of the chain, held until the end of the transaction."""
    chain = select(col(Installation.chain_length), col(Installation.chain_head)).with_for_update()
    found = session.execute(chain).first()
    if found is None:
        lay_row(session)
        found = session.execute(chain).one()
    return found.chain_length, found.chain_head


def lay_row(session: Session) -> None:
    """Make the one row of the installation, whoever comes first."""
    connection = session.connection()
    row = {"id": _ONLY, "name": "", "public_key": "", "chain_length": 0, "chain_head": ""}
    connection.execute(
        insert_into(table_of(Installation), connection.dialect.name)
        .values(row)
        .on_conflict_do_nothing()
    )


_PARTS = ("kind", "account_id", "by_account", "unit_id", "login", "request", "facts")


def _link(number: int, told: Mapping[str, Any], before: str) -> str:
    moment = told["at"].astimezone(datetime.UTC).isoformat()
    parts = [number, moment, *(told[name] for name in _PARTS), before]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=True).encode()).hexdigest()


def sign_chain(session: Session, signer: Signer) -> None:
    """Sign the chain as it stands, unless its head is signed; ``remind`` does it daily."""
    number, head = hold_chain(session)
    if number and session.get(SecurityHead, number) is None:
        _sign(session, number, head, signer)


def _sign(session: Session, number: int, sha256: str, signer: Signer) -> None:
    signature = signer.sign(head_message(CHAIN, number, sha256))
    row = {"number": number, "sha256": sha256, "signature": signature}
    session.connection().execute(insert(table_of(SecurityHead)), row)
    refuse_replaced(session, signer)
    line = json.dumps({"case_id": CHAIN, **row})
    event.listen(session, "after_commit", lambda _: signer.keep(line), once=True)


def verify_security(
    session: Session, signer: Signer, kept_heads: Mapping[int, str] | None = None
) -> list[Break]:
    """Every place where the chain of the security log does not hold; empty if it does.

    kept_heads  hashes by number from outside the database (``read_heads`` under ``CHAIN``): they
                find a cut tail and a rewriting
    """
    hashes: dict[int, str] = {}
    breaks = list(_broken_links(session, hashes))
    signed = session.execute(select(SecurityHead)).scalars()
    breaks += broken_heads(CHAIN, hashes, signed, kept_heads or {}, signer)
    breaks += [Break(CHAIN, number, code) for number, code in judge_persons(session)]
    return breaks


def _broken_links(session: Session, hashes: dict[int, str]) -> Iterator[Break]:
    before, expected = "", 1
    entries = select(table_of(SecurityEntry)).order_by(col(SecurityEntry.number))
    for row in session.execute(entries).mappings():
        entry = dict(row)
        number = entry["number"]
        hashes[number] = entry["sha256"]
        if number != expected:
            yield Break(CHAIN, expected, "missing")
            expected = number
        if _link(number, entry, before) != entry["sha256"]:
            yield Break(CHAIN, number, "changed")
        before, expected = entry["sha256"], expected + 1
    here = session.get(Installation, _ONLY)
    stands = (0, "") if here is None else (here.chain_length, here.chain_head)
    if stands != (expected - 1, before):
        yield Break(CHAIN, expected - 1, "cut_tail")
