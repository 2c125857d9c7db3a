"""Who may reach a route. Closed by default: a route without a declared permission stops the build.

A view declares exactly one of ``public``, ``anonymous``, ``machine``, ``signed_in``, ``role`` and
``action`` below its route. Services ask again inside their own transaction; this is the first
door, not the only one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from flask import Flask, Request, current_app, g, request
from sqlalchemy import bindparam, select
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action, Role
from survey_app.services.actor import require
from survey_app.services.contributions.request import find_request
from survey_app.services.refusal import Forbidden, NotFound
from survey_app.services.removals.removed_case import refusal_of_removed
from survey_app.store.tables import Case, Round, Submission, table_of
from survey_app.web import authentication
from survey_app.web.place import looking

View = TypeVar("View", bound=Callable[..., Any])

PUBLIC_BY_NATURE = {"static"}
"""Endpoints of Flask's own that nobody needs to sign in for."""


ENROLMENT = {"factor.show", "factor.enrol"}
"""What somebody may reach who must have a second factor and has none yet, beside what is public."""


class Undeclared(RuntimeError):
    """A route without a permission."""


@dataclass(frozen=True, slots=True)
class Permission:
    """What a route asks for."""

    kind: Literal["public", "anonymous", "machine", "signed_in", "role", "action"]
    roles: frozenset[Role] = frozenset()
    action: Action | None = None


def _declare(permission: Permission) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return mark


public = _declare(Permission("public"))

anonymous = _declare(Permission("anonymous"))
"""Anybody, and nobody is asked who it is: no login is looked for, noted or prolonged, and no cookie
is read or set. What the address tells is secret (``g.anonymous``)."""

signed_in = _declare(Permission("signed_in"))


machine = _declare(Permission("machine"))
"""A program that watches over the service: no login is looked for, no cookie read or set, and no
line is written as long as all is well."""


def role(*roles: Role) -> Callable[[View], View]:
    """Somebody with one of these roles, in any unit; the service asks which."""
    return _declare(Permission("role", roles=frozenset(roles)))


def action(wanted: Action) -> Callable[[View], View]:
    """Somebody who may do this to the submission that the URL names as ``submission_id``."""
    return _declare(Permission("action", action=wanted))


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """The declared permission of an endpoint."""
    if endpoint in PUBLIC_BY_NATURE:
        return Permission("public")
    return getattr(app.view_functions[endpoint], "permission", None)


def is_nameless(app: Flask, incoming: Request) -> bool:
    """Whether nobody may learn who asks: neither is anything of the request told in a log."""
    if incoming.url_rule is None or incoming.endpoint is None:
        return incoming.path.startswith("/ballots")  # a link that was typed wrong, by a hair
    permission = permission_of(app, incoming.endpoint)
    return permission is not None and permission.kind == "anonymous"


def require_declarations(app: Flask) -> None:
    """Raise Undeclared if any route lacks a permission, or asks for a submission it never names."""
    for rule in app.url_map.iter_rules():
        permission = permission_of(app, rule.endpoint)
        if permission is None:
            raise Undeclared(
                f"{rule.rule} ({rule.endpoint}) declares no permission. Put @public, @signed_in, "
                "@role(...) or @action(...) from survey_app.web.access below its route."
            )
        if permission.kind == "action" and "submission_id" not in rule.arguments:
            raise Undeclared(f"{rule.rule} asks for an action but names no submission_id.")


def guard() -> Response | None:
    """Before each request: let in, send to sign in, or raise a refusal."""
    if request.url_rule is None or request.endpoint is None:
        return None
    permission = permission_of(current_app, request.endpoint)
    if permission is None:
        raise Forbidden("undeclared")
    g.anonymous, g.machine = permission.kind == "anonymous", permission.kind == "machine"
    if g.anonymous or g.machine:
        return None
    if permission.kind == "public":
        authentication.find_out_who(optional=True)
        return None
    if authentication.find_out_who() is None:
        return authentication.ask_to_sign_in()
    if request.endpoint not in ENROLMENT and authentication.must_enrol():
        return authentication.ask_to_enrol()
    if permission.kind == "role":
        _require_role(permission)
    elif permission.action is not None:
        _require_action(permission.action)
    return None


def _require_role(permission: Permission) -> None:
    if not any(g.actor.has(wanted) for wanted in permission.roles):
        raise Forbidden("not_your_role")


_S, _R, _C = (table_of(model).c for model in (Submission, Round, Case))
_SUBMISSION = (
    select(
        _S.id, _S.unit_id, _S.state, _S.parent_id, _R.sort, _R.case_id, _C.diary_number, _C.removed,
        _C.unit_id.label("case_unit"),
    )
    .join_from(table_of(Submission), table_of(Round), _R.id == _S.round_id)
    .join(table_of(Case), _C.id == _R.case_id)
    .where(_S.id == bindparam("submission"))
)  # fmt: skip


def _require_action(wanted: Action) -> None:
    submission_id = (request.view_args or {}).get("submission_id")
    with looking() as connection:
        row = connection.execute(_SUBMISSION, {"submission": submission_id}).first()
        if row is None:
            raise NotFound("no_submission")
        if row.removed is not None:
            raise refusal_of_removed(connection, row, g.actor)
        asked = find_request(connection, row.id, row.parent_id, row.sort)
    require(g.actor, wanted, row.unit_id, row.state, asked)
