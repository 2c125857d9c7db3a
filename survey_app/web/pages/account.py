"""One's own account: how one signs in, where one is signed in, keys for programs."""

from __future__ import annotations

import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from survey_app.services.accounts.account import set_password, words_of
from survey_app.services.accounts.factor import codes_left
from survey_app.services.accounts.login import end_login, end_logins, list_logins
from survey_app.services.accounts.password import hash_password, judge_password
from survey_app.services.accounts.sign_in import TOKEN_DAYS, end_token, issue_token, list_tokens
from survey_app.services.mail.outbox import put_personal
from survey_app.services.persons.asking import asked_when
from survey_app.services.persons.waits import find_waits
from survey_app.services.refusal import Invalid, Refused
from survey_app.store.tables import Account
from survey_app.web import authentication
from survey_app.web.access import signed_in
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.persons import view_waits
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.speech import describe_refusal, role_label

pages = Blueprint("account", __name__)


@pages.get("/account")
@signed_in
def show() -> str:
    """One's own account."""
    return account_page()


def account_page(refused: Refused | None = None, field: str = "") -> str:
    """The page, perhaps with what was refused at a field."""
    me = actor()
    with reading() as session:
        account = session.get(Account, me.account_id)
        logins = list_logins(session, me.account_id, current_user.id)
        tokens = list_tokens(session, me.account_id, now())
        left = codes_left(session, me.account_id)
        asked = asked_when(session, [me.account_id]).get(me.account_id)
        waits = find_waits(session, account, today()) if account else []
    error = None
    if refused is not None:
        error = {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}
    held = sorted({role for roles in me.roles.values() for role in roles})
    return render_template(
        "account/show.html", account=account, logins=logins, tokens=tokens, codes_left=left,
        error=error, roles=[role_label(role) for role in held], token_days=TOKEN_DAYS,
        typed=request.form, asked=asked, waits=[view_waits(item) for item in waits],
    )  # fmt: skip


FRESH = datetime.timedelta(minutes=10)
"""So short ago must somebody have signed in at the provider, who has no password to show here."""


def require_identity(password_field: str) -> None:
    """Raise Invalid unless the password, and the code of who has one, are right once more."""
    if current_user.by_provider:
        if now() - current_user.since > FRESH:
            raise Invalid("sign_in_anew", minutes=int(FRESH.total_seconds()) // 60)
        return
    form = request.form
    if authentication.confirm(form.get(password_field, ""), form.get("code", "")) is None:
        raise Invalid("identity_wrong")


@pages.post("/account/password")
@signed_in
def change_password() -> Response | tuple[str, int]:
    """A new password of one's own; asks for the old one."""
    field = "password"
    try:
        require_identity("password")
        field, wanted = "new_password", request.form.get("new_password", "")
        _judge(wanted)
        hashed = hash_password(wanted)
    except Invalid as refused:
        return account_page(refused, field), refused.status
    with writing() as session:
        account = session.get(Account, actor().account_id)
        assert account is not None
        set_password(session, account, hashed, now())
        end_logins(session, actor().account_id, but=current_user.id)
        put_personal(session, kind="password_set", address=account.email, now=now())
    flash(_("Lösenordet är ändrat. Alla andra inloggningar är avslutade."), "success")
    return redirect(url_for("account.show"))


def _judge(wanted: str) -> None:
    settings = place().settings.sign_in
    with reading() as session:
        account = session.get(Account, actor().account_id)
        assert account is not None
        words = [*words_of(session, account), *settings.password_words]
    judge_password(wanted, words=words, old_hash=account.password_hash, breached=settings.breached)


@pages.post("/account/sessions/end")
@signed_in
def end_sessions() -> Response | tuple[str, int]:
    """Sign out one browser, or all but this one; asks for the password (ASVS 5.0, 7.5.2)."""
    try:
        require_identity("sessions_password")
        with writing() as session:
            if name := request.form.get("login"):
                end_login(session, actor().account_id, name)
            else:
                end_logins(session, actor().account_id, but=current_user.id)
    except Refused as refused:
        return account_page(refused, "sessions_password"), refused.status
    flash(_("Avslutat. Den som satt där måste logga in igen."), "success")
    return redirect(url_for("account.show"))


@pages.post("/account/tokens")
@signed_in
def make_token() -> str | tuple[str, int]:
    """A key for a program, shown once; asks for the password."""
    field, days = "tokens_password", request.form.get("days", "")
    try:
        require_identity("tokens_password")
        field = "days"
        with writing() as session:
            secret = issue_token(
                session, actor().email, now(), label=request.form.get("label", "").strip(),
                days=int(days[:4]) if days.isdecimal() else 0,
            )  # fmt: skip
    except Invalid as refused:
        return account_page(refused, field), refused.status
    return render_template("account/token.html", secret=secret)


@pages.post("/account/tokens/<name>/end")
@signed_in
def stop_token(name: str) -> Response:
    """End a key of one's own, at once."""
    with writing() as session:
        end_token(session, actor().account_id, name, now())
    flash(_("Nyckeln gäller inte längre."), "success")
    return redirect(url_for("account.show"))
