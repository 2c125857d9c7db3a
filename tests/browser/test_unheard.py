"""Replies that never come, that come in halves, or that are somebody else's: none of them says
that something is saved, and none makes a conflict with oneself. Nor do scripts that come late."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.page_object import Screen
from tests.browser.test_saving import CONTACT, CONTINUITY, HEALTH, UNSAVED
from tests.conftest import GNV, Server
from tests.stage import PDF_BYTES

ANSWERS = "**/answers/*"
LOGIN_PAGE = "<!doctype html><title>Gästnät</title><form>Logga in på nätet</form>"


@pytest.fixture
def screen(chromium: Browser, desk: Server) -> Iterator[Screen]:
    """A strategist at the desk."""
    with Screen(chromium, desk) as opened:
        yield opened.enter("strateg")


@pytest.mark.parametrize(
    "answer",
    [
        lambda route: route.fulfill(status=200, content_type="text/html", body=LOGIN_PAGE),
        lambda route: route.fulfill(status=200, content_type="application/json", body="{}"),
        lambda route: route.fulfill(status=200, content_type="application/json", body='{"ver'),
        lambda route: route.fulfill(status=403, content_type="text/html", body=LOGIN_PAGE),
    ],
    ids=["the page of a guest network", "somebody else's JSON", "half a reply", "a filter's page"],
)
def test_only_the_servers_own_word_counts(screen: Screen, answer: Callable[[Route], None]) -> None:
    screen.go(HEALTH)
    text = f"Skriven i ett främmande nät ({answer.__code__.co_firstlineno})."
    screen.page.route(ANSWERS, answer)
    screen.answer("41", text)
    expect(screen.state("41")).to_have_text(UNSAVED)
    assert screen.told("41").get("value") != text
    screen.page.unroute(ANSWERS)
    screen.wait_saved("41")
    assert screen.told("41")["value"] == text


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_asks_for_patience_gets_it(screen: Screen, status: int) -> None:
    """By the browser's clock, which stands still here unless it is moved."""
    sent: list[str] = []

    def busy(route: Route) -> None:
        sent.append(route.request.method)
        route.fulfill(status=status, headers={"Retry-After": "20"},
                      content_type="application/json", body='{"error": "busy"}')  # fmt: skip

    screen.page.clock.install()
    screen.go(HEALTH)
    screen.page.clock.pause_at(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1))
    screen.page.route(ANSWERS, busy)
    text = f"Skriven när servern hade mycket att göra ({status})."
    screen.answer("41", text)
    screen.page.clock.run_for(2000)
    expect(screen.state("41")).to_have_text(UNSAVED)
    screen.page.clock.run_for(15_000)
    assert len(sent) == 1, "it waits as long as it was asked to"
    screen.wrong.clear()  # what the server was made to say
    screen.page.unroute(ANSWERS)
    screen.page.clock.run_for(10_000)
    screen.page.clock.resume()
    screen.wait_saved("41")
    assert screen.told("41")["value"] == text


def test_what_is_typed_before_the_scripts_have_come_is_saved(screen: Screen) -> None:
    def late(route: Route) -> None:
        screen.input("41").fill("Skriven på en långsam lina.")
        screen.input("42", "option.nej").check()
        route.fallback()

    screen.go(HEALTH)
    before = screen.told("42")["value"]
    screen.page.route("**/static/section.js*", late)
    screen.page.goto(HEALTH, wait_until="commit")
    screen.wait_saved("41")
    screen.wait_saved("42")
    assert screen.told("41")["value"] == "Skriven på en långsam lina."
    assert screen.told("42")["value"]["chosen"] == "nej" != before["chosen"]
    states = screen.page.locator(".save-state").all_inner_texts()
    assert sum(state.startswith("Sparat") for state in states) == 2, "nothing else is sent"


def test_a_line_that_is_dead_in_silence_is_given_up(screen: Screen) -> None:
    """No error, no reply: the save is sent again without anybody touching the page."""
    # Twenty times as impatient, so that nobody waits twenty seconds here.
    screen.page.add_init_script(
        "const patient = AbortSignal.timeout; "
        "AbortSignal.timeout = (time) => patient.call(AbortSignal, time / 20);"
    )
    screen.go(HEALTH)
    held: list[Route] = []
    screen.page.route(ANSWERS, lambda route: route.fallback() if held else held.append(route))
    screen.answer("41", "Skriven medan linjen var död.")
    screen.wait_saved("41")
    assert len(held) == 1
    assert screen.told("41")["value"] == "Skriven medan linjen var död."


