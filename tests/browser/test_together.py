"""Two people in the same section: each sees the other, and nobody's typing is ever touched."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, expect

from tests.browser.axe import violations_at
from tests.browser.page_object import Screen
from tests.conftest import GNV, Server

CONTINUITY = f"/submissions/{GNV}/sections/kontinuitet"
TEAMS = f"/submissions/{GNV}/sections/multiprofessionellt"
HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"


def _write(screen: Screen, question: str, text: str) -> None:
    screen.answer(question, text)
    screen.wait_saved(question)


def test_one_sees_where_the_other_is(screen: Screen, colleague: Screen) -> None:
    screen.go(TEAMS)
    line = screen.page.locator("#together")
    expect(line).to_have_text("Ingen annan är här just nu.")
    colleague.go(TEAMS)
    colleague.input("10").focus()
    present = screen.question("10").locator(".present")
    expect(present).to_have_text(re.compile("Hälsostrateg 2 är här|.+ är här"))
    expect(line).to_contain_text("Här nu:")
    expect(line.get_by_role("link")).to_have_text("fråga 10")
    expect(colleague.question("10").locator(".present")).to_have_count(0)
    assert not violations_at(screen)
    # Elsewhere in the questionnaire it is seen too; without scripts, on the next page.
    screen.go(HEALTH)
    expect(line.get_by_role("link")).to_have_attribute("href", f"{TEAMS}#question-10")
    colleague.go("/")
    expect(line).to_have_text("Ingen annan är här just nu.")


def test_presence_without_javascript_is_seen_on_reload(
    chromium: Browser, desk: Server, colleague: Screen
) -> None:
    colleague.go(TEAMS)
    with colleague.page.expect_response("**/presence"):
        colleague.input("10").focus()
    with Screen(chromium, desk, scripts=False) as plain:
        plain.enter("strateg", TEAMS)
        expect(plain.question("10").locator(".present")).to_contain_text("är här")
        expect(plain.page.locator("#together a")).to_have_text("fråga 10")
        colleague.go("/")
        plain.reload()
        expect(plain.question("10").locator(".present")).to_have_count(0)


def test_what_another_saves_appears(screen: Screen, colleague: Screen) -> None:
    screen.go(HEALTH)
    colleague.go(HEALTH)
    _write(colleague, "41", "Kollegan skrev detta.")
    expect(screen.input("41")).to_have_value("Kollegan skrev detta.")
    expect(screen.state("41")).to_contain_text("Ändrat nyss av")
    expect(screen.page.locator('[id="q.41.count"]')).to_contain_text("21 av")
    colleague.input("42", "option.ja").focus()
    # It is the version to write upon: no conflict.
    _write(screen, "41", "Kollegan skrev detta. Jag också.")
    expect(colleague.input("41")).to_have_value("Kollegan skrev detta. Jag också.")
    # And a choice.
    for option in ("nej", "ja"):
        colleague.input("42", f"option.{option}").check()
        expect(screen.input("42", f"option.{option}")).to_be_checked()


def test_a_field_that_someone_is_in_is_not_touched(screen: Screen, colleague: Screen) -> None:
    screen.go(HEALTH)
    colleague.go(HEALTH)
    _write(colleague, "41", "Före.")
    expect(screen.input("41")).to_have_value("Före.")
    screen.input("41").focus()
    _write(colleague, "41", "Efter.")
    note = screen.question("41").locator(".theirs")
    expect(note).to_contain_text("Ändrat nyss av")
    assert screen.input("41").input_value() == "Före."
    note.locator("summary").click()
    expect(note.locator("[data-text]")).to_have_text("Efter.")
    # Having looked, the focus is out of the field, and nothing waits there: it follows.
    expect(screen.input("41")).to_have_value("Efter.")
    expect(note).to_have_count(0)


def test_unsaved_text_is_never_replaced(screen: Screen, colleague: Screen) -> None:
    """Planted: the save cannot get out, the colleague's answer comes in all the same."""
    screen.page.clock.install()
    screen.go(CONTINUITY)
    colleague.go(CONTINUITY)
    screen.page.route("**/answers/24", lambda route: route.abort())
    screen.answer("24", "Min osparade text.")
    screen.input("30").focus()
    _write(colleague, "24", "Kollegans sparade text.")
    note = screen.question("24").locator(".theirs")
    expect(note).to_contain_text("Ändrat nyss av")
    assert not violations_at(screen)
    screen.page.wait_for_timeout(3000)
    assert screen.input("24").input_value() == "Min osparade text."
    assert screen.told("24")["value"] == "Kollegans sparade text."
    # The page's clock stands still: it is the button that tries again, not the timer.
    screen.page.clock.pause_at(screen.page.evaluate("Date.now() + 20"))
    screen.page.unroute("**/answers/24")
    note.get_by_role("button", name="Jämför och välj").click()
    panel = screen.question("24").locator(".conflict")
    expect(panel).to_be_visible()
    expect(note).to_have_count(0)
    assert panel.locator("[data-yours] mark").all_inner_texts() == ["Min osparade"]
    assert panel.locator("[data-theirs] mark").all_inner_texts() == ["Kollegans sparade"]
    yours = panel.locator("[data-yours]").bounding_box()
    theirs = panel.locator("[data-theirs]").bounding_box()
    assert yours
    assert theirs
    beside = yours["x"] + yours["width"] <= theirs["x"]
    assert beside, "side by side, also where last year stands beside the question"
    screen.page.clock.resume()
    panel.get_by_role("button", name="Behåll min").click()
    screen.wait_saved("24")
    assert screen.told("24")["value"] == "Min osparade text."


