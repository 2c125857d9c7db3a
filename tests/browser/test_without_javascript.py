"""The job with JavaScript off: nothing needs it, and nothing is lost without it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from survey_app.config import read_settings
from survey_app.services.demo import DATA
from survey_app.store.engine import Database
from survey_app.store.tables import Login
from tests.browser.page_object import Screen
from tests.conftest import GNV, GRANT, Server, serving

DEMOS = {
    GNV: json.loads((DATA / "gnv-2025.json").read_text("utf-8")),
    GRANT: json.loads((DATA / "statsbidrag-2025.json").read_text("utf-8")),
}
SECTIONS = {
    GNV: {
        "styrning-och-finansiering": ["2", "3", "4"],
        "medicinsk-kompetens": ["12"],
        "sidotjanstgoring": ["13"],
        "delaktighet": ["20", "23"],
        "kontinuitet": ["25", "33"],
        "halsoframjande": ["36", "37"],
        "psykisk-ohalsa": ["39", "40"],
    },
    GRANT: {
        "mottaget": ["glesbygdsbidrag"],
        "anvandning": ["utvecklingsomraden"],
        "kontinuitet": ["kontinuitet-form"],
        "forebyggande": ["forebyggande-form", "forebyggande-samverkan"],
        "planering": ["planering-form"],
        "kompetens": ["kompetens-form"],
        "glesbygd": ["glesbygd"],
    },
}
TEAMS = f"/submissions/{GNV}/sections/multiprofessionellt"
HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"
JUDGEMENT = f"/submissions/{GRANT}/sections/bedomning"


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all of these tests."""
    folder = tmp_path_factory.mktemp("plain") / "instance"
    shutil.copytree(demo_template, folder)
    with serving(folder) as running:
        yield running


@pytest.fixture
def screen(chromium: Browser, desk: Server) -> Iterator[Screen]:
    """A strategist whose browser runs no scripts."""
    with Screen(chromium, desk, scripts=False) as opened:
        yield opened.sign_in("strateg")


def _end_logins(server: Server) -> None:
    """End every login, as time would."""
    database = Database(read_settings({}, instance=server.instance, testing=True).database_url)
    with database.writing() as session:
        session.execute(delete(Login))
    database.close()


def _report(screen: Screen) -> str:
    return screen.page.locator(".notice-success").inner_text()


def test_follow_ups_open_after_saving(screen: Screen) -> None:
    screen.go(JUDGEMENT)
    expect(screen.question("bedomning-lag")).to_be_hidden()
    kept = screen.input("bedomning-hog").input_value()
    screen.input("bedomning-syfte", "option.lag").check()
    screen.press("Spara")
    assert "1 svar sparade" in _report(screen)
    expect(screen.input("bedomning-lag")).to_be_visible()
    # What is no longer asked for is folded away, and still there.
    folded = screen.question("bedomning-hog")
    expect(screen.input("bedomning-hog")).to_be_hidden()
    folded.locator("summary").click()
    assert screen.input("bedomning-hog").input_value() == kept
    screen.input("bedomning-syfte", "option.ganska-hog").check()
    screen.press("Spara")
    expect(screen.input("bedomning-hog")).to_be_visible()
    assert screen.input("bedomning-hog").input_value() == kept
    expect(screen.question("bedomning-lag")).to_be_hidden()


def test_a_choice_is_taken_back(screen: Screen) -> None:
    screen.go(JUDGEMENT)
    screen.page.locator('[name="q.bedomning-syfte.clear"]').click()
    screen.check()
    assert screen.told("bedomning-syfte")["value"] is None
    screen.input("bedomning-syfte", "option.ganska-hog").check()
    screen.press("Spara")
    assert screen.told("bedomning-syfte")["value"]["chosen"] == "ganska-hog"


def test_too_long_a_text_is_saved_and_told(screen: Screen) -> None:
    screen.go(HEALTH)
    was = screen.input("41").input_value()
    screen.answer("41", "å" * 1005)
    screen.press("Spara")
    assert screen.input("41").input_value() == "å" * 1005
    assert "41" in screen.page.locator("#problem-summary").inner_text()
    count = screen.page.locator('[id="q.41.count"]').inner_text().replace("\u00a0", " ")
    assert count.startswith("1 005 av 1 000 tecken. 5 tecken för mycket")
    screen.answer("41", was)
    screen.press("Spara")
    assert screen.told("41")["value"] == was


