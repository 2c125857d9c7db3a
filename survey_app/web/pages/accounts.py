"""Accounts and roles: the administrator's work. No answer is ever shown here."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.account import (
    hash_password,
    invite_account,
    list_accounts,
    set_active,
    set_roles,
)
from survey_app.services.refusal import Refused
from survey_app.store.tables import Unit
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, reading, writing
from survey_app.web.speech import describe_refusal, role_label

pages = Blueprint("accounts", __name__)


@pages.get("/accounts")
@role(Role.ADMINISTRATOR)
def index() -> str:
    """The accounts of the units that one administers."""
    return _page()


def _page(error: str | None = None) -> str:
    with reading() as session:
        listed = list_accounts(session, actor())
        units = [session.get(Unit, unit) for unit in actor().units_as(Role.ADMINISTRATOR)]
    return render_template(
        "accounts/index.html", accounts=listed, units=units, error=error, typed=request.form,
        roles=[(item.value, role_label(item)) for item in Role], me=actor().account_id,
    )  # fmt: skip


def _roles() -> set[Role]:
    return {Role(name) for name in request.form.getlist("role") if name in set(Role)}


def _unit() -> int:
    unit = request.form.get("unit", "")
    return int(unit[:10]) if unit.isdecimal() else 0


@pages.post("/accounts")
@role(Role.ADMINISTRATOR)
def create() -> Response | tuple[str, int]:
    """A new account."""
    try:
        password_hash = hash_password(request.form.get("password", ""))
        with writing() as session:
            invite_account(
                session, actor(), unit_id=_unit(), email=request.form.get("email", ""),
                name=request.form.get("name", ""), title=request.form.get("title", ""),
                password_hash=password_hash, roles=_roles(),
            )  # fmt: skip
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    flash(_("Kontot är skapat."), "success")
    return redirect(url_for("accounts.index"))


@pages.post("/accounts/<int:account_id>")
@role(Role.ADMINISTRATOR)
def change(account_id: int) -> Response | tuple[str, int]:
    """Other roles, or closing and opening the account."""
    wanted = request.form.get("change")
    try:
        with writing() as session:
            if wanted in ("close", "open"):
                set_active(session, actor(), account_id, active=wanted == "open")
            else:
                set_roles(session, actor(), account_id, _unit(), _roles())
    except Refused as refused:
        return _page(describe_refusal(refused)), refused.status
    flash(_("Ändringen gäller från och med nu."), "success")
    return redirect(url_for("accounts.index"))
