"""Trips to the identity provider and back: to sign in, and to show who one is before attesting.

A provider sends the browser back with GET. That changes nothing but who is signed in, or one row
that says who it was; what is attested is attested by the form.
"""

from __future__ import annotations

import logging
from typing import Any

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask import session as browser
from flask_login import current_user
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.accounts import confirmation, identity, login
from survey_app.services.accounts.identity import Flow
from survey_app.services.accounts.provider import Provider, Trip
from survey_app.services.approvals.approval import prepare_approval
from survey_app.services.refusal import Forbidden, Invalid, Refused
from survey_app.web import authentication
from survey_app.web.access import action, machine, public
from survey_app.web.address import safe_path
from survey_app.web.held import posted_fields
from survey_app.web.pages.sign_in import refuse_entry
from survey_app.web.place import actor, now, place, reading, today, writing
from survey_app.web.speech import describe_refusal

log = logging.getLogger(__name__)
pages = Blueprint("oidc", __name__)

STATES = "trips"
"""Under which the browser's session holds the states of its trips; the last of them."""
MOST_TRIPS = 5


@pages.get("/sign-in/oidc")
@public
def leave_for() -> Any:
    """To the provider, to sign in."""
    goal = safe_path(request.args.get("next"))
    if place().provider is None:
        return redirect(url_for("cases.index"))
    if request.headers.get("Sec-Fetch-Site") == "cross-site":  # nobody here chose to (ASVS 7.6.2)
        return redirect(url_for("sign_in.show", next=goal))
    try:
        with writing() as session:
            state = identity.begin_trip(session, goal, now())
        address = _address(state, acr=_settings().acr_sign_in)
    except Refused as refused:
        return refuse_entry(goal, refused)
    return redirect(address)


@pages.post("/submissions/<int:submission_id>/approval/identity")
@action(Action.APPROVE)
def begin(submission_id: int) -> str | Response:
    """To the provider, to show who one is; what was typed so far is kept for the way back."""
    back = url_for("approval.show", submission_id=submission_id)
    with reading() as session:
        proposal = prepare_approval(session, actor(), submission_id, today())
    if proposal.authority is None:
        raise Forbidden("no_delegation_today")
    try:
        with writing() as session:
            made = confirmation.begin_confirmation(
                session, actor(), g.login, submission_id, request.form.get("content_sha256", ""),
                posted_fields(), now(),
            )  # fmt: skip
            state = identity.begin_trip(session, back, now(), made)
        address = _address(state, acr=_settings().acr, anew=True)
    except Refused as refused:
        flash(describe_refusal(refused), "error")
        return redirect(back)
    return render_template("approval/leaving.html", address=address, back=back)


@pages.get("/sign-in/oidc/return")
@public
def come_back() -> Any:
    """Back from the provider: a login, or a row that says who it was."""
    state, flow, provider = request.args.get("state", ""), None, place().provider
    if provider is None:
        return redirect(url_for("cases.index"))
    try:
        flow = _flow(state)
        if flow.confirmation_id is not None:
            _require_same_login(flow.confirmation_id)
        claims = _claims(provider, state)
        if flow.confirmation_id is None:
            return _enter(flow, claims)
        with writing() as session:
            confirmation.complete(session, flow.confirmation_id, claims, provider.settings, now())
            secret = login.renew_login(session, current_user.id, authentication.vault())
        authentication.hold(secret)
    except Refused as refused:
        if flow is None or flow.confirmation_id is None:
            return refuse_entry(flow.goal if flow else "/", refused)
        _note_failure(refused)
        flash(describe_refusal(refused), "error")
    return redirect(f"{flow.goal}#identity")


@pages.post("/sign-in/oidc/ended")
@machine
def ended() -> Response:
    """The provider tells that somebody's session there has ended: theirs here ends, too.

    OpenID Connect Back-Channel Logout 1.0, 2.5 and 2.8: a token that it signed, sent by itself and
    not by a browser; 200 where it is heeded, 400 with why where it is not.
    """
    provider = place().provider
    if provider is None:
        abort(404)
    try:
        subject = provider.ended(request.form.get("logout_token", ""), now().timestamp())
        with writing() as session:
            identity.end_logins_of(session, provider.settings.issuer, subject)
    except Refused as refused:
        log.warning(
            "the provider's logout was not heeded", extra={"fields": {"code": refused.code}}
        )
        return make_response(jsonify(error="invalid_request", error_description=refused.code), 400)
    return make_response("", 200)


def _flow(state: str) -> Flow:
    """The trip of a state that this very browser began. Raises Forbidden."""
    begun = browser.get(STATES, [])
    if not state or state not in begun:
        raise Forbidden("identity_other_login")
    browser[STATES] = [other for other in begun if other != state]
    with writing() as session:
        return identity.end_trip(session, state, now())


def _require_same_login(confirmation_id: int) -> None:
    if g.actor is None:
        raise Forbidden("identity_other_login")
    with reading() as session:
        confirmation.find_trip(session, confirmation_id, actor(), g.login)


def _claims(provider: Provider, state: str) -> dict[str, Any]:
    provider.check_sender(request.args.get("iss"))
    if "error" in request.args:
        cancelled = request.args["error"] in ("access_denied", "interaction_required")
        raise Invalid("identity_cancelled" if cancelled else "identity_refused")
    code = request.args.get("code", "")
    if not code:
        raise Invalid("identity_refused")
    return provider.redeem(code, _trip(state), _back())


def _enter(flow: Flow, claims: dict[str, Any]) -> Response:
    with writing() as session:
        account_id = identity.recognise(session, claims, _settings(), now())
        acr = claims.get("acr")
        secret = login.open_login(
            session, account_id, now(), agent=login.agent_family(request.user_agent.string),
            how="oidc",
            acr=acr[:200] if isinstance(acr, str) else "",
        )  # fmt: skip
    authentication.take_in(secret)
    return redirect(safe_path(flow.goal))


def _note_failure(refused: Refused) -> None:
    from survey_app.services.security.log import note

    with writing() as session:
        account = g.actor.account_id if g.actor else None
        note(session, "confirm_failed", account=account, code=refused.code)


def _address(state: str, *, acr: tuple[str, ...], anew: bool = False) -> str:
    """Where the browser goes; it remembers that it did."""
    address = _provider().address(_trip(state), _back(), acr=acr, anew=anew)
    browser[STATES] = [*browser.get(STATES, []), state][-MOST_TRIPS:]
    return address


def _trip(state: str) -> Trip:
    return Trip.of(state, str(current_app.config["SECRET_KEY"]))


def _back() -> str:
    """The one address that the provider sends browsers back to."""
    path = url_for("oidc.come_back")
    known = place().settings.url
    return known + path if known else url_for("oidc.come_back", _external=True)


def _provider() -> Provider:
    provider = place().provider
    if provider is None:
        raise Invalid("no_identity_provider")
    return provider


def _settings() -> Any:
    return _provider().settings
