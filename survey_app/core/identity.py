"""What an identity provider says of a person, and whether it will do.

Libraries for OpenID Connect check who signed a token and for whom. How surely somebody was
identified (``acr``), when (``auth_time``), and whether it is the same person is judged here.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from survey_app.core.workflow import Role

SLACK = 60
"""Seconds by which the clocks of two machines may differ."""

Verdict = Literal[
    "identity_refused", "identity_other_person", "identity_too_weak", "identity_too_old"
]


@dataclass(frozen=True, slots=True)
class Proof:
    """The claims that count, exactly as a signed token has them: of any type, or None."""

    issuer: Any
    subject: Any
    acr: Any = None
    auth_time: Any = None

    @classmethod
    def of(cls, claims: dict[str, Any]) -> Proof:
        """The proof in a token's claims."""
        return cls(*(claims.get(name) for name in ("iss", "sub", "acr", "auth_time")))


@dataclass(frozen=True, slots=True)
class Mapping:
    """What a group at the provider means here: a role in a unit, by the unit's name."""

    group: str
    unit: str
    role: Role


def judge(
    proof: Proof,
    *,
    issuer: str,
    subject: str | None,
    allowed_acr: Collection[str] = (),
    asked_at: float | None = None,
    now: float,
) -> Verdict | None:
    """Why a proof will not do, or None.

    subject      who it must be; None where that is what is asked
    allowed_acr  how surely, in the provider's words; empty where any will do
    asked_at     when we asked, in seconds since 1970, where it must have been done since then
    OpenID Connect Core 1.0, 2 (``auth_time``, ``acr``) and 3.1.2.1 (``max_age``).
    """
    if proof.issuer != issuer or not _is_subject(proof.subject):
        return "identity_refused"
    if subject is not None and proof.subject != subject:
        return "identity_other_person"
    if allowed_acr and not (isinstance(proof.acr, str) and proof.acr in allowed_acr):
        return "identity_too_weak"
    if asked_at is not None:
        if not _is_moment(proof.auth_time):
            return "identity_refused"
        if proof.auth_time > now + SLACK:
            return "identity_refused"
        if proof.auth_time < asked_at - SLACK:
            return "identity_too_old"
    return None


def _is_subject(subject: Any) -> bool:
    """At most 255 ASCII characters (OpenID Connect Core 1.0, 2)."""
    return isinstance(subject, str) and 0 < len(subject) <= 255 and subject.isascii()


def _is_moment(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def roles_of(groups: Any, mappings: Iterable[Mapping]) -> frozenset[tuple[str, Role]]:
    """The roles, each with its unit's name, that somebody's groups give; groups of any type.

    An administrator gets no role beside that in the unit, as where roles are given by hand: where
    the groups say both, the administrator goes.
    """
    held = {groups} if isinstance(groups, str) else _texts(groups)
    found = {(item.unit, item.role) for item in mappings if item.group in held}
    working = {unit for unit, role in found if role != Role.ADMINISTRATOR}
    return frozenset(
        (unit, role) for unit, role in found if role != Role.ADMINISTRATOR or unit not in working
    )


def _texts(groups: Any) -> set[str]:
    items = groups if isinstance(groups, list) else []
    return {item for item in items if isinstance(item, str)}
