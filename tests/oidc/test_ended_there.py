"""A session that ended at the provider ends here, if it is the provider that says so."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.test import TestResponse

from tests.oidc.provider import CLIENT, SECRET, Claims, key
from tests.oidc.provider import signed as signed_as_id
from tests.oidc.trips import DIRECTOR, Region
from tests.security.test_chain import entries

ENDED = "http://schemas.openid.net/event/backchannel-logout"


def truth(region: Region, name: str = DIRECTOR) -> Claims:
    """What the provider says of somebody who has left it."""
    now = int(region.stage.now.timestamp())
    return {
        "iss": region.provider.issuer, "aud": CLIENT, "sub": f"sub-{name}", "iat": now,
        "exp": now + 120, "jti": "en-gång", "events": {ENDED: {}},
    }  # fmt: skip


def signed(claims: Claims, typ: str = "logout+jwt", of: str = "own") -> str:
    """A token as the provider sends it."""
    return jwt.encode({"alg": "RS256", "kid": "prov-1", "typ": typ}, claims, key(of))


def tell(region: Region, token: str) -> TestResponse:
    """The provider asks by itself: no browser, no cookie, no CSRF."""
    return region.app.test_client().post("/sign-in/oidc/ended", data={"logout_token": token})


def is_in(person: Any) -> bool:
    return bool(person.get("/account").status_code == 200)


@pytest.mark.parametrize("audience", [CLIENT, [CLIENT, "another"]])
def test_all_of_the_persons_logins_by_the_provider_end(region: Region, audience: Any) -> None:
    director, again = region.person(DIRECTOR), region.person(DIRECTOR)
    other = region.person("strategist")
    by_password = region.stage.sign_in(region.app, "archivist")
    reply = tell(region, signed({**truth(region), "aud": audience, "sid": "s1"}))
    assert (reply.status_code, reply.text) == (200, "")
    assert reply.headers["Cache-Control"] == "no-store"
    assert [is_in(person) for person in (director, again)] == [False, False]
    assert [is_in(person) for person in (other, by_password)] == [True, True]
    told = entries(region.stage)[-1]
    assert (told["kind"], told["facts"]) == ("session_ended", {"count": 2, "how": "oidc"})
    page = region.stage.sign_in(region.app, "administrator").get("/security?kind=session_ended")
    assert "identitetsleverantören" in page.text


def test_told_again_or_of_a_stranger_nothing_happens(region: Region) -> None:
    director = region.person(DIRECTOR)
    assert tell(region, signed(truth(region, "nobody"))).status_code == 200
    assert is_in(director)
    before = len(entries(region.stage))
    for _ in range(2):
        assert tell(region, signed(truth(region))).status_code == 200
    assert len(entries(region.stage)) == before + 1
    assert not is_in(director)
    assert is_in(region.person(DIRECTOR)), "and one comes in again"


def _shared(claims: Claims) -> str:
    header = {"alg": "HS256", "kid": "prov-1", "typ": "logout+jwt"}
    return str(jwt.encode(header, claims, OctKey.import_key(SECRET)))


def _with(**changes: Any) -> Callable[[Claims], str]:
    def say(claims: Claims) -> str:
        told = {**claims, **changes}
        return signed({name: value for name, value in told.items() if value is not None})

    return say


NOW = int(time.time())
LIES: dict[str, Callable[[Claims], str]] = {
    "nothing": lambda _: "",
    "no token": lambda _: "a.b.c",
    "signed with the secret that both know": _shared,
    "signed by another": lambda claims: signed(claims, of="other"),
    "of no kind": signed_as_id,
    "of the kind of ID tokens": lambda claims: signed(claims, typ="JWT"),
    "cut off": lambda claims: signed(claims)[:-8],
    "by another issuer": _with(iss="https://another.example"),
    "for another": _with(aud="another"),
    "for nobody": _with(aud=None),
    "of nobody": _with(sub=None, sid="s1"),
    "of a number": _with(sub=7),
    "run out": _with(exp=NOW - 3600),
    "never runs out": _with(exp=None),
    "told late": _with(iat=NOW - 3600),
    "told at no time": _with(iat=None),
    "told tomorrow": _with(iat=NOW + 86_400),
    "without a number": _with(jti=None),
    "without an event": _with(events=None),
    "with another event": _with(events={"http://schemas.openid.net/event/other": {}}),
    "with an event that is none": _with(events={ENDED: "yes"}),
    "with events in a list": _with(events=[ENDED]),
    "an ID token": _with(events=None, nonce="n", auth_time=NOW),
    "an ID token with the event": _with(nonce="n"),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_ends_nothing(region: Region, lie: str) -> None:
    director = region.person(DIRECTOR)
    before = entries(region.stage)
    reply = tell(region, LIES[lie](truth(region)))
    assert reply.status_code == 400
    assert reply.get_json() == {
        "error": "invalid_request", "error_description": "identity_refused"
    }  # fmt: skip
    assert is_in(director)
    assert entries(region.stage) == before


def test_what_ends_a_session_opens_none(region: Region) -> None:
    """The same token, sent where one signs in, is no proof of anybody."""
    _, reply = region.arrive(DIRECTOR, say=lambda _: signed(truth(region)))
    assert reply.status_code != 302 or "/sign-in" in reply.location


def test_a_provider_whose_keys_cannot_be_fetched(region: Region) -> None:
    director = region.person(DIRECTOR)
    place = region.app.extensions["redogor"]
    place.provider = type(place.provider)(place.provider.settings)  # as after a restart
    region.provider.down = True
    reply = tell(region, signed(truth(region)))
    region.provider.down = False
    assert (reply.status_code, reply.get_json()["error_description"]) == (
        400, "identity_unreachable"
    )  # fmt: skip
    assert is_in(director)


def test_without_a_provider_there_is_no_such_address(app: Any) -> None:
    assert app.test_client().post("/sign-in/oidc/ended").status_code == 404
