"""A whole year with one questionnaire, as the people of a region have it.

Last year's answers are carried over, three units contribute, two write in one answer at once, the
director sends three questions back, who stands in for the director approves, the answers are typed
over into the authority's form, and the copy is archived. ``REDOGOR_SCREENSHOTS`` names a folder
for the pictures that README shows: ``REDOGOR_SCREENSHOTS=.ci/screenshots pytest`` with this file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from survey_app.export.verification.look import verify_package
from tests.browser.page_object import TELEPHONE, Screen
from tests.browser.practice import CASE, DEMOS, SECTIONS, explain, fill_in, send
from tests.browser.preparing import PASSWORD, invite_approvers
from tests.conftest import GNV, Server, open_installation, serving
from tests.databases import copy_installation

SECTION = f"/submissions/{GNV}/sections"
DEPUTY = "Biträdande direktören"
RETURNED = {"18a": "Nämn kommunerna.", "22": "Stämmer det?", "24": "Säg vilket år."}
THEIRS = "Föreningen har ordnat samtalsgrupper för äldre."
PICTURES = os.environ.get("REDOGOR_SCREENSHOTS")


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, and one more person who may stand in."""
    folder = tmp_path_factory.mktemp("year") / "instance"
    copy_installation(demo_template, folder)
    installation = open_installation(folder)
    invite_approvers(installation, {"ersattare": DEPUTY})
    installation.database.close()
    with serving(folder) as running:
        running.accounts["ersattare"] = {"email": "ersattare@demo.example", "password": PASSWORD}
        yield running


def picture(screen: Screen, name: str, at: Locator | None = None) -> None:
    """Keep what is on the screen, with something at its top, if somebody wants it."""
    if PICTURES:
        if at is not None:
            at.evaluate("(element) => window.scrollTo(0, element.getBoundingClientRect().top"
                        " + window.scrollY - 24)")  # fmt: skip
        screen.page.screenshot(path=Path(PICTURES) / f"{name}.png")


def test_a_year(chromium: Browser, desk: Server, tmp_path: Path) -> None:
    with (
        Screen(chromium, desk) as strategist,
        Screen(chromium, desk) as colleague,
        Screen(chromium, desk) as association,
        Screen(chromium, desk) as municipality,
        Screen(chromium, desk) as director,
        Screen(chromium, desk, width=TELEPHONE) as deputy,
        Screen(chromium, desk) as archivist,
    ):
        strategist.enter("strateg")
        colleague.enter("strateg2")
        _carry_over(strategist)
        _contribute(association.enter("forening"), THEIRS)
        _contribute(municipality.enter("kommun"), "Kommunen har öppnat en träffpunkt.")
        _insert(strategist)
        _write_at_once(strategist, colleague)
        for section in SECTIONS[GNV]:
            fill_in(strategist, GNV, [section])
        explain(strategist)
        send(strategist, GNV)
        _send_three_back(director.enter("direktor", f"/submissions/{GNV}/approval"))
        _change_three(strategist)
        _name_the_deputy(director)
        shown = _approve(deputy.enter("ersattare", f"/submissions/{GNV}/approval"))
        _type_over(strategist)
        _archive(archivist.enter("arkivarie", f"/submissions/{GNV}"), tmp_path, shown)


def _carry_over(screen: Screen) -> None:
    screen.go(f"{SECTION}/psykisk-ohalsa")
    with screen.arriving():
        screen.question("39").locator('[name="carry"]').click()
    mark = screen.question("39").locator(".carried")
    expect(mark).to_contain_text("överfört, ej granskat")
    with screen.arriving():
        mark.get_by_role("button").click()
    assert screen.told("39")["value"] == {"barn-och-unga": "ja", "teamarbete": "ja"}


def _contribute(screen: Screen, text: str) -> None:
    """Two of three units; the third has handed over."""
    screen.follow("God och nära vård 2025")
    screen.follow("Skriv svaren")
    screen.answer("18a", text)
    screen.answer("22", {"chosen": "ja", "details": {"ja": "Samråd i varje kommun."}})
    screen.press("Spara och gå vidare till överlämnandet")
    screen.press("Lämna över till Region Halland")
    expect(screen.page.locator("main")).to_contain_text("går inte att ändra")


def _insert(screen: Screen) -> None:
    screen.go(f"{SECTION}/tillganglighet")
    was = screen.told("18a")["value"]
    expect(screen.question("18a").locator(".budget")).to_contain_text("3 underlag")
    picture(screen, "year-contributions", screen.question("18a"))
    with screen.arriving():
        screen.question("18a").locator(".contributed").get_by_role(
            "button", name="Föreningen Exempel"
        ).click()
    assert screen.told("18a")["value"] == f"{was}\n\n{THEIRS}"


