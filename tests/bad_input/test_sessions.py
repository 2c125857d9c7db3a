"""Sessions, CSRF tokens and bearer tokens that do not hold."""

from __future__ import annotations

import datetime
import html
import io

import pytest
from sqlalchemy import update

from survey_app.services.accounts.sign_in import TOKEN_DAYS, issue_token
from survey_app.store.tables import Login, Token
from tests.bad_input.forms import hidden_fields, save, value_of, words
from tests.conftest import GNV, Installation, Person
from tests.stage import PDF_BYTES


def end_logins(shared: Installation) -> None:
    """End every login, as time does."""
    with shared.database.writing() as session:
        long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
        session.execute(update(Login).values(seen=long_ago))
    shared.people.clear()


def test_a_post_after_the_session_expired_gives_its_text_back(shared: Installation) -> None:
    person = shared.person("strateg", fresh=True)
    save(person, "24", "Före utgången")
    version = person.version(GNV, "24")
    typed = 'Rad ett\nrad två <script> "citat" & åäö 😀'
    end_logins(shared)
    form = {"q.24": typed, "q.24.version": str(version), "whole": "1"}
    page = person.post(f"/submissions/{GNV}/sections/kontinuitet", form)
    assert page.status_code == 401
    assert "Det du skrev finns kvar" in page.text
    held = hidden_fields(page.text)
    assert held["held.q.24"] == typed
    account = shared.accounts["strateg"]
    form = {**held, "email": account["email"], "password": "fel"}
    wrong = person.client.post("/sign-in", data=form)
    assert wrong.status_code == 401
    again = hidden_fields(wrong.text)
    assert again["held.q.24"] == held["held.q.24"], "a wrong password loses nothing"
    form = {**again, "email": account["email"], "password": account["password"]}
    back = person.client.post("/sign-in", data=form)
    assert back.status_code == 200
    assert "Det du skrev är inte sparat än" in back.text
    assert html.escape(typed.splitlines()[0]) in back.text
    saved = person.client.post(
        f"/submissions/{GNV}/sections/kontinuitet", data=hidden_fields(back.text)
    )
    assert saved.status_code == 200, saved.text
    assert value_of(person, "24") == typed


def test_what_was_held_is_told_in_the_words_of_the_page_after_signing_in(
    shared: Installation,
) -> None:
    """Nothing is looked up before, and what is stored as it was typed is not told again."""
    person = shared.person("strateg", fresh=True)
    for question, value in (("30", None), ("24", "Oförändrad"), ("25", None)):
        assert save(person, question, value).status_code == 200
    versions = {f"q.{name}.version": str(person.version(GNV, name)) for name in ("24", "25", "30")}
    end_logins(shared)
    form = {**versions, "q.24": "Oförändrad", "q.25": "annan", "whole": "1",
            "q.25.detail.annan": "Fysioterapi", "q.30.blank": "cannot_be_stated"}  # fmt: skip
    file = (io.BytesIO(PDF_BYTES), "bortglömd.pdf")
    url = f"/submissions/{GNV}/sections/kontinuitet"
    page = person.post(url, {**form, "q.27a.file": file})
    assert page.status_code == 401
    assert "fasta läkarkontakter" not in words(page)
    account = shared.accounts["strateg"]
    form = {**hidden_fields(page.text), **{key: account[key] for key in ("email", "password")}}
    told = person.client.post("/sign-in", data=form)
    text = words(told)
    assert "25 Vilka av följande läkare kan vara fasta läkarkontakter" in text
    assert "☒ Annan: Fysioterapi" in text
    assert "30 Hur stor andel av befolkningen" in text
    assert "Andelen kan inte anges" in text
    assert "24 Vilka insatser" not in text
    assert "Filer kan inte följa med genom inloggningen: bortglömd.pdf." in text


