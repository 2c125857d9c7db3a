"""The indicator report as a round at the screen: its tables pasted and read from files, its texts
written, its wrong totals seen, handed over, closed, archived, and its package verified."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.conftest import Server, serving
from tests.rounds import whole_round as walk
from tests.rounds.indicator_tables import PRINTED, pasted
from tests.rounds.test_content import cells_of
from tests.rounds.texts import units_of
from tests.tables.test_taking_in import as_workbook

FORM = "indikatorrapport-hemsjukvard"
CASE, TITLE, UNIT, PERSON = "RS258004", "Indikatorrapport", "Regionkontoret", "regionkontor"
DIFFER = [
    ("2025-02", "totalt", 3259, 3299), ("2025-09", "enstaka", 157, 156),
    ("summa", "hylte-enstaka", 101, 100), ("summa", "enstaka", 1910, 1909),
]  # fmt: skip


@pytest.fixture
def report_server(rounds_instance: Path) -> Iterator[Server]:
    with serving(rounds_instance) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_from_opening_to_a_verified_package(
    chromium: Browser, report_server: Server, language: str, scripts: bool
) -> None:
    [told] = units_of(FORM)
    texts = {name: answer["value"] for name, answer in told["answers"].items()
             if isinstance(answer["value"], str)}  # fmt: skip
    with Screen(chromium, report_server, scripts=scripts) as screen:
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        walk.open_case(screen, CASE, "Indikatorrapport för hemsjukvård")
        opened = walk.open_from_page(screen, CASE, FORM, [UNIT], title=TITLE)
        submission = walk.answer_as(screen, PERSON, TITLE, texts)
        for place, table in enumerate(PRINTED):
            _import(screen, submission, table, place)
        _look_at_tables(screen, submission)
        screen.go(f"/submissions/{submission}")
        walk.hand_over(screen)
        walk.as_person(screen, "strateg")
        walk.close(screen, CASE, opened)
        [record] = _records(screen, walk.archive(screen, CASE, opened))
        _hold_to_print(record["content"], texts)
        assert screen.page.locator("html").get_attribute("lang") == language


def _import(screen: Screen, submission: int, table: str, place: int) -> None:
    """Take in a table: from a file or by a paste, in turn, the first into one of its cells."""
    page = screen.page
    url = f"/submissions/{submission}/tables/{table}/import"
    if place == 0 and screen.scripts:
        screen.go(f"/submissions/{submission}/questions")
        with screen.arriving():
            _paste_into(screen, f"q.{table}.cell.2024-12.falkenberg-inskrivna", pasted(table))
    elif place % 2:
        screen.go(url)
        page.locator("#file").set_input_files(
            {"name": f"{table}.xlsx", "mimeType": "application/x", "buffer": as_workbook(table)}
        )
        with screen.arriving():
            page.locator("form:has(#file) button").click()
    else:
        screen.go(url)
        page.locator("#paste").fill(pasted(table))
        with screen.arriving():
            page.locator("form:has(#paste) button").click()
    assert re.search(r"/import/\d+$", page.url), page.locator("main").inner_text()
    if page.locator("#missing").count():
        page.locator("#missing").check()
    if place < 2:
        walk.look(screen)
    with screen.arriving():
        page.locator("button[value=take]").first.click()
    assert page.url.endswith(f"#question-{table}")


def _paste_into(screen: Screen, name: str, text: str) -> None:
    """What a browser does when a table is on the clipboard and somebody pastes into a cell."""
    screen.page.evaluate(
        """([name, text]) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text/plain", text);
          document.getElementsByName(name)[0].dispatchEvent(
            new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        [name, text],
    )


def _look_at_tables(screen: Screen, submission: int) -> None:
    """The four wrong totals are told, and no other; charts stand below their tables."""
    screen.go(f"/submissions/{submission}/questions")
    problems = screen.page.locator(".problem-warning")
    expect(problems).to_have_count(len(DIFFER) + 1)  # and the cell where two of them meet
    first = screen.page.locator("#question-inskrivna")
    expect(first.locator(".problem-warning")).to_have_count(len(DIFFER) + 1)
    assert "3\u00a0259" in first.locator(".problems").inner_text()
    assert screen.page.locator("svg.chart").count() == 7
    described = first.locator("svg desc").first.text_content() or ""
    assert "Varberg: " in described
    assert "uppgift saknas till och med september 2025" in described
    walk.look(screen)


def _records(screen: Screen, package: bytes) -> list[dict[str, Any]]:
    assert walk.judge(screen, package).case == CASE
    with zipfile.ZipFile(io.BytesIO(package)) as held:
        return [json.loads(held.read(name)) for name in held.namelist()
                if name.endswith("record.json")]  # fmt: skip


def _hold_to_print(content: dict[str, Any], texts: dict[str, str]) -> None:
    """What is archived is what the source prints, cell by cell and word by word."""
    answers = {item["id"]: item for section in content["sections"] for item in section["questions"]}
    for table in PRINTED:
        assert answers[table]["value"]["cells"] == cells_of(table)
        found = [(item["row"], item["column"], item["typed"], item["computed"])
                 for item in answers[table]["differences"]]  # fmt: skip
        assert found == (DIFFER if table == "inskrivna" else [])
    assert {name: answers[name]["value"] for name in texts} == texts
