"""Who is here: a signed-in browser or a bearer token; and what happens to those who are not."""

from __future__ import annotations

from flask import Flask, Request, g, jsonify, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import Connection
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.workflow import Role
from survey_app.services.accounts import factor, sign_in, throttle
from survey_app.services.accounts.confirmation import Confirmation
from survey_app.services.accounts.login import (
    SEEN_EVERY,
    Known,
    agent_family,
    digest,
    end_secret_before,
    find_login,
    leave,
    note_seen,
    renew_login,
)
from survey_app.services.accounts.vault import Vault
from survey_app.services.actor import Actor
from survey_app.web.place import looking, noting, now, place, reading, today, writing
from survey_app.web.speech import role_label

csrf = CSRFProtect()
logins = LoginManager()

HALF, HALF_LIVES = "half", 600
"""In the session: that the password was right, sealed; for so many seconds."""
MOST_WRONG_TOKENS = 50

BACKGROUND = {"together.changes", "together.arrive"}
"""What a page asks by itself, with nobody at the keyboard: a login does not live on by it."""


class SignedIn(UserMixin):  # type: ignore[misc]
    """The person behind a browser; its id is the secret that the browser keeps."""

    def __init__(self, secret: str, login: Known) -> None:
        self.id = secret
        self.actor = login.actor
        self.since = login.since
        self.enrolled = login.enrolled
        self.by_provider = login.by_provider

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
    moment = now()
    with looking() as database:
        login = _login_of(database, secret)
    if login is None:
        return None
    g.login = login.login
    if login.renewed:
        with writing() as database:
            end_secret_before(database, secret)
    if moment - login.seen > SEEN_EVERY and request.endpoint not in BACKGROUND:
        with writing() as database:
            note_seen(database, secret, moment)
        session.modified = True  # so the cookie, too, lasts on from now
    return SignedIn(secret, login)


def _login_of(database: Session | Connection, secret: str) -> Known | None:
    settings = place().settings
    return find_login(database, secret, now(), settings.session_hours, settings.sign_in.most_hours)


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
        bearer = sign_in.find_token(database, secret, now())
    if bearer is None:
        _note_wrong_token()
        return None
    if bearer.last_used != today():
        with noting() as database:
            sign_in.note_used(database, secret, today())
    return bearer.actor


def _note_wrong_token() -> None:
    """Raise TooMany for who tries many."""
    key = vault().name("token", throttle.network(request.remote_addr))
    with reading() as database:
        throttle.refuse_if(database, key, MOST_WRONG_TOKENS, now())
    with writing() as database:
        throttle.note_failures(database, [key], now())


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


def _enrolment_words() -> str:
    from survey_app.web.catalogue import gettext

    return gettext(
        "Ditt konto behöver en andra faktor. Logga in på inloggningssidan och lägg till den."
    )


def _sign_in_words() -> str:
    from survey_app.web.catalogue import gettext

    return gettext("Du är inte inloggad, eller så har inloggningen gått ut. Logga in igen.")


def vault() -> Vault:
    """What seals the installation's secrets."""
    settings = place().settings
    return Vault((settings.secret_key, settings.secret_key_before))


def come_in(email: str, password: str, code: str | None = None) -> sign_in.Entered:
    """Sign the browser in with a password and, where the account has one, a second factor.

    Where only the factor is missing the browser remembers for ten minutes that the password was
    right, and ``come_in_with_code`` goes on from there. Raises TooMany, Unavailable.
    """
    credentials, matched, tries = _prove(email, password)
    return _come_in(credentials, matched, tries, code)


def come_in_with_code(code: str) -> sign_in.Entered | None:
    """Sign in whoever has shown the password just now; None where nobody has."""
    half = vault().open(str(session.get(HALF, "")), HALF_LIVES)
    if half is None:
        return None
    email, _line, shown = half.partition("\n")
    tries = sign_in.tries_of(vault(), email, request.remote_addr)
    with reading() as database:
        _refuse_many(database, tries)
        credentials = sign_in.find_credentials(database, email)
    return _come_in(credentials, digest(credentials.password_hash) == shown, tries, code)


