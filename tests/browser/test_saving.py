"""A browser types, pastes, goes back, reloads, loses its session, its network and its server.

Lost is what was acknowledged as saved and is gone, or what was thrown away without a warning. One
server serves all; each test writes in answers of its own.
"""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Dialog, Error, Route, expect

from tests.browser.page_object import Screen
from tests.conftest import GNV, GRANT, Server, free_port, serving
from tests.databases import copy_installation

OVERALL = f"/submissions/{GNV}/sections/overgripande-arbete"
CONTINUITY = f"/submissions/{GNV}/sections/kontinuitet"
TEAMS = f"/submissions/{GNV}/sections/multiprofessionellt"
HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"
JUDGEMENT = f"/submissions/{GRANT}/sections/bedomning"
CONTACT = f"/submissions/{GRANT}/sections/kontaktuppgifter"
UNSAVED = re.compile("Kunde inte sparas, försöker igen")


def test_what_was_typed_is_there_after_a_reload(screen: Screen) -> None:
    screen.go(HEALTH)
    text = "Rad ett: å, ä, ö – och 👩‍⚕️.\n\nRad tre."
    box = screen.input("41")
    box.fill("")
    box.press_sequentially(text.split("\n", maxsplit=1)[0])
    expect(screen.state("41")).to_have_text("Inte sparat än")
    box.fill(text)
    screen.wait_saved("41")
    assert screen.told("41")["value"] == text
    screen.reload()
    assert screen.input("41").input_value() == text
    assert screen.state("41").inner_text().startswith("Ändrad ")


def test_it_is_saved_within_a_second_after_typing_stops(screen: Screen) -> None:
    """By the browser's clock, which stands still here unless it is moved."""
    screen.page.clock.install()
    screen.go(HEALTH)
    screen.page.clock.pause_at(datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=1))
    sent: list[str] = []
    screen.page.on("request", lambda request: sent.append(request.url))
    screen.input("41").press_sequentially(" Snabbt.")
    screen.page.clock.run_for(500)
    screen.input("41").press_sequentially(" Snabbare.")
    screen.page.clock.run_for(500)
    assert not any("/answers/41" in url for url in sent), "nobody is disturbed while typing"
    expect(screen.state("41")).to_have_text("Inte sparat än")
    screen.page.clock.run_for(499)
    screen.wait_saved("41")
    assert sum("/answers/41" in url for url in sent) == 1


def test_a_long_paste_is_kept_whole_and_marked(screen: Screen) -> None:
    pasted = ("Åtgärder i nära vård. " * 250)[:5000]
    screen.go(CONTINUITY)
    box = screen.input("24")
    box.fill("")
    box.focus()
    screen.page.keyboard.insert_text(pasted)
    count = screen.page.locator('[id="q.24.count"]')
    expect(count).to_have_text(
        "5 000 av 1 000 tecken. 4 000 tecken för mycket; sparas, men kan inte skickas in."
    )
    assert screen.page.locator('[id="q.24.excess"] mark').inner_text() == pasted[1000:]
    expect(screen.page.locator("#announcer")).to_contain_text("4 000 tecken för mycket")
    screen.wait_saved("24")
    assert screen.told("24")["value"] == pasted
    assert box.get_attribute("aria-invalid") == "true"
    screen.reload()
    assert screen.input("24").input_value() == pasted
    assert "4 000 tecken för mycket" in count.inner_text().replace("\u00a0", " ")
    screen.go(f"/submissions/{GNV}/sending")
    screen.press("Skicka för godkännande")
    assert "24" in screen.page.locator("#problem-summary").inner_text()


def test_the_count_is_told_politely_when_typing_stops(screen: Screen) -> None:
    screen.page.clock.install()
    screen.go(HEALTH)
    box = screen.input("41")
    announcer = screen.page.locator("#announcer")
    assert announcer.get_attribute("aria-live") == "polite"
    box.fill("")
    screen.page.clock.pause_at(screen.page.evaluate("Date.now() + 20"))
    box.press_sequentially("tolv tecken.")
    expect(screen.page.locator('[id="q.41.count"]')).to_have_text("12 av 1 000 tecken")
    assert "12 av" not in announcer.inner_text(), "told while still typing"
    screen.page.clock.run_for(3000)
    expect(announcer).to_contain_text("12 av 1 000 tecken")