def _write_at_once(screen: Screen, colleague: Screen) -> None:
    screen.go(f"{SECTION}/kontinuitet")
    colleague.go(f"{SECTION}/kontinuitet")
    was = screen.told("24")["value"]
    colleague.input("24").click()
    expect(screen.question("24").locator(".present")).to_have_text(re.compile("strateg 2 är här"))
    picture(screen, "section")
    screen.look_away().go(f"{SECTION}/kontinuitet")
    colleague.write_on("24", " Då.")
    colleague.wait_saved("24")
    screen.write_on("24", " Nu.")
    panel = screen.question("24").locator(".conflict")
    expect(panel).to_be_visible()
    picture(screen, "year-conflict", panel)
    panel.locator('[data-keep="both"]').click()
    expect(panel).to_have_count(0)
    expect(screen.state("24")).to_have_text(re.compile("^Sparat"))
    assert screen.told("24")["value"] == f"{was} Då.\n\n{was} Nu."
    screen.answer("24", f"{was} Då. Nu.")
    screen.wait_saved("24")
    screen.page.unroute_all()


def _send_three_back(screen: Screen) -> None:
    for question, reason in RETURNED.items():
        screen.page.locator(f'details:has([id="reason.{question}"]) > summary').click()
        screen.page.locator(f'[id="reason.{question}"]').fill(reason)
    expect(screen.page.locator("#marked")).to_have_text(re.compile("18a.*22.*24"))
    picture(screen, "year-sent-back", screen.page.locator('details:has([id="reason.22"])'))
    screen.press("Skicka tillbaka de markerade")
    assert "Frågorna är tillbaka" in screen.messages()


def _change_three(screen: Screen) -> None:
    screen.go(f"/submissions/{GNV}")
    notice = screen.page.locator(".notice", has_text="skickat tillbaka")
    for reason in RETURNED.values():
        expect(notice).to_contain_text(reason)
    screen.go(f"{SECTION}/kontinuitet")
    assert screen.input("25", "option.allmanmedicin").count() == 0, (
        "only what was sent back is open"
    )
    screen.write_on("24", " År 2024.")
    screen.wait_saved("24")
    screen.go(f"{SECTION}/tillganglighet")
    screen.write_on("18a", " I sex kommuner.")
    screen.wait_saved("18a")
    send(screen, GNV)


def _name_the_deputy(screen: Screen) -> None:
    screen.go(f"/submissions/{GNV}/approval")
    expect(screen.page.locator(".change")).to_have_count(len(RETURNED))
    expect(screen.page.locator("main")).to_contain_text("Svaret är inte ändrat.")
    expect(screen.page.locator("main")).to_contain_text("Inget annat svar är ändrat.")
    picture(screen, "approval")
    page = screen.go("/stand-ins").page
    page.get_by_label("Ersättare", exact=True).select_option(label=DEPUTY)
    page.get_by_label("Beslut", exact=True).fill("RS 2026/40")
    page.get_by_label("Till och med").fill(page.get_by_label("Från och med").input_value())
    screen.press("Registrera")
    assert "Ersättaren är registrerad." in screen.messages()


def _approve(screen: Screen) -> str:
    expect(screen.page.locator("main")).to_contain_text("Du är ersättare för")
    picture(screen, "year-deputy", screen.page.locator("section:has(#attestation)"))
    shown = screen.page.locator("section:has(#attestation) code.hash").inner_text()
    for question, value in DEMOS[GNV]["approver"].items():
        if value is True:
            screen.input(question).check()
        else:
            screen.input(question).fill(value)
    screen.page.locator("#password").fill(PASSWORD)
    screen.press("Godkänn svaret")
    assert "Svaret är godkänt" in screen.messages()
    return shown


def _type_over(screen: Screen) -> None:
    """By the keyboard alone; then the authority's receipt."""
    screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
    screen.go(f"/submissions/{GNV}/handing-in")
    total = screen.page.locator(".typed-text").count()
    progress = screen.page.locator("#typed-progress")
    for number in range(total):
        screen.page.keyboard.press("Control+Enter")
        expect(progress).to_have_text(f"{number} av {total} införda")
        if number == total // 2:
            picture(screen, "year-typing-over")
    screen.page.keyboard.press("Control+Enter")
    expect(screen.page.locator("#receipt_number")).to_be_focused()
    screen.page.keyboard.type("SOS-2025-1")
    screen.page.get_by_label("Kvittot som fil").set_input_files(
        {"name": "kvitto.txt", "mimeType": "text/plain", "buffer": "Tack för ert svar.".encode()}
    )
    screen.press("Registrera inlämningen")
    main = screen.page.locator("main")
    expect(main).to_contain_text("SOS-2025-1")
    expect(main).to_contain_text(f"{total} av {total} fält införda")


def _archive(screen: Screen, folder: Path, shown: str) -> None:
    screen.press("Arkivera")
    screen.go("/decisions")
    row = screen.page.locator("tbody tr", has_text=CASE)
    expect(row).to_contain_text(f"{DEPUTY}, ersättare för")
    screen.go(f"/cases/{CASE}")
    package = screen.download("Ladda ner utkastet (ZIP)", folder)
    verdict = verify_package(package.read_bytes())
    assert verdict.intact, verdict.findings
    record = screen.context.request.get(f"/api/v1/submissions/{GNV}").json()
    assert (record["state"], record["content_sha256"]) == ("archived", shown)
