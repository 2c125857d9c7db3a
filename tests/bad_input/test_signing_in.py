"""Signing in: with what no keyboard types, and where it leads."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.bad_input.forms import hidden_fields
from tests.conftest import GNV, Installation, csrf_of


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "/\t/evil.example", "javascript:alert(1)", "http:/evil.example", " //evil.example",
     "///evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y"],
)  # fmt: skip
def test_next_leads_nowhere_else(shared: Installation, target: str) -> None:
    account = shared.accounts["strateg"]
    client = shared.stranger()
    token = csrf_of(client.get("/sign-in", query_string={"next": target}).text)
    replies = [
        client.post("/sign-in", data={"csrf_token": token, "next": target,
                                      "email": account["email"],
                                      "password": account["password"]}),
        client.get("/sign-in", query_string={"next": target}),
    ]  # fmt: skip
    token = csrf_of(client.get("/").text)
    replies.append(client.post("/language", data={"csrf_token": token, "language": "sv",
                                                  "next": target}))  # fmt: skip
    for reply in replies:
        assert reply.status_code == 302
        assert reply.headers["Location"] == "/"
        assert "X" not in reply.headers


@pytest.mark.only_sqlite("asks no database")
def test_next_leads_back_to_the_page(shared: Installation) -> None:
    client = shared.stranger()
    asked = client.get(f"/submissions/{GNV}/sections/kontinuitet?a=1")
    target = urlsplit(asked.headers["Location"])
    assert target.path == "/sign-in"
    page = client.get(asked.headers["Location"]).text
    assert hidden_fields(page)["next"] == f"/submissions/{GNV}/sections/kontinuitet?a=1"


@pytest.mark.parametrize(
    "body",
    ['{"email":"\\ud800@x.example","password":"a"}', '{"email":"a@x.example","password":"\\ud800"}',
     '{"email":"strateg@demo.example","password":"\\ud800"}',
     '{"email":"a\\u0000@x.example","password":"\\u0000"}'],
)  # fmt: skip
def test_signing_in_with_what_no_keyboard_types(shared: Installation, body: str) -> None:
    reply = shared.stranger().post("/api/v1/session", data=body, content_type="application/json")
    assert reply.status_code == 401
    assert reply.get_json()["message"] == "Lösenordet stämmer inte."
