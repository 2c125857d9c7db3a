"""Accounts and roles: the administrator's work. No answer is ever shown here, and no password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.accounts.account import (
    Listed,
    list_accounts,
    rename,
    set_active,
    set_roles,
)
from survey_app.services.accounts.invitation import (
    end_sessions_of,
    invite,
    reset_factor,
    send_link_again,
)
from survey_app.services.persons.asking import asked_when
from survey_app.services.persons.removal import list_removed
from survey_app.services.refusal import Refused
from survey_app.store.tables import Account, Unit
from survey_app.web.access import role
from survey_app.web.authentication import vault
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.speech import describe_refusal, role_label

pages = Blueprint("accounts", __name__)


@pages.get("/accounts")
@role(Role.ADMINISTRATOR)
def index() -> str:
    """The accounts of the units that one administers."""
    return _page()


def _page(error: str | None = None, field: str = "email") -> str:
    with reading() as session:
        listed = list_accounts(session, actor())
        asked = asked_when(session, [item.account.id or 0 for item in listed])
        removed = list_removed(session, actor())
        units = [session.get(Unit, unit) for unit in actor().units_as(Role.ADMINISTRATOR)]
    return render_template(
        "accounts/index.html", accounts=[_view(item) for item in listed], units=units,
        error=error, typed=request.form,
        roles=[(item.value, role_label(item)) for item in Role], me=actor().account_id,
        by_mail=place().by_mail, field=field, asked=asked, removed=removed,
    )  # fmt: skip


def _view(entry: Listed) -> dict[str, Any]:
    """An account, and its roles by unit: value and words."""
    held: dict[int, list[tuple[str, str]]] = {}
    for unit_id, _name, role_held in entry.roles:
        held.setdefault(unit_id, []).append((role_held.value, role_label(role_held)))
    return {"account": entry.account, "held": held}


def _roles() -> set[Role]:
    return {Role(name) for name in request.form.getlist("role") if name in set(Role)}


def _unit() -> int:
    unit = request.form.get("unit", "")
    return int(unit[:10]) if unit.isdecimal() else 0


@pages.post("/accounts")
@role(Role.ADMINISTRATOR)
def create() -> str | Response | tuple[str, int]:
    """A new account, whose owner is invited to choose a password."""
    form = request.form
    try:
        with writing() as session:
            path = invite(
                session, actor(), vault(), now(), unit_id=_unit(), email=form.get("email", ""),
                name=form.get("name", ""), title=form.get("title", ""), roles=_roles(),
                mails=place().by_mail,
            )  # fmt: skip
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    return _told(path, form.get("name", ""))


def _told(path: str | None, name: str) -> str | Response:
    """That the link has left by mail; or the link itself, this once."""
    if path is None:
        flash(_("En länk är skickad till %(name)s.", name=name), "success")
        return redirect(url_for("accounts.index"))
    address = place().settings.url or request.host_url.rstrip("/")
    return render_template("accounts/link.html", name=name, link=f"{address}{path}")


@pages.post("/accounts/<int:account_id>")
@role(Role.ADMINISTRATOR)
def change(account_id: int) -> Response | tuple[str, int]:
    """Other roles, a name put right, or closing and opening the account."""
    form, wanted = request.form, request.form.get("change")
    try:
        with writing() as session:
            if wanted in ("close", "open"):
                set_active(session, actor(), account_id, active=wanted == "open")
            elif wanted == "name":
                name, title = form.get("new_name", ""), form.get("new_title", "")
                rename(session, actor(), account_id, name, title)
            else:
                set_roles(session, actor(), account_id, _unit(), _roles())
    except Refused as refused:
        field = f"name-{account_id}" if wanted == "name" else "email"
        return _page(describe_refusal(refused), field), refused.status
    flash(_("Ändringen gäller från och med nu."), "success")
    return redirect(url_for("accounts.index"))


@pages.post("/accounts/<int:account_id>/link")
@role(Role.ADMINISTRATOR)
def send_again(account_id: int) -> str | Response | tuple[str, int]:
    """A new link: to whom never took up the invitation, or has forgotten the password."""
    try:
        with writing() as session:
            path = send_link_again(
                session, actor(), vault(), account_id, now(), mails=place().by_mail
            )
            name = _name_of(session.get(Account, account_id))
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    return _told(path, name)


@pages.post("/accounts/<int:account_id>/factor")
@role(Role.ADMINISTRATOR)
def reset(account_id: int) -> str | Response | tuple[str, int]:
    """The telephone is lost: begin anew with a link."""
    try:
        with writing() as session:
            path = reset_factor(
                session, actor(), vault(), account_id, request.form.get("reason", ""), now(),
                mails=place().by_mail,
            )  # fmt: skip
            name = _name_of(session.get(Account, account_id))
    except Refused as refused:
        field = f"reason-{account_id}" if refused.code == "factor_reason_missing" else "email"
        return _page(describe_refusal(refused), field), refused.status
    return _told(path, name)


def _name_of(account: Account | None) -> str:
    return account.name if account else ""


@pages.post("/accounts/<int:account_id>/sessions")
@role(Role.ADMINISTRATOR)
def end_sessions(account_id: int) -> Response | tuple[str, int]:
    """Sign somebody out everywhere."""
    try:
        with writing() as session:
            end_sessions_of(session, actor(), account_id)
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    flash(_("Alla inloggningar är avslutade."), "success")
    return redirect(url_for("accounts.index"))
