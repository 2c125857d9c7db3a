"""The checklist as a round, and the memo to the board, at the screen: from their opening to the
package of the case, with what the committee and the board decided on the way."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.conftest import Server
from tests.rounds import whole_round as walk
from tests.rounds.test_memo import OF_2025, in_order, words_of_docx, words_of_pdf

DATA = Path(__file__).parents[2] / "survey_app/demo/rounds"
CASE, TITLE, HOSPITAL = "RS258007", "Barnanpassad vård", "Exempelsjukhuset"
CHECKLIST = {
    question: given["value"]
    for question, given in json.loads((DATA / "checklista-medverkan.json").read_text("utf-8"))[
        "rounds"
    ][0]["units"][0]["answers"].items()
}
FOLLOW_UP = "vald-niva"
AT_FIRST = {name: value for name, value in CHECKLIST.items() if name != FOLLOW_UP}
"""Without scripts a follow-up is asked once the page has been saved."""
BOARD = json.loads((DATA / "tjansteskrivelse.json").read_text("utf-8"))
MEMO = {name: given["value"] for name, given in BOARD["memos"][0]["answers"].items()}


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_from_opening_to_a_verified_package(
    chromium: Browser, server: Server, language: str, scripts: bool
) -> None:
    with Screen(chromium, server, scripts=scripts) as screen:
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        walk.open_case(screen, CASE, "Checklista för ett projekt")
        opened = walk.open_from_page(screen, CASE, "checklista-medverkan", [HOSPITAL], title=TITLE)
        answer = walk.answer_as(screen, "sjukhus", TITLE, AT_FIRST)
        walk.answer_as(screen, "sjukhus", TITLE, {FOLLOW_UP: CHECKLIST[FOLLOW_UP]})
        screen.go(f"/submissions/{answer}/sections/steg")
        step = screen.page.locator("[data-step=steg-6]")
        expect(step).to_have_text("Pågår" if language == "sv" else "Going on")
        if scripts:
            screen.input("steg-6", "option.klar").check()
            expect(step).to_have_text("Klar")
            screen.wait_saved("steg-6")
        screen.go(f"/submissions/{answer}")
        walk.hand_over(screen)
        walk.as_person(screen, "strateg", f"/cases/{CASE}/rounds/{opened}")
        assert screen.page.locator("h2#steps").count() == 1
        walk.close(screen, CASE, opened)
        memo = write_memo(screen)
        approve(screen, memo)
        hand_to_the_board(screen, memo)
        for plan in BOARD["decisions"]:
            record(screen, plan)
        walk.as_person(screen, walk.ARCHIVIST, f"/submissions/{memo}")
        walk.submit(screen, screen.page.locator("form[action$='/archiving']"))
        package = walk.archive(screen, CASE, opened)
        assert walk.judge(screen, package).case == CASE
        look_into(package)
        assert screen.page.locator("html").get_attribute("lang") == language


def write_memo(screen: Screen) -> int:
    """Write the memo of 2026 from the case's page; its submission."""
    screen.go(f"/cases/{CASE}")
    walk.submit(screen, screen.page.locator(f"form[action='/cases/{CASE}/memo']"))
    found = re.search(r"/submissions/(\d+)/questions", screen.page.url)
    assert found, screen.page.url
    for question, value in MEMO.items():
        walk.fill_in(screen, question, value)
    walk.save(screen, MEMO)
    walk.look(screen)
    memo = int(found[1])
    screen.go(f"/submissions/{memo}/memo")
    walk.look(screen)
    in_order(" ".join(screen.page.locator("article").inner_text().split()), in_this_case(number=""))
    screen.go(f"/submissions/{memo}/sending")
    walk.submit(screen, screen.page.locator("form[action$='/sending']"))
    return memo


def in_this_case(number: str = "1. ") -> list[str]:
    """The words of the seed's memo; the point of a list on a page is numbered by the browser."""
    return [part.replace("RS241041", CASE).replace("1. ", number, 1) for part in OF_2025]


def approve(screen: Screen, memo: int) -> None:
    """The director approves it, by delegation."""
    walk.as_person(screen, "direktor", f"/submissions/{memo}/approval")
    walk.look(screen)
    screen.page.locator("#password").fill(screen.server.accounts["direktor"]["password"])
    walk.submit(screen, screen.page.locator("form[action$='/approval']"))
    reply = screen.context.request
    pdf = reply.get(f"{screen.server.url}/submissions/{memo}/memo.pdf").body()
    docx = reply.get(f"{screen.server.url}/submissions/{memo}/memo.docx").body()
    assert "UTKAST" not in words_of_pdf(pdf)
    in_order(words_of_pdf(pdf), in_this_case())
    in_order(words_of_docx(docx), in_this_case())


def hand_to_the_board(screen: Screen, memo: int) -> None:
    walk.as_person(screen, "strateg", f"/submissions/{memo}/handing-in")
    walk.look(screen)
    walk.submit(screen, screen.page.locator("form[action$='/handing-in']"))
    assert screen.page.locator("#receipt_number").count() == 0


def record(screen: Screen, plan: dict[str, Any]) -> None:
    """Record a decision on the case."""
    screen.go(f"/cases/{CASE}/board-decisions")
    walk.look(screen)
    page = screen.page
    for field in ("body", "paragraph", "day", "matter", "decision", "about"):
        page.locator(f"[id='{field}']").fill(plan[field])
    page.locator("#background").fill("\n".join(plan["background"]))
    page.locator("#recipients").fill("\n".join(plan["recipients"]))
    if not plan["recipients"]:
        page.locator("#not_sent").check()
    walk.submit(screen, page.locator("form[enctype]"))
    assert plan["decision"] in page.locator("main").inner_text()


def look_into(package: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(package)) as held:
        names = held.namelist()
        [whole] = [held.read(name) for name in names if name.endswith("data/case.pdf")]
        [memo] = [held.read(name) for name in names
                  if "tjansteskrivelse" in name and "documents/" in name]  # fmt: skip
        records = [json.loads(held.read(name)) for name in names if name.endswith("record.json")]
    assert len([name for name in names if "-beslut-" in name]) == 2
    in_order(words_of_pdf(memo), in_this_case())
    said = words_of_pdf(whole)
    decided = said[said.rindex("Beslut i ärendet") :]
    in_order(decided, ["§39", "Expedieras inte.", "§84", "Driftnämnden Ambulans"])
    assert {record["content"]["questionnaire"]["id"] for record in records} == {
        "checklista-medverkan", "tjansteskrivelse",
    }  # fmt: skip