def test_the_back_button_finds_what_is_stored(screen: Screen, colleague: Screen) -> None:
    screen.go(HEALTH)
    screen.answer("41", "Skriven före bakåtknappen")
    screen.wait_saved("41")
    screen.follow(re.compile("^Föregående"), within=screen.page.locator(".neighbours"))
    with screen.arriving():
        screen.page.go_back()
    assert screen.input("41").input_value() == "Skriven före bakåtknappen"
    with screen.arriving():
        screen.page.go_forward()
    colleague.go(HEALTH)
    colleague.answer("41", "Skriven av kollegan")
    colleague.wait_saved("41")
    with screen.arriving():
        screen.page.go_back()
    # Neither an old page out of the browser's memory nor old text put back into new fields.
    assert screen.input("41").input_value() == "Skriven av kollegan"
    screen.answer("41", "Skriven efter bakåtknappen")
    screen.wait_saved("41")
    assert screen.told("41")["value"] == "Skriven efter bakåtknappen"


def test_leaving_with_unsaved_text_warns(screen: Screen) -> None:
    screen.go(CONTACT)
    warned: list[str] = []

    def stay(dialog: Dialog) -> None:
        warned.append(dialog.type)
        dialog.dismiss()

    screen.page.on("dialog", stay)
    screen.context.set_offline(True)
    screen.write_on("mottagare-postort", " osparad")
    with pytest.raises(Error, match="ERR_ABORTED"):
        screen.page.goto("/")
    assert warned == ["beforeunload"]
    assert screen.input("mottagare-postort").input_value().endswith(" osparad")
    screen.context.set_offline(False)
    screen.wait_saved("mottagare-postort")
    screen.go("/")
    assert warned == ["beforeunload"], "nothing to warn of once it is saved"


def test_a_lost_network_is_told_and_made_up_for(screen: Screen) -> None:
    screen.go(CONTACT)
    screen.context.set_offline(True)
    screen.answer("kontakt-befattning", "Skriven utan nät")
    expect(screen.state("kontakt-befattning")).to_have_text(UNSAVED)
    expect(screen.page.get_by_role("status").filter(has_text=UNSAVED)).to_be_visible()
    screen.page.wait_for_timeout(2500)
    screen.write_on("kontakt-befattning", ", och mer")
    screen.context.set_offline(False)
    screen.wait_saved("kontakt-befattning")
    assert screen.told("kontakt-befattning")["value"] == "Skriven utan nät, och mer"


def test_a_session_that_ends_asks_for_the_password_in_place(screen: Screen, desk: Server) -> None:
    screen.go(CONTACT)
    with Screen(screen.context.browser, desk, context=screen.context) as tab:  # type: ignore[arg-type]
        tab.go("/").sign_out()
    screen.write_on("mottagare-postort", " efter utloggning")
    dialog = screen.page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(screen.state("mottagare-postort")).to_have_text("Väntar på inloggning")
    password = screen.page.locator("#sign-in-password")
    expect(password).to_be_focused()
    password.fill("fel")
    password.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("stämmer inte")
    password.fill(screen.password)
    password.press("Enter")
    expect(dialog).to_be_hidden()
    screen.wait_saved("mottagare-postort")
    assert screen.told("mottagare-postort")["value"].endswith(" efter utloggning")
    screen.write_on("mottagare-postort", ", fortsatt")
    screen.wait_saved("mottagare-postort")
    assert screen.told("mottagare-postort")["value"].endswith(", fortsatt")


def test_a_letter_that_is_taken_back_leaves_what_was_told(screen: Screen) -> None:
    screen.go(HEALTH)
    told = screen.state("41").inner_text()
    box = screen.input("41")
    box.press("Control+End")
    box.press_sequentially("x")
    expect(screen.state("41")).to_have_text("Inte sparat än")
    box.press("Backspace")
    expect(screen.state("41")).to_have_text(told)
    screen.check()