def _swallow_once(screen: Screen, meanwhile: Callable[[], None]) -> list[int]:
    """Let the server save once, and the page never hear of it."""
    swallowed: list[int] = []

    def swallow(route: Route) -> None:
        if swallowed:
            route.fallback()
            return
        swallowed.append(route.fetch().status)
        meanwhile()
        route.abort()

    screen.page.route(ANSWERS, swallow)
    return swallowed


def test_what_was_taken_back_after_a_lost_reply_is_taken_back_there_too(screen: Screen) -> None:
    screen.look_away().go(HEALTH)
    screen.answer("41", "Som det var.")
    screen.wait_saved("41")
    swallowed = _swallow_once(screen, lambda: screen.input("41").fill("Som det var."))
    screen.input("41").fill("Som det inte skulle bli.")
    screen.wait_saved("41")
    assert swallowed == [200]
    assert screen.told("41")["value"] == "Som det var."


def test_a_number_that_was_saved_unheard_is_no_conflict_with_oneself(screen: Screen) -> None:
    """What is typed and what is stored are not written alike: "12 %", and 12."""
    screen.look_away().go(CONTINUITY)
    box = screen.input("30")
    swallowed = _swallow_once(screen, lambda: box.fill("12,5"))
    box.fill("12 %")
    screen.wait_saved("30")
    assert swallowed == [200]
    expect(screen.question("30").locator(".conflict")).to_have_count(0)
    assert screen.told("30")["value"] == "12.5"


def test_a_colleague_who_wrote_upon_what_was_saved_unheard_is_told(
    chromium: Browser, screen: Screen, desk: Server
) -> None:
    screen.look_away().go(HEALTH)
    with Screen(chromium, desk) as colleague:
        colleague.enter("strateg2", HEALTH)

        def meanwhile() -> None:
            colleague.reload()
            colleague.answer("41", "Kollegans ord.")
            colleague.wait_saved("41")
            screen.input("41").fill("Mitt andra ord.")

        _swallow_once(screen, meanwhile)
        screen.input("41").fill("Mitt första ord.")
        panel = screen.question("41").locator(".conflict")
        expect(panel.locator("[data-yours]")).to_have_text("Mitt andra ord.")
        expect(panel.locator("[data-theirs]")).to_have_text("Kollegans ord.")
        assert screen.told("41")["value"] == "Kollegans ord."


def test_what_is_typed_while_a_file_is_on_its_way_is_saved(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "underlag.pdf"
    file.write_bytes(PDF_BYTES)
    screen.go(f"/submissions/{GNV}/sections/samverkan-i-styrningen")
    text = screen.input("6a", "text")

    def slow(route: Route) -> None:
        text.fill("Skriven medan filen skickades.")
        expect(screen.state("6a")).to_have_text("Inte sparat än")
        route.fallback()

    screen.page.route("**/answers/*/files", slow)
    screen.input("6a", "file").set_input_files(file)
    expect(screen.question("6a").locator(".files")).to_contain_text("underlag.pdf")
    screen.wait_saved("6a")
    told = screen.told("6a")["value"]
    assert told["text"] == "Skriven medan filen skickades."
    assert [item["name"] for item in told["files"]][-1] == "underlag.pdf"


def test_a_file_and_then_words_beside_it(screen: Screen, tmp_path: Path) -> None:
    file = tmp_path / "bilaga.pdf"
    file.write_bytes(PDF_BYTES + b"%")
    screen.go(f"/submissions/{GNV}/sections/uppfoljning-och-utvardering")
    screen.input("7a", "file").set_input_files(file)
    expect(screen.question("7a").locator(".files")).to_contain_text("bilaga.pdf")
    screen.input("7a", "text").fill("Se bilagan.")
    screen.wait_saved("7a")
    told = screen.told("7a")["value"]
    assert (told["text"], told["files"][-1]["name"]) == ("Se bilagan.", "bilaga.pdf")


def test_another_login_in_a_tab_beside_costs_no_text(screen: Screen, desk: Server) -> None:
    """The page's token went with the login: it asks for the password, not to be reloaded."""
    screen.go(CONTACT)
    with Screen(screen.context.browser, desk, context=screen.context) as tab:  # type: ignore[arg-type]
        tab.go("/").sign_out()
        tab.sign_in("strateg")
    screen.write_on("mottagare-postort", " efter bytet")
    expect(screen.page.get_by_role("dialog")).to_be_visible()
    screen.page.locator("#sign-in-password").fill(screen.password)
    screen.page.locator("#sign-in-password").press("Enter")
    screen.wait_saved("mottagare-postort")
    assert screen.told("mottagare-postort")["value"].endswith(" efter bytet")
    expect(screen.state("mottagare-postort")).to_have_text(re.compile("^Sparat"))
