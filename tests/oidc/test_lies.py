"""What a provider, or who sits between, may say that is not so: refused, and no row is changed.

A lie is told at sign-in and before attesting; some are lies only before attesting.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey

from survey_app.core.workflow import State
from tests.oidc.provider import CLIENT, SECRET, Claims, Say, key, signed
from tests.oidc.trips import DIRECTOR, QUIET, Region


def _with(**changes: Any) -> Say:
    """True claims but for some; None takes one out."""

    def say(claims: Claims) -> str:
        return signed(
            {name: value for name, value in (claims | changes).items() if value is not None}
        )

    return say


def _claims(change: Callable[[Claims], Claims]) -> Say:
    return lambda claims: signed(change(claims))


def _header(name: str, **more: Any) -> Say:
    """Signed by a key that is not the provider's, under a header of the liar's choice."""

    def say(claims: Claims) -> str:
        header = {"alg": "RS256", "kid": "prov-1", **more}
        return jws.serialize_compact(header, json.dumps(claims), key(name), registry=_ANYTHING)

    return say


_ANYTHING = jws.JWSRegistry(strict_check_header=False)


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def _none(claims: Claims) -> str:
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def _shared(secret: str) -> Say:
    def say(claims: Claims) -> str:
        return str(jwt.encode({"alg": "HS256", "kid": "prov-1"}, claims, OctKey.import_key(secret)))

    return say


def _public_as_secret(claims: Claims) -> str:
    return str(_shared(key("own").as_pem(private=False).decode())(claims))


def _changed(claims: Claims) -> str:
    head, _body, signature = signed(claims).split(".")
    return f"{head}.{_part(claims | {'sub': 'sub-other', 'acr': 'loa4'})}.{signature}"


def _raw(payload: str) -> Say:
    return lambda _claims: jws.serialize_compact(
        {"alg": "RS256", "kid": "prov-1"}, payload, key("own")
    )


def _reply(status: int, kind: str, body: str) -> Say:
    return lambda _claims: (status, kind, body.encode())


NOW = int(time.time())
LIES: dict[str, Say] = {
    "signed by nobody": _none,
    "signed with the secret that both know": _shared(SECRET),
    "signed with the public key as a secret": _public_as_secret,
    "signed by another key of the same name": _header("other"),
    "signed by a key that nobody knows": _header("other", kid="unknown"),
    "signed by a key that comes along": _header("other", jwk=key("other").as_dict(private=False)),
    "signed by a key from another address": _header("other", jku="http://127.0.0.1:9/keys"),
    "with a header that must be understood": _header("own", crit=["exp2"], exp2=1),
    "signature cut off": lambda claims: signed(claims)[:-8],
    "without signature": lambda claims: signed(claims).rpartition(".")[0] + ".",
    "changed after it was signed": _changed,
    "for another": _with(aud="another"),
    "for nobody": _with(aud=None),
    "for several, and does not say whom": _with(aud=[CLIENT, "another"]),
    "for several, and names the other": _with(aud=[CLIENT, "another"], azp="another"),
    "given to another": _with(azp="another"),
    "by another issuer": _with(iss="https://another.example"),
    "by an issuer with a slash more": _claims(lambda told: {**told, "iss": told["iss"] + "/"}),
    "by no issuer": _with(iss=None),
    "run out": _with(exp=NOW - 3600),
    "never runs out": _with(exp=None),
    "runs out in words": _with(exp="i morgon"),
    "not valid yet": _with(nbf=NOW + 3600),
    "issued at no time": _with(iat=None),
    "of another trip": _with(nonce="another"),
    "of no trip": _with(nonce=None),
    "of several trips": _claims(lambda told: {**told, "nonce": [told["nonce"]]}),
    "about nobody": _with(sub=None),
    "about an empty name": _with(sub=""),
    "about a number": _with(sub=17),
    "with another access token": _with(at_hash="AAAAAAAAAAAAAAAAAAAAAA"),
    "a list": _raw("[]"),
    "no JSON": _raw("{"),
    "no token": lambda _claims: None,
    "a token that is a number": lambda _claims: 17,
    "no token at all but text": lambda _claims: "inte.en.token",
    "an error": _reply(400, "application/json", '{"error": "invalid_grant"}'),
    "a page": _reply(200, "text/html", "<h1>Hej</h1>"),
    "JSON that is a list": _reply(200, "application/json", "[]"),
    "elsewhere": _reply(307, "text/plain", ""),
}
ABOUT_NOW: dict[str, Say] = {
    "another person": _with(sub="sub-other"),
    "how surely is not said": _with(acr=None),
    "less surely": _with(acr="http://id.demo.example/loa2"),
    "several ways": _with(acr=["http://id.demo.example/loa3"]),
    "when is not said": _with(auth_time=None),
    "when in words": _with(auth_time=str(NOW)),
    "when is true": _with(auth_time=True),
    "long ago": _with(auth_time=NOW - 900),
    "at the beginning of time": _with(auth_time=0),
    "in the future": _with(auth_time=NOW + 3600),
}


def test_there_are_enough_of_them() -> None:
    assert len(LIES) + len(ABOUT_NOW) >= 25


def test_no_lie_lets_anybody_in(region: Region) -> None:
    quiet = QUIET - {"login"}
    before = region.rows(quiet)
    for name, say in LIES.items():
        client, reply = region.arrive("strategist", say=say)
        assert reply.status_code in (403, 422, 503), name
        assert "/sign-in" in client.get("/mine").headers["Location"], name
        assert region.rows(quiet) == before, name
    _client, reply = region.arrive("strategist")
    assert reply.status_code == 302, "the truth does"


def test_no_lie_attests(region: Region) -> None:
    director = region.person(DIRECTOR)
    submission, shown = region.sent()
    before = region.rows()
    for name, say in (LIES | ABOUT_NOW).items():
        reply = region.show(director, submission, shown, say)
        assert reply.status_code == 302, name
        assert "Ingenting är ändrat" in director.get(reply.headers["Location"]).text, name
        assert region.attest(director, submission, shown).status_code == 403, name
        assert region.rows() == before, name
    assert region.stage.read(submission).state == State.AWAITING_APPROVAL
    region.show(director, submission, shown)
    assert region.attest(director, submission, shown).status_code == 302, "the truth does"


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://another.example"},
        {"token_endpoint": "ftp://127.0.0.1/token"},
        {"authorization_endpoint": None},
        {"jwks_uri": "file:///etc/passwd"},
        {"id_token_signing_alg_values_supported": ["none", "HS256"]},
    ],
    ids=lambda about: next(iter(about)),
)
def test_a_provider_that_is_not_what_it_says(region: Region, about: dict[str, Any]) -> None:
    region.provider.about = about
    client = region.app.test_client()
    reply = client.get("/sign-in/oidc")
    if reply.status_code == 302:  # a provider that signs in no way that will do
        told: dict[str, Any] = {"email": "strategist@demo.example", "email_verified": True}
        back = region.provider.agree(reply.headers["Location"], "sub-strategist", **told)
        reply = client.get(back)
    assert reply.status_code == 422
    assert "går inte att lita på" in reply.text


@pytest.mark.parametrize("how", ["state", "browser", "twice", "no state", "issuer", "code"])
def test_a_way_back_that_is_not_this_browsers(region: Region, how: str) -> None:
    client, other = region.app.test_client(), region.app.test_client()
    told: dict[str, Any] = {"email": "strategist@demo.example", "email_verified": True}
    back = region.provider.agree(region.leave(client), "sub-strategist", **told)
    expected = 403
    if how == "state":
        back = back.partition("&state=")[0] + "&state=annat"
    elif how == "no state":
        back = back.partition("&state=")[0]
    elif how == "browser":
        region.leave(other)
        client = other
    elif how == "twice":
        assert client.get(back).status_code == 302
        client.post("/sign-out")
    elif how == "issuer":
        back, expected = back + "&iss=https://another.example", 422
    else:
        back, expected = back.replace("code=", "other="), 422
    assert client.get(back).status_code == expected
