"""Signing in at a real provider, in a process of its own: whose account it is, with what roles."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.workflow import Role
from survey_app.services.security.log import KINDS
from survey_app.store.tables import Account, Identity, Login, Membership, SecurityEntry
from tests.conftest import csrf_of
from tests.oidc.provider import LOA3
from tests.stage import OTHER, OWN, PASSWORD, Stage, address, build_stage

GROUPS = (
    f"skribenter={OWN}:strategist; CN=chefer,OU=grupper={OWN}:approver; it={OTHER}:administrator"
)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *told: Any) -> None:
        return None


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """oidc-provider-mock, until the module's tests are through."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    url = f"http://localhost:{port}"
    try:
        for _ in range(600):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"{url}/.well-known/openid-configuration", timeout=5)
                break
            time.sleep(0.1)
        yield url
    finally:
        running.terminate()
        running.wait(30)


class House:
    """A stage whose people sign in at that provider."""

    def __init__(self, folder: Path, issuer: str, **more: str) -> None:
        told = {"ISSUER": issuer, "CLIENT_ID": "redogor", "CLIENT_SECRET": "hemligt", "ACR": LOA3,
                "GROUPS": GROUPS, **more}  # fmt: skip
        environment = {f"SURVEY_APP_OIDC_{name}": value for name, value in told.items()}
        self.stage: Stage = build_stage(folder, environment)
        self.app, self.issuer = self.stage.app(), issuer
        self.opener = urllib.request.build_opener(NoRedirect)

    def close(self) -> None:
        for database in (self.stage.database, self.app.extensions["redogor"].database):
            database.close()

    def known(self, subject: str, **claims: Any) -> None:
        """Have the provider know somebody."""
        body = json.dumps(claims).encode()
        wanted = urllib.request.Request(f"{self.issuer}/users/{subject}", body, method="PUT",
                                        headers={"Content-Type": "application/json"})  # fmt: skip
        urllib.request.urlopen(wanted, timeout=20).close()

    def arrive(self, subject: str, goal: str = "/") -> tuple[FlaskClient, TestResponse]:
        """Sign in there, and come back."""
        client = self.app.test_client()
        where = client.get("/sign-in/oidc", query_string={"next": goal}).headers["Location"]
        try:
            self.opener.open(where, urlencode({"sub": subject}).encode(), timeout=20)
        except urllib.error.HTTPError as reply:
            back = reply.headers["Location"]
        return client, client.get(back.partition("localhost")[2] or back)

    def roles(self, name: str) -> set[tuple[str, str]]:
        """The roles of somebody, each with where it is from."""
        with self.stage.database.reading() as session:
            query = select(Membership).where(
                col(Membership.account_id) == self.stage.accounts[name]
            )
            return {(row.role.value, row.source) for row in session.execute(query).scalars()}

    def count(self, table: Any) -> int:
        with self.stage.database.reading() as session:
            return len(session.execute(select(table)).all())


@pytest.fixture
def house(issuer: str, tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path, issuer)
    yield made
    made.close()


def person(name: str, **more: Any) -> dict[str, Any]:
    return {"email": address(name), "email_verified": True, "name": name, "groups": []} | more


def test_somebody_invited_signs_in_and_goes_where_they_were_going(house: House) -> None:
    house.known("s1", **person("strategist", groups=["skribenter"]))
    client, reply = house.arrive("s1", "/mine")
    assert (reply.status_code, reply.headers["Location"]) == (302, "/mine")
    assert client.get("/mine").status_code == 200
    with house.stage.database.reading() as session:
        login = session.execute(select(Login)).scalars().one()
        identity = session.execute(select(Identity)).scalars().one()
        kinds = list(session.scalars(select(col(SecurityEntry.kind))))
    assert login.how == "oidc"
    assert identity.account_id == house.stage.accounts["strategist"]
    assert {"identity_linked", "sign_in"} <= set(kinds) <= set(KINDS)


def test_passwords_are_off_where_the_provider_is_all(house: House) -> None:
    client = house.app.test_client()
    page = client.get("/sign-in").text
    assert 'type="password"' not in page
    form = {"csrf_token": csrf_of(page), "email": address("archivist"), "password": PASSWORD}
    assert client.post("/sign-in", data=form).status_code == 401
    asked = client.post("/api/v1/session", json={key: form[key] for key in ("email", "password")})
    assert asked.status_code == 401
    assert house.count(Login) == 0