def test_a_conflict_shows_both_texts(chromium: Browser, screen: Screen, desk: Server) -> None:
    with Screen(chromium, desk, scripts=False) as colleague:
        colleague.enter("strateg2", TEAMS)
        screen.go(TEAMS)
        colleague.answer("10", "Kollegans text.")
        colleague.press("Spara")
    screen.answer("10", "Min text.")
    screen.press("Spara")
    assert screen.page.locator("h1").inner_text() == "Två har ändrat samma svar"
    boxes = screen.page.locator(".conflict .boxed").all_inner_texts()
    assert boxes == ["Min text.", "Kollegans text."]
    assert screen.told("10")["value"] == "Kollegans text."
    screen.press("Ta med båda")
    assert screen.input("10").input_value() == "Kollegans text.\n\nMin text."


def test_a_post_after_the_session_ended_gives_the_text_back(screen: Screen, desk: Server) -> None:
    text = "Skriven när inloggningen gick ut.\n\nAndra stycket: å, ä, ö & <tecken>."
    screen.go(HEALTH)
    screen.answer("41", text)
    _end_logins(desk)
    screen.press("Spara")
    assert screen.page.locator("h1").inner_text() == "Logga in"
    assert "Det du skrev finns kvar" in screen.page.locator("main").inner_text()
    screen.page.get_by_label("E-postadress").fill(desk.accounts["strateg"]["email"])
    screen.page.get_by_label("Lösenord").fill("fel lösenord")
    screen.press("Logga in")
    screen.page.get_by_label("E-postadress").fill(desk.accounts["strateg"]["email"])
    screen.page.get_by_label("Lösenord").fill(desk.accounts["strateg"]["password"])
    screen.press("Logga in")
    assert screen.page.locator("h1").inner_text() == "Det du skrev är inte sparat än"
    assert text in screen.page.locator(".facts").inner_text()
    screen.press("Spara det jag skrev")
    assert screen.told("41")["value"] == text
    assert screen.input("41").input_value() == text


def _fill_in(screen: Screen, submission: int) -> None:
    demo = DEMOS[submission]
    for section, questions in SECTIONS[submission].items():
        screen.go(f"/submissions/{submission}/sections/{section}")
        for question in questions:
            _open_details(screen, question, demo["practice"][question]["value"])
            screen.answer(question, demo["practice"][question]["value"])
        screen.press("Spara")
        assert "svar sparade" in _report(screen)
        assert screen.page.locator("#problem-summary").count() == 0


def _open_details(screen: Screen, question: str, value: Any) -> None:
    """A field after an option shows as soon as the option is chosen: the stylesheet does that."""
    for option in value.get("details", {}) if isinstance(value, dict) else ():
        block = screen.question(question).locator(f'[data-detail="{option}"]')
        screen.input(question, f"option.{option}").check()
        expect(block).to_be_visible()


def test_both_questionnaires_are_sent_and_approved(
    chromium: Browser, screen: Screen, desk: Server
) -> None:
    for submission in (GNV, GRANT):
        _fill_in(screen, submission)
    screen.go(f"/submissions/{GNV}/sections/uppfoljning-och-utvardering")
    screen.input("8a", "file").set_input_files(
        {"name": "rapport.txt", "mimeType": "text/plain", "buffer": b"Rapport"}
    )
    screen.press("Spara")
    expect(screen.question("8a").locator(".files a")).to_have_text("rapport.txt")
    screen.go(f"/submissions/{GNV}/sending")
    screen.page.locator("#blank-9a").get_by_label("Skäl", exact=True).fill("Inga andra team.")
    screen.press("Spara skälen")
    for submission in (GNV, GRANT):
        screen.go(f"/submissions/{submission}/sending")
        screen.press("Skicka för godkännande")
    with Screen(chromium, desk, scripts=False) as director:
        director.sign_in("direktor")
        for submission in (GNV, GRANT):
            director.go(f"/submissions/{submission}/approval")
            for question, value in DEMOS[submission]["approver"].items():
                field = director.input(question)
                field.check() if value is True else field.fill(value)
            director.page.locator("#password").fill(desk.accounts["direktor"]["password"])
            director.press("Godkänn svaret")
            assert "Svaret är godkänt" in director.messages()