def half_signed_in() -> bool:
    """Whether the password was right just now, and the code is missing."""
    return vault().open(str(session.get(HALF, "")), HALF_LIVES) is not None


def _come_in(
    credentials: sign_in.Credentials, matched: bool, tries: sign_in.Tries, code: str | None
) -> sign_in.Entered:
    with writing() as database:
        entered = sign_in.enter(
            database, credentials, matched, tries, now(), vault=vault(), code=code,
            agent=agent_family(request.user_agent.string),
        )  # fmt: skip
    if entered.secret is not None:
        take_in(entered.secret)
    elif entered.needs == "factor":
        shown = f"{credentials.email}\n{digest(credentials.password_hash)}"
        session[HALF] = vault().seal(shown)
    return entered


def takes_passwords() -> bool:
    """Whether anybody signs in by a password of ours."""
    provider = place().settings.oidc
    return provider is None or provider.local


def take_in(secret: str) -> bool:
    """Have the browser keep the secret of a login; False if there is no such login."""
    language = session.get("language")
    if current_user.is_authenticated:  # who signs in anew leaves the login before (ASVS 7.2.4)
        with writing() as database:
            leave(database, current_user.id)
    session.clear()  # a new session for a new person: nothing but the language is carried over
    g.pop("csrf_token", None)  # Flask-WTF's memory of the old session's token
    if language:
        session["language"] = language
    session.permanent = True
    return hold(secret)


def _prove(email: str, password: str) -> tuple[sign_in.Credentials, bool, sign_in.Tries]:
    """Whether a password is right, by the same work whether there is such an account or not."""
    tries = sign_in.tries_of(vault(), email, request.remote_addr)
    with reading() as database:
        _refuse_many(database, tries)
        credentials = sign_in.find_credentials(database, email)
    matched = sign_in.password_matches(credentials, password)
    return credentials, matched and takes_passwords(), tries


def _refuse_many(database: Session, tries: sign_in.Tries) -> None:
    limit = place().settings.sign_in.address_failures
    throttle.refuse_if(database, tries.address, limit, now())


def confirm(password: str, code: str = "") -> Confirmation | None:
    """The signed-in person's password and second factor once more, before attesting; the browser
    gets a new secret where they are right."""
    credentials, matched, tries = _prove(g.actor.email, password)
    with writing() as database:
        confirmed = sign_in.confirm_identity(
            database, credentials, matched, tries, now(), vault=vault(), code=code
        )
        secret = renew_login(database, current_user.id, vault()) if confirmed else None
    if secret is not None:
        hold(secret)
    return confirmed


def hold(secret: str) -> bool:
    """Have the browser keep the secret of a login; False if that was ended this very moment, and
    the browser is out."""
    with reading() as database:
        login = _login_of(database, secret)
    if login is not None:
        login_user(SignedIn(secret, login))
    return login is not None


def must_enrol() -> bool:
    """Whether the person here must have a second factor, and has none yet."""
    if g.get("actor") is None or not current_user.is_authenticated:
        return False
    if current_user.enrolled or current_user.by_provider:
        return False
    return factor.demanded_of(g.actor, place().settings.sign_in.second_factor)


def ask_to_enrol() -> Response:
    """What they get instead of anything else."""
    if is_api(request):
        words = _enrolment_words()
        reply = jsonify(error="factor_missing", message=words)
        reply.status_code = 403
        return reply
    return redirect(url_for("factor.show", next=_asked_page()))


def _asked_page() -> str:
    return request.full_path.rstrip("?") if request.method == "GET" else "/"


def go_out() -> None:
    """Sign the browser out, and end its login."""
    if current_user.is_authenticated:
        secret = current_user.id
        with writing() as database:
            leave(database, secret)
    logout_user()
    session.clear()