def test_what_was_saved_unheard_is_no_conflict_with_oneself(screen: Screen) -> None:
    """The reply to a save is lost, and more is typed before it is tried again."""
    screen.go(HEALTH)
    screen.answer("41", "Börjat.")
    screen.wait_saved("41")
    swallowed: list[int] = []

    def swallow(route: Route) -> None:
        if swallowed:
            route.continue_()
            return
        swallowed.append(route.fetch().status)
        screen.page.keyboard.type(" Skrivet innan svaret uteblev.")
        route.abort()

    screen.page.route("**/answers/*", swallow)
    screen.write_on("41", " Sparat.")
    screen.wait_saved("41")
    assert swallowed == [200]
    assert screen.question("41").locator(".conflict").count() == 0
    assert screen.told("41")["value"] == "Börjat. Sparat. Skrivet innan svaret uteblev."
    screen.page.unroute_all(behavior="wait")


def test_the_question_for_the_password_takes_no_letters(screen: Screen) -> None:
    """It waits for a pause; a key that was on its way when it opened goes where it was meant to."""
    screen.go(HEALTH)
    screen.answer("41", "Början.")
    screen.wait_saved("41")
    screen.context.clear_cookies()
    box, dialog = screen.input("41"), screen.page.get_by_role("dialog")
    box.press_sequentially(" Utan paus" * 8, delay=40)
    assert not dialog.is_visible(), "nobody is interrupted"
    screen.page.evaluate(
        """() => document.getElementById("sign-in").addEventListener("focusin", () => {
            window.opened = (window.opened ?? 0) + 1; })"""
    )
    screen.page.wait_for_function("() => window.opened")
    screen.page.keyboard.type("å och mer.")
    expect(box).to_have_value(f"Början.{' Utan paus' * 8}å och mer.")
    expect(dialog).to_be_visible()
    screen.page.wait_for_timeout(700)
    screen.page.locator("#sign-in-password").press_sequentially(screen.password)
    screen.page.locator("#sign-in-password").press("Enter")
    screen.wait_saved("41")
    assert screen.told("41")["value"].endswith("å och mer.")
    screen.page.keyboard.type(" Fortsatt.")
    expect(box).to_have_value(re.compile("å och mer. Fortsatt.$"))


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        ("mine", "Skriven här (mine)"),
        ("theirs", "Kollegans text (theirs)"),
        ("both", "Kollegans text (both)\n\nSkriven här (both)"),
    ],
)
def test_a_stale_save_shows_both_texts(
    screen: Screen, colleague: Screen, keep: str, expected: str
) -> None:
    screen.look_away().go(TEAMS)
    colleague.go(TEAMS)
    colleague.answer("10", f"Kollegans text ({keep})")
    colleague.wait_saved("10")
    screen.answer("10", f"Skriven här ({keep})")
    panel = screen.question("10").locator(".conflict")
    expect(panel).to_be_visible()
    assert panel.locator("[data-yours]").inner_text() == f"Skriven här ({keep})"
    assert panel.locator("[data-theirs]").inner_text() == f"Kollegans text ({keep})"
    assert "strateg 2" in panel.locator("[data-author]").inner_text()
    assert screen.told("10")["value"] == f"Kollegans text ({keep})", "nobody wins silently"
    panel.locator(f'[data-keep="{keep}"]').click()
    expect(panel).to_have_count(0)
    expect(screen.state("10")).to_have_text(re.compile("^Sparat"))
    assert screen.input("10").input_value() == expected
    assert screen.told("10")["value"] == expected
    screen.go(f"/submissions/{GNV}/history/10")
    history = screen.page.locator("main").inner_text()
    assert f"Skriven här ({keep})" in history, "the loser stays in the history"
    assert f"Kollegans text ({keep})" in history


