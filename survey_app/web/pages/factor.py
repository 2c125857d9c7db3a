"""The second factor of one's own account: enrolling a telephone, and recovery codes."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey_app.export.chart.svg import to_svg
from survey_app.export.qr import draw_qr
from survey_app.services.accounts.factor import address_of, make_recovery_codes, make_secret
from survey_app.services.accounts.factor import enrol as enrol_account
from survey_app.services.accounts.login import end_logins
from survey_app.services.mail.outbox import put_personal
from survey_app.services.refusal import Forbidden, Invalid, Refused
from survey_app.web import authentication
from survey_app.web.access import signed_in
from survey_app.web.address import safe_path
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, now, writing
from survey_app.web.speech import describe_refusal

pages = Blueprint("factor", __name__)
LIVES = 1800
"""Seconds that a secret on the page can be taken; what is not taken is nowhere."""
FRESH = datetime.timedelta(minutes=10)
QR_SIZE = 240.0


@pages.get("/account/factor")
@signed_in
def show() -> str:
    """A secret to enrol. Raises Forbidden: a provider asks for its own."""
    if current_user.by_provider:
        raise Forbidden("signs_in_elsewhere")
    return _page(safe_path(request.args.get("next")), [])


def enrolment_page(target: str, held: list[tuple[str, str]]) -> str:
    """The same for who has just signed in and must have a factor; what was held goes along."""
    from survey_app.web.pages.sign_in import HELD

    return _page(target, [(HELD + name, value) for name, value in held])


def _page(
    target: str, carried: list[tuple[str, str]], refused: Refused | None = None, sealed: str = ""
) -> str:
    secret = _secret_in(sealed) or make_secret()
    address = address_of(secret, actor().email)
    error: dict[str, Any] | None = None
    if refused is not None:
        field = "password" if refused.code == "identity_wrong" else "code"
        error = {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
    return render_template(
        "account/factor.html", address=address, next=target, carried=carried, error=error,
        key=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        sealed=authentication.vault().seal(f"{actor().account_id}\n{secret}"),
        demanded=authentication.must_enrol(), again=_must_show_again(), enrolled=_enrolled(),
        drawing=_drawing(address),
    )  # fmt: skip


def _drawing(address: str) -> Markup:
    drawing = draw_qr(address, QR_SIZE, width=QR_SIZE)
    alt = _("Samma nyckel som står i ord bredvid, att läsa av med telefonens app.")
    named = dataclasses.replace(drawing, title=_("QR-kod"), alt=alt)
    return Markup(to_svg(named, "factor"))  # made of numbers and of words of ours


def _secret_in(sealed: str) -> str | None:
    opened = authentication.vault().open(sealed, LIVES) if sealed else None
    whose, _line, secret = (opened or "").partition("\n")
    return secret if whose == str(actor().account_id) else None


def _enrolled() -> bool:
    return bool(current_user.enrolled)


def _must_show_again() -> bool:
    """Whether the password is asked for once more: not of who has shown it just now."""
    return _enrolled() or now() - current_user.since > FRESH


@pages.post("/account/factor")
@signed_in
def enrol() -> str | Response | tuple[str, int]:
    """Take a first code of the new secret; shows the recovery codes, once."""
    from survey_app.web.pages.sign_in import HELD

    form = request.form
    target, sealed = safe_path(form.get("next")), form.get("sealed", "")
    carried = [pair for pair in form.items(multi=True) if pair[0].startswith(HELD)]
    try:
        codes = _enrol(sealed)
    except Invalid as refused:
        return _page(target, carried, refused, sealed), refused.status
    return _codes_page(codes, target, carried)


def _enrol(sealed: str) -> list[str]:
    """Raises Invalid (``factor_old``, ``identity_wrong``, ``factor_wrong``), Forbidden."""
    if current_user.by_provider:
        raise Forbidden("signs_in_elsewhere")
    form, vault = request.form, authentication.vault()
    secret = _secret_in(sealed)
    if secret is None:
        raise Invalid("factor_old")
    if _must_show_again():
        _require_identity()
    with writing() as session:
        codes = enrol_account(
            session, actor().account_id, secret, form.get("code", ""), now(), vault
        )
        if codes is None:
            raise Invalid("factor_wrong")
        end_logins(session, actor().account_id, but=current_user.id)
        put_personal(session, kind="factor_set", address=actor().email, now=now())
    return codes


def _require_identity() -> None:
    form = request.form
    if authentication.confirm(form.get("password", ""), form.get("present_code", "")) is None:
        raise Invalid("identity_wrong")


@pages.post("/account/factor/codes")
@signed_in
def renew_codes() -> str | Response | tuple[str, int]:
    """Ten new recovery codes, shown once; the old ones work no longer."""
    from survey_app.web.pages.account import account_page

    try:
        _require_identity()
    except Invalid as refused:
        return account_page(refused, "codes-password"), refused.status
    if not _enrolled():
        return redirect(url_for("factor.show"))
    with writing() as session:
        codes = make_recovery_codes(session, actor().account_id)
    return _codes_page(codes, url_for("account.show"), [])


def _codes_page(codes: list[str], target: str, carried: list[tuple[str, str]]) -> str:
    return render_template("account/codes.html", codes=codes, next=target, carried=carried)


@pages.post("/account/factor/done")
@signed_in
def finish() -> str | Response:
    """The codes are kept: on to where one was going, or to what was held."""
    from survey_app.web.pages.sign_in import go_on, held_fields

    flash(_("Engångskoderna gäller från och med nu."), "success")
    return go_on(safe_path(request.form.get("next")), held_fields())