def test_groups_give_roles_and_take_them(house: House) -> None:
    """Those by a group come and go with it; those of the administrator stay. No list, no groups."""
    steps: list[tuple[Any, set[tuple[str, str]]]] = [
        (["CN=chefer,OU=grupper", "annat"], {("strategist", "local"), ("approver", "oidc")}),
        (["skribenter"], {("strategist", "local")}),
        (["CN=chefer,OU=grupper"] * 500, {("strategist", "local"), ("approver", "oidc")}),
        ({"CN=chefer,OU=grupper": 1}, {("strategist", "local")}),
    ]
    for groups, expected in steps:
        house.known("s2", **person("strategist", groups=groups))
        _client, reply = house.arrive("s2")
        assert reply.status_code == 302, groups
        assert house.roles("strategist") == expected, groups
    with house.stage.database.reading() as session:
        told = session.execute(
            select(col(SecurityEntry.kind)).order_by(col(SecurityEntry.number))
        ).scalars()
        changes = [kind for kind in told if kind in ("role_given", "role_taken")]
    assert changes[-4:] == ["role_given", "role_taken"] * 2


def test_who_is_linked_is_known_by_the_provider_s_name_alone(house: House) -> None:
    """A new address is the same person; the old address with another name is not."""
    house.known("s3", **person("strategist"))
    assert house.arrive("s3")[1].status_code == 302
    house.known("s3", **person("strategist", email="ny@demo.example"))
    assert house.arrive("s3")[1].status_code == 302
    house.known("s4", **person("strategist"))
    refused = house.arrive("s4")[1]
    assert refused.status_code == 403
    assert "Det finns inget konto för dig här" in refused.text
    assert house.count(Identity) == 1


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": None},
        {"email": "okand@demo.example"},
        {"email": ["strategist@demo.example"]},
    ],
    ids=str,
)
def test_nobody_else_is_let_in(house: House, claims: dict[str, Any]) -> None:
    house.known("s5", **person("strategist", groups=["skribenter"], **claims))
    assert house.arrive("s5")[1].status_code in (403, 422)
    assert (house.count(Identity), house.count(Login)) == (0, 0)


def test_a_closed_account_stays_closed(house: House) -> None:
    house.known("s6", **person("strategist"))
    client, _reply = house.arrive("s6")
    with house.stage.database.writing() as session:
        account = session.get(Account, house.stage.accounts["strategist"])
        assert account is not None
        account.active = False
    assert client.get("/mine").status_code == 302, "ended at once"
    assert house.arrive("s6")[1].status_code == 403


def test_groups_may_be_an_invitation(issuer: str, tmp_path: Path) -> None:
    house = House(tmp_path, issuer, JOIN="groups")
    house.known("s7", **person("x", email="ny.person@demo.example", groups=["it"]))
    assert house.arrive("s7")[1].status_code == 302
    house.known("s8", **person("x", email="annan@demo.example", groups=["okänd"]))
    assert house.arrive("s8")[1].status_code == 403
    with house.stage.database.reading() as session:
        account = session.execute(
            select(Account).where(col(Account.email) == "ny.person@demo.example")
        ).scalars().one()  # fmt: skip
        roles = list(session.execute(
            select(col(Membership.role)).where(col(Membership.account_id) == account.id)
        ).scalars())  # fmt: skip
    assert (account.password_hash, roles) == ("", [Role.ADMINISTRATOR])
    house.close()


def test_a_password_of_before_is_no_way_round_the_provider(issuer: str, tmp_path: Path) -> None:
    """Each account has one way in, also where passwords work beside the provider."""
    house = House(tmp_path, issuer, LOCAL="1")
    house.known("s9", **person("strategist"))
    assert house.arrive("s9")[1].status_code == 302
    client = house.app.test_client()
    for name, status in (("strategist", 401), ("archivist", 302)):
        form = {"csrf_token": csrf_of(client.get("/sign-in").text), "email": address(name),
                "password": PASSWORD}  # fmt: skip
        assert client.post("/sign-in", data=form).status_code == status
    house.close()


def test_two_hosts_share_a_trip(house: House) -> None:
    """It begins on one and ends on the other: nothing of it is in a process."""
    house.known("s10", **person("strategist"))
    client = house.app.test_client()
    where = client.get("/sign-in/oidc").headers["Location"]
    try:
        house.opener.open(where, urlencode({"sub": "s10"}).encode(), timeout=20)
    except urllib.error.HTTPError as reply:
        back = reply.headers["Location"]
    other = house.stage.app()
    cookie = client.get_cookie("redogor")
    assert cookie is not None
    elsewhere = other.test_client()
    elsewhere.set_cookie("redogor", cookie.value)
    assert elsewhere.get(back.partition("localhost")[2] or back).status_code == 302
    other.extensions["redogor"].database.close()
