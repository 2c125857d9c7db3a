"""Answering a survey by its link: nobody is signed in, noted or remembered."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.services.accounts import throttle
from survey_app.services.refusal import Invalid, NotFound
from survey_app.services.surveys.ballot import Asked, cast_ballot, find_asked
from survey_app.web.access import anonymous
from survey_app.web.authentication import vault
from survey_app.web.ballot_form import BallotForm, newly_asked, read_ballot, view_ballot
from survey_app.web.language import chosen_language, speak
from survey_app.web.place import now, reading, today, writing
from survey_app.web.plan import follow_ups

pages = Blueprint("ballots", __name__)
MOST_WRONG = 50
"""Links that lead nowhere, from one place in a quarter of an hour."""
LARGEST = 64 * 1024
"""Bytes of a request."""


@pages.url_value_preprocessor
def take_little(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Nobody is asked who they are, so nobody may send much; and say it in their language."""
    request.max_content_length = LARGEST


@pages.before_request
def choose_language() -> None:
    """The language stands in the address or in the form: there is no cookie to remember it."""
    speak(request.values.get("language"))


@pages.after_request
def keep_address(response: Response) -> Response:
    """The address is a secret: no other site is told of it, and no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@pages.get("/ballots/thanks")
@anonymous
def thanks() -> str:
    """That the answer has come; the way back is of no use."""
    return render_template("ballots/thanks.html", address=url_for("ballots.thanks"))


@pages.get("/ballots/<token>")
@anonymous
def show(token: str) -> str:
    """The survey's questions."""
    asked = _asked(token)
    return _page(asked, token, BallotForm())


@pages.post("/ballots/<token>")
@anonymous
def cast(token: str) -> str | AnyResponse | tuple[str, int]:
    """Take the answers; or show the page anew, with what was typed."""
    form = request.form
    asked = _asked(token, sent_again=True)
    if "whole" not in form:
        raise Invalid("form_cut_off")
    ballot = read_ballot(asked.questionnaire, form)
    if "speak" in form:
        speak(form["speak"])
        return _page(asked, token, ballot)
    if "stay" in form or any(name.endswith(".clear") for name in form):
        return _page(asked, token, ballot)
    if ballot.unread:
        return _page(asked, token, ballot, told=True), 422
    if newly_asked(asked.questionnaire, ballot):
        return _page(asked, token, ballot, more=True)
    try:
        with writing() as session:
            cast_ballot(session, token, ballot.answers, form.get("once", "")[:64], today())
    except Invalid as refused:
        return _page(asked, token, ballot, told=True), refused.status
    return redirect(url_for("ballots.thanks", language=chosen_language()), 303)


def _asked(token: str, *, sent_again: bool = False) -> Asked:
    """What the link asks. Raises as ``find_asked``; TooMany for who guesses many.

    Only wrong links are counted, for a day: of who answers nothing is kept.
    """
    key = vault().name("ballot", throttle.network(request.remote_addr))
    with reading() as session:
        throttle.refuse_if(session, key, MOST_WRONG, now())
        try:
            return find_asked(session, token, today(), sent_again=sent_again)
        except NotFound:
            pass
    with writing() as session:
        throttle.note_failures(session, [key], now())
    raise NotFound("link_unknown")


def _page(
    asked: Asked, token: str, form: BallotForm, *, told: bool = False, more: bool = False
) -> str:
    sections, summary, shown = view_ballot(asked.questionnaire, form, told=told)
    once = request.form.get("once", "")[:64]
    return render_template(
        "ballots/show.html",
        asked=asked,
        address=url_for("ballots.show", token=token),
        sections=sections,
        problem_summary=summary,
        more=more,
        seen=" ".join(shown),
        once=once or secrets.token_hex(16),
        plan={"elsewhere": {}, "here": {}, **follow_ups(asked.questionnaire.sections)},
    )
