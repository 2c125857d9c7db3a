"""A survey on its pages: what somebody with a link reads, and what its coordinator sees when."""

from __future__ import annotations

import datetime
import html
import io
import json
import re

import pypdf
import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col

from survey_app.services.surveys.answer_link import MOST_SHARED
from survey_app.services.surveys.ballot import hash_of
from survey_app.services.upload import blob_bytes
from survey_app.store.tables import CaseDocument, Failure, SecurityEntry
from survey_app.web.pages.ballots import MOST_WRONG
from survey_app.web.pages.surveys import code_of
from tests.surveys.asking import ANSWERS, FORM, GOOD, NUMBER, Poll
from tests.surveys.test_privacy import form_of

DAY = datetime.timedelta(days=1)
CLOSED = "Enkäten är stängd och tar inte emot fler svar."
USED = "Länken är redan använd."
UNKNOWN = "Länken gäller inte."


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]+>", " ", page)).split())


def own_page(poll: Poll, app: Flask) -> str:
    """The survey as its coordinator sees it."""
    person = poll.stage.sign_in(app, "strategist")
    return person.get(f"/cases/{NUMBER}/surveys/{poll.id}").text


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_how_answers_are_handled(poll: Poll, app: Flask, language: str) -> None:
    poll.open()
    page = words(app.test_client().get(f"/ballots/{poll.link}?language={language}").text)
    privacy = json.loads(FORM.read_text(encoding="utf-8"))["privacy"]
    assert len(privacy) == 5
    for passage in privacy:
        assert " ".join(passage["text"][language].split()) in page


def test_what_cannot_be_answered_says_why(poll: Poll, app: Flask) -> None:
    """Not open yet, guessed, used, after its last day, closed: whether looked at or sent."""
    poll.open(opens=poll.stage.today + DAY, closes=poll.stage.today + 2 * DAY)
    [single] = poll.singles(1)
    client = app.test_client()
    filled_in = {"whole": "1", "q.bra": GOOD}

    def refused(link: str, status: int, said: str) -> None:
        for reply in (client.get(f"/ballots/{link}"),
                      client.post(f"/ballots/{link}", data=filled_in)):  # fmt: skip
            assert (reply.status_code, said in words(reply.text)) == (status, True)
            assert "<form" not in reply.text

    refused(poll.link, 409, "Kom tillbaka då, med samma länk.")
    refused("x" * 22, 404, UNKNOWN)
    poll.stage.now += DAY
    filled_in.update(form_of(client, single))
    poll.cast(link=single)
    refused(single, 409, USED)
    poll.stage.now += 2 * DAY
    refused(poll.link, 409, CLOSED)
    poll.close()
    refused(poll.link, 409, CLOSED)
    assert poll.ballots() == [ANSWERS]


def test_counts_and_charts_are_seen_once_it_is_closed(poll: Poll, app: Flask) -> None:
    poll.open()
    poll.cast_many(6)
    page = own_page(poll, app)
    assert "Resultatet visas när enkäten är stängd." in words(page)
    assert (page.count('id="result-'), GOOD in page, page.count("<svg")) == (0, False, 1), (
        "the code"
    )
    poll.close()
    page = own_page(poll, app)
    told = page.partition('id="result-roll"')[2].partition('id="result-')[0]
    assert "6 av 6 svarade." in words(told)
    assert re.search(r"Patient 6 100", words(told))
    assert told.count("<svg") == 1
    assert page.count(GOOD) == 6


def test_of_four_nothing_is_seen_on_page_or_paper(poll: Poll, app: Flask) -> None:
    poll.open()
    poll.cast_many(4)
    poll.close()
    page = own_page(poll, app)
    assert words(page).count("Färre än fem har svarat på frågan.") == page.count('id="result-') - 2
    with poll.stage.database.reading() as session:
        rows = session.execute(
            select(CaseDocument.sha256).where(col(CaseDocument.made) == "result")
        ).scalars()
        pdf, data = (blob_bytes(session, sha256 or "") for sha256 in rows)
    paper = " ".join(part.extract_text() for part in pypdf.PdfReader(io.BytesIO(pdf)).pages)
    for said in (words(page), " ".join(paper.split()), data.decode()):
        assert GOOD not in said
        assert not re.search(r"Patient\W+4\b|\"patient\":", said)
    assert "Färre än fem" in paper


def test_links_are_not_guessed_by_the_thousand(poll: Poll, app: Flask) -> None:
    """From one place; and of who answers rightly nothing is counted."""
    poll.open()
    client = app.test_client()
    for _ in range(MOST_WRONG + 5):
        assert client.get(f"/ballots/{poll.link}").status_code == 200
    with poll.stage.database.reading() as session:
        assert session.execute(select(Failure)).first() is None
    for number in range(MOST_WRONG):
        assert client.get(f"/ballots/{number:022}").status_code == 404
    told = client.get(f"/ballots/{poll.link}")
    assert (told.status_code, told.headers["Retry-After"]) == (429, "900")
    assert "Vänta en kvart" in words(told.text)
    assert client.post(f"/ballots/{0:022}", data={"whole": "1"}).status_code == 429
    elsewhere = {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert client.get(f"/ballots/{poll.link}", **elsewhere).status_code == 200
    with poll.stage.database.reading() as session:
        noted = session.execute(
            select(SecurityEntry).where(col(SecurityEntry.kind) == "too_many_tries")
        ).scalars().all()  # fmt: skip
    assert [json.loads(entry.facts) for entry in noted] == [
        {"endpoint": "ballots.show"}, {"endpoint": "ballots.cast"},
    ]  # fmt: skip
    assert {(entry.request, entry.login, entry.account_id) for entry in noted} == {("", "", None)}
    poll.stage.now += datetime.timedelta(minutes=15)
    assert client.get(f"/ballots/{poll.link}").status_code == 200


def test_there_is_room_for_as_many_shared_links_as_a_page_shows(poll: Poll, app: Flask) -> None:
    """Each stands on the page with its code: beyond that it says so, until one is taken back."""
    poll.open()
    while len(poll.view().links) < MOST_SHARED:
        poll.share()
    poll.singles(3)
    person = poll.stage.sign_in(app, "strategist")
    place = f"/cases/{NUMBER}/surveys/{poll.id}"
    page = person.get(place).text
    assert page.count('class="qr"') == MOST_SHARED
    refused = person.post(f"{place}/links", {"label": "Entrén"})
    assert refused.status_code == 422
    assert f"högst {MOST_SHARED} gemensamma länkar" in words(refused.text)
    assert 'value="Entrén"' in refused.text
    poll.revoke(hash_of(poll.link))
    assert person.post(f"{place}/links", {"label": "Entrén"}).status_code == 302
    assert "Entrén" in person.get(place).text


def test_a_link_s_code_is_drawn_once() -> None:
    """And another link has another."""
    address = "https://redogor.region.example/ballots/abc"
    assert code_of(address, "qr-1") is code_of(address, "qr-1")
    assert code_of(address, "qr-1") != code_of(f"{address}d", "qr-1")
