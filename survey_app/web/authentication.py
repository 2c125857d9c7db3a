"""Who is here: a signed-in browser or a bearer token; and what happens to those who are not."""

from __future__ import annotations

from flask import Flask, Request, g, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services import sign_in
from survey_app.services.actor import Actor
from survey_app.services.confirmation import Confirmation
from survey_app.web.place import looking, now, place, reading, writing
from survey_app.web.speech import role_label

csrf = CSRFProtect()
logins = LoginManager()

BACKGROUND = {"together.changes", "together.arrive"}
"""What a page asks by itself, with nobody at the keyboard: a login does not live on by it."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a browser; its id is the secret that the browser keeps."""

    def __init__(self, secret: str, actor: Actor) -> None:
        self.id = secret
        self.actor = actor

    @property
    def name(self) -> str:
        """The name, or the title where that is the name."""
        return self.actor.name

    @property
    def email(self) -> str:
        return self.actor.email

    @property
    def role_label(self) -> str:
        """The first of the roles, for the page's head; empty where the name says it."""
        held = [item for item in Role if self.actor.has(item)]
        label = role_label(held[0]) if held else ""
        return "" if label.casefold() in self.actor.name.casefold() else label


def install(app: Flask) -> None:
    """Set up sign-in and CSRF protection."""
    csrf.init_app(app)
    logins.init_app(app)
    logins.session_protection = None  # the login is a row of ours, ended by us
    logins.user_loader(_load)


def _load(secret: str) -> SignedIn | None:
    if g.get("anonymous") or g.get("machine") or g.get("database_trouble"):
        return None
    settings, moment = place().settings, now()
    with looking() as database:
        login = sign_in.find_login(database, secret, moment, settings.session_hours)
    if login is None:
        return None
    g.login = login.login
    if moment - login.seen > sign_in.SEEN_EVERY and request.endpoint not in BACKGROUND:
        with writing() as database:
            sign_in.note_seen(database, secret, moment)
        session.modified = True  # so the cookie, too, lasts on from now
    return SignedIn(secret, login.actor)


def _bearer(incoming: Request) -> str | None:
    scheme, _, secret = incoming.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def is_api(incoming: Request) -> bool:
    """Whether the asker is a program."""
    return incoming.path.startswith("/api/")


def find_out_who(*, optional: bool = False) -> Actor | None:
    """The actor of this request, also kept as ``g.actor``; checks CSRF where a cookie speaks.

    A bearer token counts on the API only, and needs no CSRF token: no browser sends it by itself.
    """
    secret = _bearer(request) if is_api(request) else None
    actor = _actor_by_token(secret) if secret is not None else _actor_by_cookie()
    g.actor = actor
    # Signing in by JSON needs no CSRF token: no other site can make a browser send JSON here, and
    # the token may have run out with the login, or be another's since.
    asked = not is_api(request) if optional else actor is not None
    if asked and secret is None and request.method not in ("GET", "HEAD", "OPTIONS"):
        csrf.protect()
    return actor


def _actor_by_token(secret: str) -> Actor | None:
    with looking() as database:
        return sign_in.find_token(database, secret, now())


def _actor_by_cookie() -> Actor | None:
    if not current_user.is_authenticated:
        return None
    found: Actor = current_user.actor
    return found


def ask_to_sign_in() -> Response:
    """What somebody unknown gets: 401 for programs, the sign-in page for people."""
    if is_api(request):
        reply = jsonify(error="sign_in", message=_sign_in_words())
        reply.status_code = 401
        return reply
    if request.method == "GET":
        path = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.show", next=path))
    from survey_app.web.pages.sign_in import show_with_held

    return show_with_held()


def _sign_in_words() -> str:
    from survey_app.web.catalogue import gettext

    return gettext("Du är inte inloggad, eller så har inloggningen gått ut. Logga in igen.")


def come_in(email: str, password: str) -> bool:
    """Sign the browser in; False if the address or the password is wrong, or it is locked."""
    secret = _checked(email, password)
    return secret is not None and take_in(secret)


def take_in(secret: str) -> bool:
    """Have the browser keep the secret of a login; False if there is no such login."""
    language = session.get("language")
    session.clear()  # a new session for a new person: nothing but the language is carried over
    g.pop("csrf_token", None)  # Flask-WTF's memory of the old session's token
    if language:
        session["language"] = language
    with reading() as database:
        login = sign_in.find_login(database, secret, now(), place().settings.session_hours)
    if login is None:
        return False
    login_user(SignedIn(secret, login.actor))
    session.permanent = True
    return True


def _checked(email: str, password: str) -> str | None:
    with reading() as database:
        credentials = sign_in.find_credentials(database, email)
    matched = sign_in.password_matches(credentials, password)
    with writing() as database:
        return sign_in.enter(database, credentials, matched, now())


def confirm(password: str) -> Confirmation | None:
    """The signed-in person's password once more, before attesting."""
    with reading() as database:
        credentials = sign_in.find_credentials(database, g.actor.email)
    matched = sign_in.password_matches(credentials, password)
    with writing() as database:
        return sign_in.confirm_identity(database, credentials, matched, now())


def go_out() -> None:
    """Sign the browser out, and end its login."""
    if current_user.is_authenticated:
        secret = current_user.id
        with writing() as database:
            sign_in.leave(database, secret)
    logout_user()
    session.clear()
