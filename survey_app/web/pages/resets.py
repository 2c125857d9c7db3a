"""Choosing a password by a link: an invitation, or after having forgotten the one before.

The address of a link is a secret: nobody is signed in or remembered on its page, no other site is
told of it, and opening it uses up nothing.
"""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.services.accounts import throttle
from survey_app.services.accounts.account import words_of
from survey_app.services.accounts.invitation import ask_reset, take_link
from survey_app.services.accounts.one_time_link import Opened, open_link
from survey_app.services.accounts.password import SHORTEST, hash_password, judge_password
from survey_app.services.refusal import Invalid, NotFound
from survey_app.web.access import anonymous, public
from survey_app.web.authentication import vault
from survey_app.web.language import speak
from survey_app.web.place import now, place, reading, writing
from survey_app.web.speech import describe_refusal

pages = Blueprint("resets", __name__)
MOST_WRONG = 50
LARGEST = 16 * 1024
"""Bytes of a request."""
SECRET = {"resets.invited", "resets.show", "resets.accept", "resets.choose", "resets.done"}


@pages.before_request
def choose_language() -> None:
    """Without a cookie the language stands in the address or in the form."""
    if request.endpoint in SECRET:
        speak(request.values.get("language"))


@pages.url_value_preprocessor
def take_little(endpoint: str | None, values: dict[str, str] | None) -> None:
    """Nobody is asked who they are, so nobody may send much."""
    request.max_content_length = LARGEST


@pages.after_request
def keep_address(response: Response) -> Response:
    """No other site is told the address, and no search engine."""
    if request.endpoint in SECRET:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get("/resets")
@public
def index() -> str:
    """Where one asks for a link."""
    return render_template("resets/index.html", asked=False, by_mail=place().by_mail)


@pages.post("/resets")
@public
def ask() -> str:
    """Send it, if there is such an account; says the same in any case, after the same work."""
    if place().by_mail:
        with writing() as session:
            ask_reset(session, vault(), request.form.get("email", ""), request.remote_addr, now())
    return render_template("resets/index.html", asked=True, by_mail=place().by_mail)


@pages.get("/resets/done")
@anonymous
def done() -> str:
    """That the password is chosen."""
    return render_template("resets/done.html", address=url_for("resets.done"))


@pages.get("/invitations/<token>")
@anonymous
def invited(token: str) -> str:
    """An invitation: whose account it is, and a password to choose."""
    return _page(token, _opened(token))


@pages.get("/resets/<token>")
@anonymous
def show(token: str) -> str:
    """A new password to choose."""
    return _page(token, _opened(token))


@pages.post("/invitations/<token>")
@anonymous
def accept(token: str) -> AnyResponse | tuple[str, int]:
    """Take the invitation up."""
    return _choose(token)


@pages.post("/resets/<token>")
@anonymous
def choose(token: str) -> AnyResponse | tuple[str, int]:
    """Set the new password."""
    return _choose(token)


def _choose(token: str) -> AnyResponse | tuple[str, int]:
    opened, wanted, settings = _opened(token), request.form.get("password", ""), place().settings
    try:
        with reading() as session:
            words = [*words_of(session, opened.account), *settings.sign_in.password_words]
        judge_password(
            wanted, words=words, old_hash=opened.account.password_hash or None,
            breached=settings.sign_in.breached,
        )  # fmt: skip
    except Invalid as refused:
        return _page(token, opened, refused), refused.status
    hashed = hash_password(wanted)
    with writing() as session:
        take_link(session, vault(), token, hashed, now())
    return redirect(url_for("resets.done", language=request.values.get("language")), 303)


def _opened(token: str) -> Opened:
    """What the link leads to. Raises NotFound, WrongState; TooMany for who guesses many."""
    key = vault().name("link", throttle.network(request.remote_addr))
    with reading() as session:
        throttle.refuse_if(session, key, MOST_WRONG, now())
        try:
            return open_link(session, token, now())
        except NotFound:
            pass
    with writing() as session:
        throttle.note_failures(session, [key], now())
    raise NotFound("no_link")


def _page(token: str, opened: Opened, refused: Invalid | None = None) -> str:
    invitation = opened.purpose == "invite"
    page = "resets.invited" if request.endpoint in ("resets.invited", "resets.accept") else None
    error = None
    if refused is not None:
        text = describe_refusal(refused)
        error = {"field": "password", "text": text, "href": "#password"}
    return render_template(
        "resets/show.html", account=opened.account, invitation=invitation, error=error,
        address=url_for(page or "resets.show", token=token), shortest=SHORTEST,
    )  # fmt: skip