def test_a_post_from_a_page_of_an_earlier_login_gives_its_text_back(shared: Installation) -> None:
    """Signed out and in again in a tab beside: the page's token went with the login before."""
    person = shared.person("strateg", fresh=True)
    save(person, "24", "Före bytet")
    form = {"q.24": "Skriven före bytet", "q.24.version": str(person.version(GNV, "24")),
            "whole": "1", "csrf_token": person.token}  # fmt: skip
    account = shared.accounts["strateg"]
    assert person.post("/sign-out").status_code == 302
    shared.people.clear()  # the next test signs in anew
    entry = hidden_fields(person.get("/sign-in").text)
    entry |= {key: account[key] for key in ("email", "password")}
    assert person.client.post("/sign-in", data=entry).status_code == 302
    url = f"/submissions/{GNV}/sections/kontinuitet"
    page = person.client.post(url, data=form)
    assert page.status_code == 400
    assert "Det du skrev är inte sparat än" in words(page)
    assert "Skriven före bytet" in words(page)
    assert value_of(person, "24") == "Före bytet", "nothing is saved unasked"
    assert person.client.post(url, data=hidden_fields(page.text)).status_code == 200
    assert value_of(person, "24") == "Skriven före bytet"


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_without_the_csrf_token_nothing_changes(strateg: Person, token: str | None) -> None:
    save(strateg, "24", "Skyddat")
    at = strateg.version(GNV, "24")
    headers = {} if token is None else {"X-CSRFToken": token}
    reply = strateg.client.put(f"/api/v1/submissions/{GNV}/answers/24",
                               json={"value": "x", "version": at}, headers=headers)  # fmt: skip
    assert reply.status_code == 400
    assert reply.get_json()["error"] == "csrf"
    form = {"q.24": "x", "q.24.version": str(at), "whole": "1"} | (
        {} if token is None else {"csrf_token": token})  # fmt: skip
    page = strateg.client.post(f"/submissions/{GNV}/sections/kontinuitet", data=form)
    assert page.status_code == 400
    assert "Sidan hade legat öppen för länge, eller så är den inte vår." in page.text
    assert value_of(strateg, "24") == "Skyddat"


def _token(shared: Installation) -> str:
    with shared.database.writing() as session:
        return issue_token(session, "strateg@demo.example", datetime.datetime.now(datetime.UTC))


def test_a_bearer_token_saves_without_csrf(shared: Installation) -> None:
    bearer = {"Authorization": f"Bearer {_token(shared)}"}
    client = shared.stranger()
    at = shared.person("strateg").version(GNV, "24")
    reply = client.put(f"/api/v1/submissions/{GNV}/answers/24",
                       json={"value": "Av ett program", "version": at}, headers=bearer)  # fmt: skip
    assert reply.status_code == 200, reply.text
    assert value_of(shared.person("strateg"), "24") == "Av ett program"
    page = client.get(f"/submissions/{GNV}", headers=bearer)
    assert page.status_code == 302, "a token opens the API, not the pages"


@pytest.mark.parametrize("how", ["unknown", "expired", "revoked", "empty"])
def test_a_token_that_does_not_hold(shared: Installation, how: str) -> None:
    secret = _token(shared)
    now = datetime.datetime.now(datetime.UTC)
    with shared.database.writing() as session:
        if how == "expired":
            session.execute(update(Token).values(expires=now - datetime.timedelta(seconds=1)))
        elif how == "revoked":
            session.execute(update(Token).values(revoked=now))
    secret = {"unknown": "redogor_nej", "empty": ""}.get(how, secret)
    client = shared.person("strateg").client if how == "unknown" else shared.stranger()
    reply = client.get(f"/api/v1/submissions/{GNV}", headers={"Authorization": f"Bearer {secret}"})
    assert reply.status_code == 401, "a wrong token is not helped by a cookie"
    assert reply.get_json()["message"].startswith("Du är inte inloggad")
    assert TOKEN_DAYS == 90
