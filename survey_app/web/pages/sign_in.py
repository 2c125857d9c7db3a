"""Signing in and out; what was posted by somebody whose login had run out is not lost."""

from __future__ import annotations

import json
from pathlib import Path

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask_login import current_user
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField

from survey_app.config import DEMO_ACCOUNTS
from survey_app.services.refusal import Invalid, Refused
from survey_app.web import authentication
from survey_app.web.access import public
from survey_app.web.address import safe_path
from survey_app.web.catalogue import gettext as _
from survey_app.web.held import UNKEPT_FILE, describe_held, leads_to_a_page, posted_fields
from survey_app.web.place import place
from survey_app.web.speech import describe_refusal

pages = Blueprint("sign_in", __name__)

HELD = "held."
"""Before the names of fields that travel through the sign-in page."""


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Address and password."""

    email = StringField()
    password = PasswordField()


@pages.get("/sign-in")
@public
def show() -> str | Response:
    """The sign-in page; also where one is after leaving, here and then at the provider."""
    if current_user.is_authenticated:
        return redirect(safe_path(request.args.get("next")))
    return _page(safe_path(request.args.get("next")), left=_left())


def _left() -> dict[str, str] | None:
    """Where to leave the provider, too, after leaving here (OpenID Connect RP-Initiated Logout)."""
    provider = place().provider
    if provider is None or "left" not in request.args:
        return None
    known = place().settings.url
    back = url_for("sign_in.show") if known else url_for("sign_in.show", _external=True)
    try:
        return {"url": provider.leave_address(known + back) or ""}
    except Refused:  # it does not answer: one has left here all the same
        return {"url": ""}


@pages.post("/sign-in")
@public
def enter() -> str | Response | tuple[str, int]:
    """Sign in; then go on, or show what was held."""
    target = safe_path(request.form.get("next"))
    held = held_fields()
    form = SignInForm()
    entered = authentication.come_in(form.email.data or "", form.password.data or "")
    if entered.secret is not None:
        return go_on(target, held)
    if entered.needs == "factor":
        if held:
            return _factor_page(target, held)
        return redirect(url_for("sign_in.show_factor", next=target))
    error = _(
        "E-postadressen eller lösenordet stämmer inte, eller så är kontot låst en stund efter "
        "många försök. Försök igen, eller fråga administratören."
    )
    return _page(target, error=error, held=held), 401


@pages.get("/sign-in/factor")
@public
def show_factor() -> str:
    """The code of the second factor, once the password was right; till then the password."""
    target = safe_path(request.args.get("next"))
    return _factor_page(target, []) if authentication.half_signed_in() else _page(target)


@pages.post("/sign-in/factor")
@public
def enter_factor() -> str | Response | tuple[str, int]:
    """Take the code; then go on as after the password."""
    target, held = safe_path(request.form.get("next")), held_fields()
    entered = authentication.come_in_with_code(request.form.get("code", ""))
    if entered is None or entered.wrong == "password":
        error = _("Det gick för lång tid, eller så är kontot låst en stund efter många försök. "
                  "Börja om med lösenordet.")  # fmt: skip
        return _page(target, error=error, held=held), 401
    if entered.secret is None:
        return _factor_page(target, held, error=describe_refusal(Invalid("factor_wrong"))), 401
    return go_on(target, held)


def go_on(target: str, held: list[tuple[str, str]]) -> str | Response:
    """Where somebody comes who has just signed in: what was held, else where they wanted to go."""
    g.actor = current_user.actor
    if authentication.must_enrol():
        from survey_app.web.pages.factor import enrolment_page

        return enrolment_page(target, held)
    return _held_page(target, held) if held else redirect(_page_at(target))


def held_fields() -> list[tuple[str, str]]:
    """What was typed before the login ran out, as it travels through these pages."""
    return [
        (name.removeprefix(HELD), value)
        for name, value in request.form.items(multi=True)
        if name.startswith(HELD)
    ]


def _factor_page(target: str, held: list[tuple[str, str]], error: str = "") -> str:
    return render_template(
        "sign_in_factor.html", next=target, error=error,
        held=[(HELD + name, value) for name, value in held],
    )  # fmt: skip


@pages.post("/sign-out")
@public
def leave() -> Response:
    """Sign out; whoever came by a provider is told how to leave that, too."""
    came_by_provider = current_user.is_authenticated and current_user.by_provider
    authentication.go_out()
    reply = redirect(url_for("sign_in.show", left=1 if came_by_provider else None))
    reply.headers["Clear-Site-Data"] = '"storage"'  # what a page kept in its tab (ASVS 14.3.1)
    return reply


def refuse_entry(target: str, refused: Refused) -> tuple[str, int]:
    """The sign-in page for somebody whom the identity provider sent, but who does not come in."""
    return _page(target, error=describe_refusal(refused)), refused.status


def show_with_held() -> Response:
    """The sign-in page carrying a form that arrived after the login had run out."""
    return Response(_page(request.path, held=posted_fields()), 401, mimetype="text/html")


def show_held() -> Response:
    """What was typed on a page of a login before this one; its CSRF token went with that."""
    return Response(_held_page(request.path, posted_fields()), 400, mimetype="text/html")


def _page(
    target: str, error: str | None = None, held: list[tuple[str, str]] | None = None,
    left: dict[str, str] | None = None,
) -> str:  # fmt: skip
    kept = place().settings.instance / DEMO_ACCOUNTS
    accounts = json.loads(kept.read_text("utf-8")) if _is_demo(kept) else []
    return render_template(
        "sign_in.html",
        form=SignInForm(),
        error=error,
        next=target,
        left=left,
        held=[(HELD + name, value) for name, value in held or []],
        demo_accounts=accounts,
    )


def _is_demo(kept: Path) -> bool:
    return place().settings.demo and kept.exists()


def _page_at(target: str) -> str:
    """The address, or the start where it only takes forms."""
    return target if leads_to_a_page(target.partition("?")[0]) else "/"


def _held_page(target: str, held: list[tuple[str, str]]) -> str:
    return render_template(
        "held.html",
        action=target,
        discard=_page_at(target),
        held=[pair for pair in held if pair[0] != UNKEPT_FILE],
        told=describe_held(target, held, current_user.actor),
        files=[value for name, value in held if name == UNKEPT_FILE],
    )
