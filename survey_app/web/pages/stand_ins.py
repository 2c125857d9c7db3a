"""Who stands in for whom: registered by the holder of a delegation, or an administrator."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import Role
from survey_app.services.approvals.delegation import list_delegations, own_delegations
from survey_app.services.approvals.stand_in import (
    list_approvers,
    list_stand_ins,
    name_stand_in,
    revoke_stand_in,
)
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.specification import list_questionnaires
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_date
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.speech import describe_refusal

pages = Blueprint("stand_ins", __name__)
_FIELD_OF = {
    "stand_in_for_oneself": "account",
    "stand_in_is_no_approver": "account",
    "decision_missing": "decision",
    "dates_reversed": "valid_to",
    "stand_in_outside_delegation": "valid_from",
}


@pages.get("/stand-ins")
@role(Role.APPROVER, Role.ADMINISTRATOR)
def index() -> str:
    """Who stands in for one, or in the units that one administers."""
    return _page()


def _page(refused: Refused | None = None, field: str = "") -> str:
    with reading() as session:
        listed = list_stand_ins(session, actor())
        approvers = {
            account.id: account.name for account, _unit in list_approvers(session, actor())
        }
        titles = {
            item.id: words(item.short_title or item.title) for item in list_questionnaires(session)
        }
        open_now = [(item, actor().name) for item in own_delegations(session, actor(), today())]
        open_now += [
            (item, name) for item, name in list_delegations(session, actor())
            if item.revoked is None and item.valid_to >= today()
        ]  # fmt: skip
    error = None
    if refused is not None:
        error = {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
    return render_template(
        "stand_ins/index.html", listed=listed, approvers=approvers, error=error,
        delegations={item.id: _described(item, name, titles) for item, name in open_now},
        typed=request.form, today=today(),
    )  # fmt: skip


def _described(delegation: Any, name: str, titles: dict[str, str]) -> str:
    """A delegation on one line: whose, under which decision, for what, until when."""
    what = titles.get(delegation.questionnaire) or delegation.questionnaire or _("alla formulär")
    until = _("till och med %(date)s", date=format_date(delegation.valid_to))
    return f"{name}: {delegation.decision} ({what}, {until})"


@pages.post("/stand-ins")
@role(Role.APPROVER, Role.ADMINISTRATOR)
def name() -> Response | tuple[str, int]:
    """Register who stands in."""
    form = request.form
    delegation, account = form.get("delegation", ""), form.get("account", "")
    first, last = read_date(form.get("valid_from", "")), read_date(form.get("valid_to", ""))
    try:
        if first is None or last is None:
            raise Invalid("dates_unreadable")
        with writing() as session:
            name_stand_in(
                session, actor(),
                delegation_id=int(delegation[:10]) if delegation.isdecimal() else 0,
                account_id=int(account[:10]) if account.isdecimal() else 0,
                decision=form.get("decision", ""), valid_from=first, valid_to=last,
            )  # fmt: skip
    except Invalid as refused:
        field = _FIELD_OF.get(refused.code, "delegation")
        if refused.code == "dates_unreadable":
            field = "valid_from" if first is None else "valid_to"
        return _page(refused, field), refused.status
    flash(_("Ersättaren är registrerad."), "success")
    return redirect(url_for("stand_ins.index"))


@pages.post("/stand-ins/<int:stand_in_id>")
@role(Role.APPROVER, Role.ADMINISTRATOR)
def revoke(stand_in_id: int) -> Response:
    """Let somebody stand in no longer, at once."""
    with writing() as session:
        revoke_stand_in(session, actor(), stand_in_id, now())
    flash(_("Ersättaren gäller inte längre."), "success")
    return redirect(url_for("stand_ins.index"))
