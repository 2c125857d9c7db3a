"""One's own data as a file, and asking to have it removed."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import State
from survey_app.services.accounts.account import set_roles
from survey_app.store.tables import OutboxMessage, SecurityEntry
from tests.stage import Stage

from .people import ADDRESS, NAME, comment, rename


def _told(stage: Stage, app: Flask, who: str = "strategist") -> dict[str, Any]:
    from tests.conftest import sign_in
    from tests.stage import PASSWORD, address

    email = ADDRESS if who == "strategist" else address(who)
    reply = sign_in(app, email, PASSWORD).get("/account/data.json")
    assert reply.status_code == 200
    assert reply.mimetype == "application/json"
    assert "attachment" in reply.headers["Content-Disposition"]
    found: dict[str, Any] = json.loads(reply.data)
    return found


def _kinds(stage: Stage) -> list[tuple[str, int | None, int | None]]:
    with stage.database.reading() as session:
        rows = session.execute(select(SecurityEntry).order_by(col(SecurityEntry.number)))
        return [(row.kind, row.account_id, row.by_account) for row in rows.scalars()]


@pytest.mark.both_databases
def test_the_file_has_what_is_stored(stage: Stage, app: Flask) -> None:
    rename(stage, "strategist")
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.AWAITING_APPROVAL)
    comment(stage, submission, "Siffran är preliminär.")
    comment(stage, submission, f"@{NAME} är det så?", "strategist_2")
    told = _told(stage, app)
    assert (told["format"], told["account"]["email"]) == ("redogor/person/1", ADDRESS)
    assert [row["role"] for row in told["roles"]] == ["strategist"]
    assert len(told["logins"]) == 1
    written = [row for row in told["answers"] if row["where"] == "revision.author_id"]
    assert written[0]["value"] == "Vi har gjort mycket."
    assert {row["question"] for row in written} >= {"1", "2", "2a"}
    assert [row["text"] for row in told["comments"]] == ["Siffran är preliminär."]
    assert len(told["mentions"]) == 1
    assert "är det så" not in json.dumps(told, ensure_ascii=False), "a colleague's words"
    assert {row["kind"] for row in told["steps"]} == {"sent"}
    assert {row["kind"] for row in told["messages"]} == {"mentioned"}
    assert "sign_in" in {row["kind"] for row in told["log"]}
    secret = json.dumps(told)
    assert "token_sha256" not in secret
    assert "$argon2" not in secret
    assert ("person_exported", stage.accounts["strategist"], stage.accounts["strategist"]) in (
        _kinds(stage)
    )
    approver = _told(stage, app, "approver_with_delegation")
    assert [row["decision"] for row in approver["delegations"]] == ["Beslut 1"]


def test_words_are_told_where_one_may_still_read(stage: Stage, app: Flask) -> None:
    """Who lost the role is told what there is by numbers, and gets no draft out of the house."""
    rename(stage, "strategist")
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.DRAFT)
    comment(stage, submission, "Siffran är preliminär.")
    with stage.database.writing() as session:
        set_roles(session, stage.actor("administrator"), stage.accounts["strategist"],
                  stage.units["Region Egen"], set())  # fmt: skip
    told = _told(stage, app)
    said = json.dumps(told, ensure_ascii=False)
    assert "Vi har gjort mycket" not in said
    assert "preliminär" not in said
    assert {row["text"] for row in told["comments"]} == {"not_readable"}
    assert [row["question"] for row in told["answers"] if row["where"] == "revision.author_id"]


def test_what_others_wrote_is_not_ones_own(stage: Stage, app: Flask) -> None:
    """What was merged or taken in holds others' words."""
    rename(stage, "strategist")
    [submission] = stage.open("RS250001")
    stage.save(submission, "1", "En rad.\n\nTvå rader.", 0, "strategist_2")
    with stage.database.writing() as session:
        from sqlalchemy import update

        from survey_app.store.tables import Revision

        session.execute(update(Revision).values(
            author_id=stage.accounts["strategist"], carried_from=submission))  # fmt: skip
    told = _told(stage, app)
    [row] = [row for row in told["answers"] if row["where"] == "revision.author_id"]
    assert (row["text"], "value" in row) == ("not_own", False)


@pytest.mark.both_databases
def test_asking_tells_the_administrators_once_a_day(stage: Stage, app: Flask) -> None:
    person = stage.sign_in(app, "strategist")
    for _ in range(2):
        reply = person.post("/account/data/removal")
        assert reply.status_code == 302
    with stage.database.reading() as session:
        mails = session.execute(
            select(OutboxMessage).where(col(OutboxMessage.kind) == "removal_asked")
        ).scalars().all()  # fmt: skip
    assert [mail.account_id for mail in mails] == [stage.accounts["administrator"]]
    asked = stage.accounts["strategist"]
    assert _kinds(stage).count(("removal_asked", asked, asked)) == 2
    assert "har fått veta det" in person.get("/account").text
    administrator = stage.sign_in(app, "administrator")
    page = html.unescape(administrator.get("/messages").text)
    assert "strategist ber att få sina uppgifter i Redogör borttagna" in page
    assert f'href="/accounts/{asked}/removal"' in page
    listed = html.unescape(administrator.get("/accounts").text)
    assert listed.count("att få sina uppgifter borttagna") == 1
    assert "Borttagning av personuppgifter begärd" in html.unescape(
        administrator.get("/outbox").text
    )
    log = html.unescape(administrator.get("/security?kind=removal_asked").text)
    assert "Borttagning av egna uppgifter begärd" in log
    alone = administrator.post("/account/data/removal", follow_redirects=True)
    assert "Ingen annan administrerar dina enheter" in alone.text


def test_an_administrator_removes_by_the_page(stage: Stage, app: Flask) -> None:
    import re

    [submission] = stage.open("RS250001")
    stage.bring(submission, State.DRAFT)
    comment(stage, submission, "Siffran är preliminär.")
    person = stage.sign_in(app, "strategist")
    administrator = stage.sign_in(app, "administrator")
    url = f"/accounts/{stage.accounts['strategist']}/removal"
    page = html.unescape(administrator.get(url).text)
    for words in ("Tas bort", "Inloggningar", "Står kvar, med kontots nummer",
                  "Svar och ändringar av svar", "artikel 17.3 b", "preliminär"):  # fmt: skip
        assert (words in page) == (words != "preliminär"), words
    found = re.search(r'name="shown_sha256" value="(\w+)"', page)
    assert found
    form = {"shown_sha256": found[1], "decision": "RS 2026/7", "comments": "1"}
    missing = administrator.post(url, form)
    assert missing.status_code == 422
    assert 'value="RS 2026/7"' in missing.text, "nothing typed is lost"
    assert " checked" in missing.text
    old = administrator.post(url, {**form, "confirmed": "1", "shown_sha256": "0" * 64})
    assert old.status_code == 409
    assert "har ändrats sedan sidan öppnades" in html.unescape(old.text)
    done = administrator.post(url, {**form, "confirmed": "1"}, follow_redirects=True)
    said = html.unescape(done.text)
    assert "Personens uppgifter är borttagna" in said
    assert f"Borttagen person {stage.accounts['strategist']}: RS 2026/7" in said
    assert administrator.get(url).status_code == 404
    assert person.get("/account").status_code == 302, "signed out at once"
    assert "Person borttagen" in html.unescape(administrator.get("/security").text)
    own = administrator.get(f"/accounts/{stage.accounts['administrator']}/removal")
    assert own.status_code == 409
    assert "ensam administratör" in html.unescape(own.text)
