"""A person's data: one's own as a file, asking to have it removed, and removing it by decision."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import RULES, Action, Role
from survey_app.services.persons.asking import ask_removal
from survey_app.services.persons.data import export_own
from survey_app.services.persons.holdings import Part, reason_of
from survey_app.services.persons.named import Named
from survey_app.services.persons.removal import TOUCHED, remove_person, survey_person
from survey_app.services.persons.waits import Waits
from survey_app.services.refusal import Forbidden, Invalid, NotFound, Refused
from survey_app.web.access import role, signed_in
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.wording.persons import ELSEWHERE, PARTS, PLACES, WHYS

pages = Blueprint("persons", __name__)


@pages.get("/account/data.json")
@signed_in
def download() -> Response:
    """What is stored about oneself, as a file; the security log says that it was taken."""
    with writing() as session:
        told = export_own(session, actor(), now())
    data = json.dumps(told, ensure_ascii=False, indent=1).encode()
    return as_download(data, f"mina-uppgifter-{today()}.json", "application/json")


@pages.post("/account/data/removal")
@signed_in
def ask() -> Response:
    """Ask those who administer one's units to remove what is stored about oneself."""
    try:
        with writing() as session:
            ask_removal(session, actor(), now())
    except Refused as refused:
        flash(describe_refusal(refused), "error")
    else:
        flash(_("Enhetens administratörer har fått veta det, och prövar det."), "success")
    return redirect(url_for("account.show", _anchor="data-heading"))


@pages.get("/accounts/<int:account_id>/removal")
@role(Role.ADMINISTRATOR)
def show(account_id: int) -> str:
    """What goes, what stays by law, and what must be done first."""
    return _page(account_id)


def _page(account_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        survey = survey_person(session, actor(), account_id, now())
    return render_template(
        "accounts/removal.html",
        account=survey.account,
        goes=_counted(survey.goes),
        stays=_reasoned(survey.stays),
        named=view_named(survey.named),
        waits=[view_waits(item) for item in survey.waits],
        comments=survey.comments,
        shown_sha256=survey.sha256,
        error=describe_refusal(refused) if refused else "",
        field="confirmed" if refused and refused.code == "person_not_confirmed" else "decision",
        typed=request.form,
    )  # fmt: skip


def _counted(parts: Mapping[Part, int]) -> list[tuple[str, int | str]]:
    whole = PARTS["account"]
    told: list[tuple[str, int | str]] = [(_(whole), _("ersätts"))]
    return told + [(_(PARTS[part]), parts[part]) for part in PARTS if parts.get(part)]


def _reasoned(parts: Mapping[Part, int]) -> list[tuple[str, int, str]]:
    return [(_(PARTS[part]), parts[part], _(WHYS[reason_of(part).why]))
            for part in PARTS if parts.get(part)]  # fmt: skip


def view_named(named: list[Named]) -> list[tuple[str, int, str]]:
    """Where the name or address stands: what sort of place, how often, in which cases."""
    return [(_(PLACES.get(item.table, ELSEWHERE)), item.count, ", ".join(item.cases))
            for item in named]  # fmt: skip


def view_waits(item: Waits) -> dict[str, Any]:
    """What waits for a person, in words; ``href`` leads there whoever may go there, and
    ``remedy`` to where an administrator lets somebody else do it."""
    called = f"{item.title} ({item.diary_number})"
    if item.kind == "administrator":
        text = _("Ingen annan administrerar %(unit)s.", unit=item.unit)
        remedy = (url_for("accounts.index"), _("Gör någon annan till administratör"))
    elif item.kind == "tasks":
        text = _("Frågor att svara på i %(unit)s: %(called)s, %(n)s stycken.", n=item.count,
                 unit=item.unit, called=called)  # fmt: skip
        remedy = ("", _("Den som svarar i enheten ger frågorna till någon annan."))
    else:
        text = _("Ett svar från %(unit)s väntar på godkännande: %(called)s.",
                 unit=item.unit, called=called)  # fmt: skip
        remedy = (url_for("delegations.index"), _("Lägg in en delegation för någon annan"))
    may_read = bool(actor().roles_in(item.unit_id) & RULES[Action.READ].roles)
    return {"text": text, "href": item.path if item.path and may_read else "", "called": called,
            "remedy": remedy}  # fmt: skip


@pages.post("/accounts/<int:account_id>/removal")
@role(Role.ADMINISTRATOR)
def remove(account_id: int) -> Response | tuple[str, int]:
    """Remove what was shown, by a decision."""
    form = request.form
    try:
        if not form.get("confirmed"):
            with reading() as session:
                survey_person(session, actor(), account_id, now())
            raise Invalid("person_not_confirmed")
        with writing() as session:
            remove_person(
                session, actor(), account_id, decision=form.get("decision", ""),
                shown_sha256=form.get("shown_sha256", ""),
                with_comments=bool(form.get("comments")), now=now(), signer=place().key,
            )  # fmt: skip
    except (NotFound, Forbidden):
        raise
    except Refused as refused:
        return _page(account_id, refused), refused.status
    gone = place().database.forget(TOUCHED)
    flash(_("Personens uppgifter är borttagna. Beslutet står under Borttagna personer."), "success")
    if not gone:
        flash(_("Någon läser ännu i databasen. Spår i dess loggfil skrivs över inom kort."), "info")
    return redirect(url_for("accounts.index", _anchor="removed"))
