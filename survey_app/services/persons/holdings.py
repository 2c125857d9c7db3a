"""Where the database names a person, why, and for how long: every column of every table.

A column that is new here makes a test fail until it stands in ``HOLDS``. What is told of a person,
shown before a removal and removed is all read off this table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Column, Table
from sqlmodel import SQLModel

import survey_app.store.tables as _tables  # noqa: F401 - they are known once they are read

Part = Literal[
    "account", "roles", "logins", "factor", "tokens", "links", "identity", "presence", "messages",
    "reasons", "mentions", "comments", "tasks", "answers", "files", "steps", "approvals",
    "delegations", "register", "rounds", "reports", "chain", "log", "removals",
]  # fmt: skip
Why = Literal["access", "work", "trace", "decision", "security"]
"""To let the person in, and tell them things; to share work out; to tell who wrote what; since it
is a public authority's decision or document (TF 2 kap. 18 §, arkivlagen; artikel 17.3 b); to find
break-ins."""
Until = Literal["removed", "days", "weeded", "kept", "always"]
"""Until the person is removed; for some days; until the working material is weeded; as long as the
case; as long as the installation."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a column has of a person.

    part   what it is told with
    texts  columns of the same row with the person's own words, or with words about the person
    told   other columns that are told beside numbers, days and kinds
    """

    part: Part
    why: Why
    until: Until
    texts: tuple[str, ...] = ()
    told: tuple[str, ...] = ()

    @property
    def goes(self) -> bool:
        """Whether removing the person removes it."""
        return self.until == "removed"


def _gone(part: Part, *told: str) -> Held:
    return Held(part, "access", "removed", told=told)


def _traced(part: Part, *texts: str) -> Held:
    return Held(part, "trace", "kept", texts)


def _decided(part: Part, *texts: str) -> Held:
    return Held(part, "decision", "kept", texts)


HOLDS: Mapping[str, Held] = {
    "account.email": _gone("account"),
    "account.name": _gone("account"),
    "account.title": _gone("account"),
    "membership.account_id": _gone("roles"),
    "login.account_id": _gone("logins", "agent", "how", "acr"),
    "token.account_id": _gone("tokens", "label"),
    "totp.account_id": _gone("factor"),
    "recovery_code.account_id": _gone("factor"),
    "one_time_link.account_id": _gone("links", "purpose"),
    "one_time_link.by_account": Held("links", "access", "days", told=("purpose",)),
    "identity.account_id": _gone("identity", "issuer", "subject"),
    "confirmation.account_id": _gone("logins"),
    "presence.account_id": _gone("presence"),
    "outbox.account_id": _gone("messages"),
    "outbox.address": _gone("messages"),
    "mail_choice.account_id": _gone("messages", "mode"),
    "kept_reason.account_id": Held("reasons", "work", "removed", ("text",)),
    "mention.account_id": Held("mentions", "work", "removed"),
    "comment.author_id": Held("comments", "work", "weeded", ("text",)),
    "task.owner_id": Held("tasks", "work", "weeded"),
    "task.marked_by": Held("tasks", "work", "weeded"),
    "answer.author_id": _traced("answers"),
    "revision.author_id": _traced("answers", "value", "blank"),
    "version_change.actor_id": _traced("answers"),
    "attachment.author_id": _traced("files"),
    "table_file.author_id": Held("files", "work", "weeded"),
    "word_file.author_id": Held("files", "work", "weeded"),
    "proposal.decided_by": Held("files", "work", "weeded"),
    "event.actor_id": _decided("steps"),
    "transcribed_field.author_id": _traced("steps"),
    "extension.author_id": _decided("register"),
    "completion.author_id": _decided("register"),
    "record.approver_id": _decided("approvals"),
    "delegation.account_id": _decided("delegations", "decision"),
    "delegation.granted_by": _decided("delegations"),
    "stand_in.account_id": _decided("delegations", "decision"),
    "stand_in.named_by": _decided("delegations"),
    "approval_order.set_by": _decided("delegations"),
    "case_document.author_id": _decided("register"),
    "case_document.struck_by": _decided("register"),
    "secrecy_mark.author_id": _decided("register"),
    "board_decision.author_id": _decided("register"),
    "given_copy.actor_id": _decided("register"),
    "removal.actor_id": _decided("removals"),
    "case_removal.actor_id": _decided("removals"),
    "person_removal.account_id": _decided("removals"),
    "person_removal.by_account": _decided("removals"),
    "contribution.author_id": _traced("rounds"),
    "rounds.opened_by": _traced("rounds"),
    "rounds.closed_by": _traced("rounds"),
    "round_unit.handed_over_by": _decided("rounds"),
    "report.author_id": _traced("reports"),
    "report.settled_by": _decided("reports"),
    "report_piece.author_id": _traced("reports", "own_title", "own_text"),
    "report_revision.author_id": _traced("reports", "own_title", "own_text"),
    "audit_entry.actor_id": _traced("chain"),
    "security_entry.account_id": Held("log", "security", "always", told=("facts", "request")),
    "security_entry.by_account": Held("log", "security", "always", told=("facts", "request")),
}
"""By table and column. What is older in ``texts`` is told to who may still read it."""

_LONGEST: tuple[Until, ...] = ("removed", "days", "weeded", "kept", "always")
_WEIGHTIEST: tuple[Why, ...] = ("access", "work", "trace", "decision", "security")


def reason_of(part: Part) -> Held:
    """Why something of a part is held for longest."""
    held = [item for item in HOLDS.values() if item.part == part]
    return max(held, key=lambda item: (_LONGEST.index(item.until), _WEIGHTIEST.index(item.why)))


GIVES_WAY: tuple[str, ...] = (
    "sign_in_flow", "confirmation", "login", "token", "totp", "recovery_code", "one_time_link",
    "identity", "presence", "outbox", "mail_choice",
    "kept_reason", "mention", "membership",
)  # fmt: skip
"""The tables whose rows go with a person, each before those that it refers to."""

_NAMES_SOMEBODY = re.compile(
    r"(^|_)(account|author|actor|owner|approver|address|email|person)(_id)?$|_by$|_by_account$"
)


def columns_that_name_people() -> Iterator[str]:
    """Every column of the tables that refers to an account, or is called as if it did."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if _refers(column) or _NAMES_SOMEBODY.search(column.name):
                yield f"{table.name}.{column.name}"


def _refers(column: Column[object]) -> bool:
    return any(key.column.table.name == "account" for key in column.foreign_keys)


def column_of(name: str) -> tuple[Table, Column[object]]:
    """The table and the column of a key of ``HOLDS``."""
    table, _, column = name.partition(".")
    found: Table = SQLModel.metadata.tables[table]
    return found, found.c[column]
