"""Who signs in at a provider has no password here: no link to one, no field for one, no code."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.accounts.account import set_password
from survey_app.services.accounts.invitation import ask_reset, send_link_again
from survey_app.services.refusal import Forbidden
from survey_app.store.tables import Account, OneTimeLink, OutboxMessage
from survey_app.web.pages.account import FRESH
from tests.accounts.at_screen import vault_of
from tests.command import command
from tests.oidc.trips import Region
from tests.stage import address


def test_no_password_is_set_and_no_link_to_one_is_sent(region: Region) -> None:
    region.person("strategist")
    stage, email = region.stage, address("strategist")
    with stage.database.writing() as session:
        account = session.get(Account, stage.accounts["strategist"])
        assert account is not None
        with pytest.raises(Forbidden, match="signs_in_elsewhere"):
            set_password(session, account, "x", stage.now)
        with pytest.raises(Forbidden, match="signs_in_elsewhere"):
            send_link_again(
                session, stage.actor("administrator"), vault_of(stage), account.id or 0,
                stage.now, mails=True,
            )  # fmt: skip
        for asked in (email, address("strategist_2")):
            ask_reset(session, vault_of(stage), asked, "192.0.2.1", stage.now)
        rows = session.execute(select(col(OutboxMessage.address)).order_by(col(OutboxMessage.id)))
        assert list(rows.scalars()) == ["", address("strategist_2")]
        links = session.execute(select(col(OneTimeLink.account_id))).scalars()
        assert set(links) == {None, stage.accounts["strategist_2"]}
    told = command(stage.settings, "reset", email)
    assert told.exit_code == 1
    assert "har inget lösenord här" in told.output


def test_the_account_page_asks_for_none(region: Region) -> None:
    here, there = region.person("strategist"), region.person("strategist")
    page = here.get("/account").text
    assert 'type="password"' not in page
    assert "hos Regionens inloggning" in page
    assert "Engångskod" not in page
    assert here.get("/account/factor").status_code == 403
    assert here.post("/account/factor", {"code": "1"}).status_code == 403
    assert here.post("/account/sessions/end").status_code == 302
    assert there.get("/").status_code == 302
    region.stage.now += FRESH + datetime.timedelta(seconds=1)
    refused = here.post("/account/sessions/end")
    assert refused.status_code == 422
    assert "Logga ut, logga in igen" in refused.text