def _dispute(screen: Screen, colleague: Screen, mine: str, theirs: str) -> None:
    screen.look_away().go(CONTINUITY)
    colleague.go(CONTINUITY)
    _write(colleague, "24", theirs)
    screen.answer("24", mine)
    screen.question("24").locator(".conflict").wait_for()


def test_what_is_typed_while_choosing_is_kept_too(screen: Screen, colleague: Screen) -> None:
    _dispute(screen, colleague, "Min.", "Deras.")
    when = re.compile(r" skrev \d{1,2} [a-z]+ \d{4} kl\. \d\d\.\d\d$")
    expect(screen.question("24").locator("[data-author]")).to_have_text(when)
    screen.write_on("24", " Och mer.")
    screen.page.route("**/answers/24", lambda route: route.abort())
    theirs = screen.question("24").get_by_role("button", name="Behåll den andras")
    failed = screen.question("24").get_by_text("Din text kunde inte läggas undan")
    expect(failed).to_be_hidden()
    theirs.click()
    expect(failed).to_be_visible()
    expect(screen.input("24")).to_have_value("Min. Och mer.")
    screen.page.unroute("**/answers/24")
    theirs.click()
    expect(screen.input("24")).to_have_value("Deras.")
    assert screen.told("24")["value"] == "Deras."
    screen.go(f"/submissions/{GNV}/history/24")
    assert "Min. Och mer." in screen.page.locator("main").inner_text()


def test_both_are_made_into_one_by_keyboard_alone(screen: Screen, colleague: Screen) -> None:
    _dispute(screen, colleague, "Min text.", "Deras text.")
    keyboard = screen.page.keyboard

    def tab_to(name: str) -> None:
        wanted = screen.question("24").get_by_role("button", name=name, exact=True)
        for _ in range(12):
            keyboard.press("Tab")
            if wanted.evaluate("(element) => element === document.activeElement"):
                return
        raise AssertionError(f"Tab never reached {name}")

    screen.input("24").focus()
    tab_to("Gör en text av båda")
    keyboard.press("Enter")
    expect(screen.input("24")).to_be_focused()
    expect(screen.input("24")).to_have_value("Deras text.\n\nMin text.")
    assert not violations_at(screen)
    keyboard.press("ControlOrMeta+a")
    keyboard.type("En text av båda.")
    tab_to("Spara texten")
    keyboard.press("Enter")
    screen.wait_saved("24")
    assert screen.told("24")["value"] == "En text av båda."


def test_the_conflict_page_without_javascript(chromium: Browser, desk: Server) -> None:
    with (
        Screen(chromium, desk, scripts=False) as mine,
        Screen(chromium, desk, scripts=False) as theirs,
    ):
        mine.enter("strateg", CONTINUITY)
        theirs.enter("strateg2", CONTINUITY)
        theirs.answer("24", "Deras egen text.")
        theirs.press("Spara")
        mine.answer("24", "Min egen text.")
        mine.press("Spara")
        assert mine.page.locator(".conflict mark").all_inner_texts() == ["Min", "Deras"]
        box = mine.page.get_by_label("Båda texterna, den andras först")
        assert box.input_value() == "Deras egen text.\n\nMin egen text."
        box.fill("Vår text.")
        mine.press("Spara texten i rutan")
        assert mine.input("24").input_value() == "Vår text."
        # What was made of both and then left is in the history, like every loser.
        theirs.answer("24", "Deras igen.")
        theirs.press("Spara")
        box = theirs.page.get_by_label("Båda texterna, den andras först")
        box.fill("Påbörjad sammanslagning.")
        theirs.press("Behåll den andras")
        assert theirs.input("24").input_value() == "Vår text."
        theirs.go(f"/submissions/{GNV}/history/24")
        told = theirs.page.locator("main").inner_text()
        for text in ("Deras igen.", "Påbörjad sammanslagning.", "Min egen text.", "Vår text."):
            assert text in told


def test_the_history_tells_what_changed_and_takes_back(screen: Screen, colleague: Screen) -> None:
    screen.go(CONTINUITY)
    _write(screen, "24", "Beslut fattas i mars.")
    _write(screen, "24", "Beslut fattas redan i april.")
    screen.go(f"/submissions/{GNV}/history/24")
    newest, before = screen.page.locator(".card").all()[:2]
    assert newest.locator(".diff ins").all_inner_texts() == ["redan ", "april."]
    assert newest.locator(".diff del").all_inner_texts() == ["mars."]
    assert not violations_at(screen)
    screen.press(re.compile("^Låt den här gälla igen"), within=before)
    assert screen.input("24").input_value() == "Beslut fattas i mars."
    assert screen.told("24")["value"] == "Beslut fattas i mars."


def test_a_hidden_page_asks_nothing(screen: Screen) -> None:
    asked: list[str] = []
    screen.page.on("request", lambda request: asked.append(request.url))
    screen.go(HEALTH)
    with screen.page.expect_request("**/changes?*"):
        pass
    screen.page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    screen.page.wait_for_timeout(200)
    asked.clear()
    screen.page.wait_for_timeout(3000)
    assert [url for url in asked if "/changes" in url] == []
    with screen.page.expect_request("**/changes?*"):
        screen.page.evaluate(
            """() => {
                Object.defineProperty(document, "hidden", { value: false, configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
