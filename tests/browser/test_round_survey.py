"""A survey at the screen: opened from a case, answered by its link and its code, closed, packed."""

from __future__ import annotations

import io
import re
import zipfile
from itertools import count

import pytest
from playwright.sync_api import Browser, expect

from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity
from survey_app.services.keys.key import open_key
from tests.browser.page_object import Screen
from tests.conftest import Server
from tests.rounds.whole_round import (
    ARCHIVIST,
    COORDINATOR,
    as_person,
    in_english,
    look,
    open_case,
    submit,
)

NUMBERS = count(259901)
TEXT = "Vi blev lyssnade på."


@pytest.fixture
def case() -> str:
    """The number of a case for one test: all are at one server."""
    return f"RS{next(NUMBERS)}"


def start(screen: Screen, case: str, **fields: str) -> str:
    """A case with a survey and a link that many use; the address of the link."""
    open_case(screen, case, "Utvärdering av medverkan")
    screen.go(f"/cases/{case}")
    with screen.arriving():
        screen.page.locator(f"a[href='/cases/{case}/surveys/new']").click()
    look(screen)
    for name, text in fields.items():
        screen.page.locator(f"#{name}").fill(text)
    submit(screen, screen.page.locator("form[action$='/surveys/new']"))
    screen.page.locator("#label").fill("Väntrummet")
    submit(screen, screen.page.locator("form[action$='/links']"))
    look(screen)
    address = screen.page.locator(".link-card a").first.get_attribute("href")
    assert address
    code = screen.page.locator(".qr svg[role=img]")
    expect(code.locator("desc")).to_have_text(f"QR-kod som leder till {address}")
    return re.sub(r"^https?://[^/]+", "", address)


def answer(screen: Screen, path: str, role: str, text: str = TEXT) -> None:
    """Somebody with the link answers."""
    screen.go(path)
    screen.page.locator(f"[id='q.roll.option.{role}']").check()
    screen.page.locator("[id='q.pastaenden.row.lyssnad.option.helt']").check()
    if text:
        screen.page.locator("[id='q.bra']").fill(text)
    send(screen)


def send(screen: Screen) -> Screen:
    with screen.arriving():
        screen.page.locator("#questions button.button-primary").click()
    return screen


@pytest.mark.parametrize(
    ("english", "scripts"), [(False, True), (True, True), (False, False)],
    ids=["Swedish", "English", "no scripts"],
)  # fmt: skip
def test_from_opening_to_the_package(
    chromium: Browser, desk: Server, case: str, english: bool, scripts: bool
) -> None:
    with (
        Screen(chromium, desk, scripts=scripts) as ours,
        Screen(chromium, desk, scripts=scripts, width=390) as theirs,
    ):
        ours.enter(COORDINATOR)
        if english:
            in_english(ours)
        path = start(ours, case, note="Om vårdplanen.")
        page = ours.page.url
        for number in range(6):
            answer(theirs, path, ("patient", "brukare")[number % 2], f"{TEXT} {number}")
            assert theirs.context.cookies() == []
        ours.page.goto(page)
        expect(ours.page.locator(".lead")).to_have_text(
            "At least 5 have answered." if english else "Minst 5 har svarat."
        )
        assert TEXT not in ours.page.content()
        ours.page.locator("#close").check()
        submit(ours, ours.page.locator("form[action$='/close']"))
        look(ours)
        expect(ours.page.locator("#result-roll tbody tr").first).to_have_text(
            re.compile(r"Patient\s*3\s*50")
        )
        assert ours.page.locator("#result-bra .texts li").count() == 6
        theirs.go(path)
        look(theirs)
        as_person(ours, ARCHIVIST, page.replace(ours.server.url, ""))
        ours.page.locator("#decision").fill("Dokumenthanteringsplan 4.2")
        submit(ours, ours.page.locator("form[action$='/weeding']"))
        look(ours)
        ours.go(f"/cases/{case}")
        look(ours)
        address = ours.page.locator("a[href$='/package.zip']").get_attribute("href")
        data = ours.context.request.get(f"{ours.server.url}{address}").body()
    verdict = verify_package(data, open_key(desk.instance).public_key)
    assert verdict.intact, verdict.findings
    assert verdict.authenticity == Authenticity.AUTHENTIC
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [result] = [name for name in archive.namelist() if name.endswith(".json")
                    and "resultat" in name]  # fmt: skip
        assert archive.read(result).decode().count(TEXT) == 6


def test_what_is_typed_stays_on_the_page_until_it_can_be_sent(
    chromium: Browser, desk: Server, case: str
) -> None:
    """Too long, in the other language, a choice taken back: nothing is lost, and nothing sent."""
    with Screen(chromium, desk) as ours, Screen(chromium, desk, scripts=False) as theirs:
        ours.enter(COORDINATOR)
        path = start(ours, case)
        theirs.go(path)
        theirs.page.locator("[id='q.roll.option.patient']").check()
        theirs.page.locator("[id='q.bra']").fill("x" * 1001)
        send(theirs)
        summary = theirs.page.locator("#problem-summary")
        expect(summary).to_contain_text("Vad var bra?")
        in_english(theirs)
        expect(theirs.page.locator("[id='q.bra']")).to_have_value("x" * 1001)
        expect(theirs.page.locator("h2").nth(1)).to_have_text("About your participation")
        theirs.page.locator("[id='q.bra']").fill(TEXT)
        with theirs.arriving():
            theirs.question("roll").locator("button.clear").click()
        assert theirs.page.locator("[id='q.roll.option.patient']:checked").count() == 0
        expect(theirs.page.locator("[id='q.bra']")).to_have_value(TEXT)
        send(theirs)
        expect(theirs.page.locator("h1")).to_have_text("Thank you for your answer")


def test_enter_in_a_field_sends_nothing(chromium: Browser, desk: Server, case: str) -> None:
    with Screen(chromium, desk) as ours, Screen(chromium, desk) as theirs:
        ours.enter(COORDINATOR)
        theirs.go(start(ours, case))
        theirs.page.locator("[id='q.roll.option.patient']").check()
        theirs.page.locator("[id='q.roll.option.patient']").press("Enter")
        theirs.page.wait_for_timeout(300)
        assert "/thanks" not in theirs.page.url
        expect(theirs.page.locator("[id='q.roll.option.patient']")).to_be_checked()


def test_links_for_one_each_come_as_a_file(chromium: Browser, desk: Server, case: str) -> None:
    with Screen(chromium, desk) as ours, Screen(chromium, desk) as theirs:
        ours.enter(COORDINATOR)
        start(ours, case)
        ours.page.locator("#n").fill("2")
        with ours.page.expect_download() as coming:
            ours.page.locator("button[value=csv]").click()
        lines = coming.value.path().read_text("utf-8-sig").splitlines()
        link = lines[1].strip('"').partition("/ballots/")[2]
        assert (len(lines), len(link)) == (3, 22)
        answer(theirs, f"/ballots/{link}", "patient")
        theirs.go(f"/ballots/{link}")
        expect(theirs.page.locator("main")).to_contain_text("Länken är redan använd")
        look(theirs)