def test_follow_ups_open_at_once_and_the_server_confirms(screen: Screen) -> None:
    screen.go(JUDGEMENT)
    screen.page.evaluate(
        """() => document.querySelector("#answers").addEventListener(
            "reply", (event) => { window.reply = event.detail; })"""
    )
    held: list[Route] = []
    screen.page.route("**/answers/*", lambda route: held.append(route))
    low, high = screen.question("bedomning-lag"), screen.question("bedomning-hog")
    expect(low).to_be_hidden()
    screen.input("bedomning-syfte", "option.lag").check()
    expect(low).to_be_visible()
    expect(high.locator("summary")).to_contain_text("skickas inte")
    expect(screen.input("bedomning-hog")).to_be_hidden()
    expect(screen.page.locator("#announcer")).to_contain_text("visas")
    assert screen.page.evaluate("window.reply") is None, "shown before the server answered"
    held.pop().continue_()
    screen.page.unroute("**/answers/*")
    screen.wait_saved("bedomning-syfte")
    reply: dict[str, Any] = screen.page.evaluate("window.reply")
    assert (reply["opened"], reply["closed"]) == (["bedomning-lag"], ["bedomning-hog"])
    screen.input("bedomning-syfte", "option.ganska-hog").check()
    screen.wait_saved("bedomning-syfte")
    expect(low).to_be_hidden()
    expect(screen.input("bedomning-hog")).to_be_visible()
    assert screen.input("bedomning-hog").input_value() == screen.told("bedomning-hog")["value"]


def test_an_exclusive_option_among_others_is_kept_and_marked(screen: Screen) -> None:
    screen.go(TEAMS)
    before = screen.told("9")["value"]["chosen"]
    screen.input("9", "option.inga").check()
    screen.wait_saved("9")
    problems = screen.page.locator('[id="q.9.problems"] .problem-error')
    expect(problems).to_have_count(1)
    assert "q.9.problems" in (
        screen.question("9").locator("fieldset").get_attribute("aria-describedby") or ""
    )
    assert set(screen.told("9")["value"]["chosen"]) == {*before, "inga"}
    entry = screen.page.locator('[data-section="multiprofessionellt"]')
    expect(entry).to_contain_text("1 att rätta")
    screen.input("9", "option.inga").uncheck()
    expect(problems).to_have_count(0)
    expect(entry).not_to_contain_text("1 att rätta")


@pytest.mark.parametrize(
    ("question", "section", "typed", "told"),
    [
        ("30", CONTINUITY, "sextio", "siffror"),
        ("30", CONTINUITY, "61,5", "heltal"),
        ("mottagare-organisationsnummer", CONTACT, "232100-0116", "kontrollsiffra"),
    ],
)
def test_what_cannot_be_right_is_kept_and_told(
    screen: Screen, question: str, section: str, typed: str, told: str
) -> None:
    screen.go(section)
    was = screen.input(question).input_value()
    screen.answer(question, typed)
    screen.wait_saved(question)
    problem = screen.page.locator(f'[id="q.{question}.problems"]')
    expect(problem).to_contain_text(told)
    screen.reload()
    assert screen.input(question).input_value() == typed
    screen.answer(question, was)
    screen.wait_saved(question)
    expect(problem).to_be_empty()


def test_a_server_that_dies_costs_nothing(
    chromium: Browser, demo_template: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "instance"
    copy_installation(demo_template, folder)
    port = free_port()
    with serving(folder, port=port) as first, Screen(chromium, first) as screen:
        screen.enter("strateg", OVERALL)
        screen.input("1", "box.1").fill("Före avbrottet. ")
        screen.wait_saved("1")
        first.process.kill()
        first.process.wait(10)
        screen.write_on("1", "Under avbrottet. ", "box.1")
        expect(screen.state("1")).to_have_text(UNSAVED)
        with serving(folder, port=port):
            screen.write_on("1", "Efter avbrottet.", "box.1")
            screen.wait_saved("1")
            stored = screen.told("1")["value"][0]
            assert stored == "Före avbrottet. Under avbrottet. Efter avbrottet."
            screen.reload()
            assert screen.input("1", "box.1").input_value() == stored
