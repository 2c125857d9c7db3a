"""What the browser gets of signing in at a provider: our session, by its owner's own doing."""

from __future__ import annotations

import pytest

from tests.oidc.provider import Claims, signed
from tests.oidc.trips import Region


@pytest.mark.parametrize(
    ("site", "leads"), [("cross-site", False), ("same-origin", True), ("none", True)]
)
def test_another_site_signs_nobody_in(region: Region, site: str, leads: bool) -> None:
    """Somebody who is in at the provider would come in here by a link alone (ASVS 5.0, 7.6.2)."""
    client = region.app.test_client()
    told = {"Sec-Fetch-Site": site}
    reply = client.get("/sign-in/oidc", query_string={"next": "/mine"}, headers=told)
    assert reply.location.startswith(region.provider.issuer) is leads
    if not leads:
        assert reply.location == "/sign-in?next=/mine"
        assert "Regionens inloggning" in client.get(reply.location).text


def test_no_token_of_the_provider_reaches_the_browser_or_the_database(region: Region) -> None:
    """ASVS 5.0, 10.1.1."""
    told: list[str] = []

    def say(claims: Claims) -> str:
        told.append(signed(claims))
        return told[-1]

    client, reply = region.arrive("strategist", say=say)
    assert reply.status_code == 302
    [token] = told
    kept = repr(region.rows(set()))
    cookie = client.get_cookie("redogor")
    assert cookie is not None
    for part in token.split("."):
        assert part not in kept
        assert part not in cookie.value + repr(reply.headers) + client.get("/account").text
