"""The job with JavaScript off: nothing needs it, and nothing is lost without it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import delete

from survey_app.config import read_settings
from survey_app.export.verification.look import verify_package
from survey_app.store.engine import Database
from survey_app.store.tables import Login
from tests.browser.page_object import Screen
from tests.browser.practice import CASE, archive, attest, explain, fill_in, hand_in, send
from tests.conftest import GNV, GRANT, Server

TEAMS = f"/submissions/{GNV}/sections/multiprofessionellt"
HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"
JUDGEMENT = f"/submissions/{GRANT}/sections/bedomning"


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
    assert "1 svar sparat" in _report(screen)
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
    with screen.arriving():
        screen.page.locator('[name="q.bedomning-syfte.clear"]').click()
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


def test_the_whole_job(chromium: Browser, screen: Screen, desk: Server, tmp_path: Path) -> None:
    for submission in (GNV, GRANT):
        fill_in(screen, submission)
    explain(screen)
    for submission in (GNV, GRANT):
        send(screen, submission)
    with Screen(chromium, desk, scripts=False) as director:
        director.sign_in("direktor")
        for submission in (GNV, GRANT):
            attest(director, submission)
    for submission in (GNV, GRANT):
        hand_in(screen, submission)
    with Screen(chromium, desk, scripts=False) as archivist:
        archivist.sign_in("arkivarie")
        files = archive(archivist, tmp_path)
    verdict = verify_package(files[f"{CASE}.zip"])
    assert (verdict.intact, verdict.draft, verdict.case) == (True, False, CASE), verdict.findings
    assert files[f"{CASE}.pdf"].read_bytes().startswith(b"%PDF-1.7")
    assert json.loads(files[f"{CASE}-gnv-2025.json"].read_bytes())["approval"]
