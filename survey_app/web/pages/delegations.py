"""Delegations: registered by the administrator, decided by somebody else."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import Role
from survey_app.services.accounts.account import list_accounts
from survey_app.services.approvals.delegation import (
    grant_delegation,
    list_delegations,
    revoke_delegation,
)
from survey_app.services.approvals.order import MOST_STEPS, end_order, list_orders, set_order
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.specification import list_questionnaires
from survey_app.store.tables import ApprovalOrder, Delegation, Unit
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.speech import describe_refusal

pages = Blueprint("delegations", __name__)
_FIELD_OF = {
    "decision_missing": "decision",
    "dates_reversed": "valid_to",
    "no_such_step": "step",
    "own_work_at_a_step": "own_work",
}


@pages.get("/delegations")
@role(Role.ADMINISTRATOR)
def index() -> str:
    """The delegations of the units that one administers."""
    return _page()


def _page(refused: Refused | None = None, field: str = "", *, ordering: bool = False) -> str:
    """The page; after a refusal with what was typed, and the field that it is about."""
    error = None
    if refused is not None:
        error = {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
    with reading() as session:
        listed = list_delegations(session, actor())
        orders = list_orders(session, actor())
        approvers = [
            entry.account
            for entry in list_accounts(session, actor())
            if any(held == Role.APPROVER for _unit, _name, held in entry.roles)
        ]
        units = [session.get(Unit, unit) for unit in actor().units_as(Role.ADMINISTRATOR)]
        titles = {
            item.id: words(item.short_title or item.title) for item in list_questionnaires(session)
        }
    return render_template(
        "delegations/index.html", delegations=listed, approvers=approvers, units=units,
        error=error, typed={} if ordering else request.form,
        typed_order=request.form if ordering else {}, today=today(), titles=titles, orders=orders,
        most_steps=MOST_STEPS, lacking=_lacking(orders, listed),
    )  # fmt: skip


@pages.post("/delegations")
@role(Role.ADMINISTRATOR)
def grant() -> Response | tuple[str, int]:
    """Register a delegation."""
    account, step = request.form.get("account", ""), request.form.get("step", "")
    first = read_date(request.form.get("valid_from", ""))
    last = read_date(request.form.get("valid_to", ""))
    try:
        if first is None or last is None:
            raise Invalid("dates_unreadable")
        with writing() as session:
            grant_delegation(
                session, actor(),
                account_id=int(account[:10]) if account.isdecimal() else 0,
                unit_id=_unit(),
                decision=request.form.get("decision", ""), valid_from=first, valid_to=last,
                questionnaire=request.form.get("questionnaire") or None,
                own_work=bool(request.form.get("own_work")),
                step=int(step[:3]) if step.isdecimal() else None,
            )  # fmt: skip
    except Refused as refused:
        field = _FIELD_OF.get(refused.code, "account")
        if refused.code == "dates_unreadable":
            field = "valid_from" if first is None else "valid_to"
        return _page(refused, field), refused.status
    flash(_("Delegationen är registrerad."), "success")
    return redirect(url_for("delegations.index"))


def _lacking(
    orders: list[ApprovalOrder], listed: list[tuple[Delegation, str]]
) -> dict[int | None, list[int]]:
    """By the id of an order: the steps for which nobody has a delegation that holds today."""
    held = [item for item, _name in listed
            if item.revoked is None and item.valid_from <= today() <= item.valid_to]  # fmt: skip
    return {
        order.id: [
            step for step in range(1, order.steps + 1)
            if not any(item.step == (None if step == order.steps else step)
                       and item.unit_id == order.unit_id
                       and item.questionnaire in (None, order.questionnaire)
                       for item in held)
        ]
        for order in orders
    }  # fmt: skip


def _unit() -> int:
    unit = request.form.get("unit", "")
    return int(unit[:10]) if unit.isdecimal() else 0


@pages.post("/delegations/orders")
@role(Role.ADMINISTRATOR)
def order() -> Response | tuple[str, int]:
    """Register in how many steps is approved."""
    steps = request.form.get("steps", "")
    try:
        with writing() as session:
            set_order(
                session, actor(), unit_id=_unit(),
                questionnaire=request.form.get("questionnaire") or None,
                steps=int(steps[:3]) if steps.isdecimal() else 0,
                decision=request.form.get("order_decision", ""), now=now(),
            )  # fmt: skip
    except Refused as refused:
        field = "steps" if refused.code == "steps_out_of_range" else "order_decision"
        return _page(refused, field, ordering=True), refused.status
    flash(_("Beslutet om steg är registrerat och gäller från nu."), "success")
    return redirect(url_for("delegations.index"))


@pages.post("/delegations/orders/<int:order_id>")
@role(Role.ADMINISTRATOR)
def end(order_id: int) -> Response:
    """Let what was decided of steps no longer hold."""
    with writing() as session:
        end_order(session, actor(), order_id, now())
    flash(_("Beslutet om steg gäller inte längre."), "success")
    return redirect(url_for("delegations.index"))


@pages.post("/delegations/<int:delegation_id>")
@role(Role.ADMINISTRATOR)
def revoke(delegation_id: int) -> Response:
    """End a delegation at once."""
    with writing() as session:
        revoke_delegation(session, actor(), delegation_id, now())
    flash(_("Delegationen är återkallad och gäller inte längre."), "success")
    return redirect(url_for("delegations.index"))
