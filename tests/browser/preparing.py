"""What is made ready by requests, before a browser opens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from survey_app.core.workflow import Role
from survey_app.services.accounts.account import find_account, invite_account
from survey_app.services.actor import Actor, find_actor
from survey_app.services.demo import DATA
from tests.conftest import CHEAP, GRANT_DONE, Installation

PASSWORD = "lösenord-för-prov"


def invite_approvers(
    installation: Installation, titles: Mapping[str, str]
) -> tuple[int, list[int]]:
    """Have more people approve in the director's unit: titles by the beginnings of addresses.

    Returns the unit's id, and the ids of their accounts. Their password is ``PASSWORD``.
    """
    with installation.database.writing() as session:

        def actor(name: str) -> Actor:
            account = find_account(session, installation.accounts[name]["email"])
            assert account is not None
            found = find_actor(session, account.id or 0)
            assert found is not None
            return found

        [unit] = actor("direktor").units_as(Role.APPROVER)
        invited = [
            invite_account(
                session, actor("admin"), unit_id=unit, email=f"{name}@demo.example", name=title,
                title=title, password_hash=CHEAP.hash(PASSWORD), roles={Role.APPROVER},
            )
            for name, title in titles.items()
        ]  # fmt: skip
        return unit, [account.id or 0 for account in invited]


def send_correction_of_grant(installation: Installation) -> int:
    """Send a correction of the practice case's second form for approval; its id."""
    strategist = installation.person("strateg")
    made = strategist.post(f"/submissions/{GRANT_DONE}/correction").location.rpartition("/")[2]
    assert strategist.post(f"/submissions/{made}/sending").status_code == 302
    return int(made)


def approve_grant(installation: Installation, submission: int) -> None:
    """Have the director approve it, with what the demo has for the approver to fill in."""
    director, url = installation.person("direktor"), f"/submissions/{submission}/approval"
    shown = re.search(r'name="content_sha256" value="(\w+)"', director.get(url).text)
    assert shown
    fields = json.loads((DATA / "statsbidrag-2025.json").read_text("utf-8"))["approver"]
    told = {f"q.{name}": "true" if value is True else value for name, value in fields.items()}
    versions = {f"q.{name}.version": "0" for name in fields}
    password = installation.accounts["direktor"]["password"]
    form = {"content_sha256": shown[1], "password": password, **told, **versions}
    reply = director.post(url, form)
    assert reply.status_code == 302, reply.text
