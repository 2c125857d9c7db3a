"""A round at the screen: opened, answered by two units, handed over, sent back, extended, closed,
archived, and its package verified; in both languages, with and without scripts."""

from __future__ import annotations

import datetime
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import Screen
from tests.conftest import Server, serving
from tests.days import swedish_today
from tests.rounds import whole_round as walk
from tests.short_form import ROUND_FORM

CASE, TITLE = "RS258001", "Så långt är vi"
HOSPITAL, TOWN, UNION = "Exempelsjukhuset", "Exempelkommunen", "Föreningen Exempel"
WHOLE = {"exempel": "Vi har ett brukarråd.", "niva": {"chosen": "dialog", "details": {}},
         "antal": "11"}  # fmt: skip
LATER = swedish_today() + datetime.timedelta(days=30)


@pytest.fixture
def round_server(instance: Path, tmp_path: Path) -> Iterator[Server]:
    """The demo, with a short questionnaire at hand."""
    folder = tmp_path / "questionnaires"
    folder.mkdir()
    (folder / "kort.json").write_text(json.dumps(ROUND_FORM), encoding="utf-8")
    with serving(instance, environment={"SURVEY_APP_QUESTIONNAIRES": str(folder)}) as running:
        yield running


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_from_opening_to_a_verified_package(
    chromium: Browser, round_server: Server, language: str, scripts: bool
) -> None:
    with Screen(chromium, round_server, scripts=scripts) as screen:
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        walk.open_case(screen, CASE, "Uppföljning i en omgång")
        screen.go(f"/cases/{CASE}/rounds/new")
        walk.submit(screen, screen.page.locator("form[action$='/rounds/new']"))
        assert screen.page.locator("#problem-summary a[href='#questionnaire']").count() == 1
        walk.look(screen)
        screen.page.locator("[name=questionnaire]").first.check()
        walk.submit(screen, screen.page.locator("form[action$='/rounds/new']"))
        assert screen.page.locator("#problem-summary a[href='#units']").count() == 1
        walk.look(screen)
        opened = walk.open_from_page(
            screen, CASE, "kort", [HOSPITAL, TOWN, UNION], title=TITLE, note="Svara kort.",
            deadline=swedish_today(),
        )  # fmt: skip
        first = walk.answer_as(screen, "sjukhus", TITLE, WHOLE)
        walk.hand_over(screen)
        walk.answer_as(screen, "kommun", TITLE, {**WHOLE, "exempel": "Vi frågar på mötena."})
        walk.hand_over(screen)
        walk.as_person(screen, "strateg")
        walk.send_back(screen, first, {"exempel": "Säg när."})
        walk.extend(screen, UNION, LATER, "Sjukdom")
        expect(walk.line_of(screen, UNION)).to_contain_text(str(LATER.year))
        walk.remind(screen, "Bara ni är kvar.")
        walk.as_person(screen, "sjukhus", f"/submissions/{first}")
        assert "Säg när." in screen.page.locator("main").inner_text()
        walk.answer_as(screen, "sjukhus", TITLE, {"exempel": "Vi har ett brukarråd sedan 2024."})
        walk.hand_over(screen)
        walk.as_person(screen, "strateg")
        walk.close(screen, CASE, opened)
        verdict, records = _judged(screen, walk.archive(screen, CASE, opened))
        assert verdict == CASE
        assert [item["content"]["unit"]["name"] for item in records] == [HOSPITAL, TOWN]
        assert {item["approval"]["basis"] for item in records} == {"handed_over"}
        written = json.dumps(records[0]["content"], ensure_ascii=False)
        assert "sedan 2024." in written
        assert screen.page.locator("html").get_attribute("lang") == language


def _judged(screen: Screen, package: bytes) -> tuple[str, list[dict[str, Any]]]:
    verdict = walk.judge(screen, package)
    with zipfile.ZipFile(io.BytesIO(package)) as held:
        records = [
            json.loads(held.read(name)) for name in held.namelist() if name.endswith("record.json")
        ]
    return verdict.case, records


EXAMPLES = {
    "entries": [
        {"values": {"rubrik": "Rådet", "text": "Rådet läser alla remisser.",
                    "niva": {"chosen": "dialog", "details": {}},
                    "vilka": {"chosen": ["patient", "narstaende"], "details": {}}}},
        {"values": {"text": "Två möten om året."}},
    ]
}  # fmt: skip


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_last_unit_answers_with_a_list(
    chromium: Browser, rounds_server: Server, scripts: bool
) -> None:
    with Screen(chromium, rounds_server, scripts=scripts) as screen:
        walk.answer_as(screen, "hallandsradet", "Uppföljning 2025", {"exempel": EXAMPLES})
        stored = screen.told("exempel")["value"]["entries"]
        assert [entry["values"] for entry in stored] == [
            entry["values"] for entry in EXAMPLES["entries"]
        ]
        walk.hand_over(screen)
        walk.as_person(screen, "strateg", "/cases/RS241041")
        with screen.arriving():
            screen.page.get_by_role("link", name="Uppföljning 2025").click()
        assert "10 av 10 enheter" in screen.page.locator("main").inner_text()
        with screen.arriving():
            walk.line_of(screen, "Hallandsrådet").locator("th a").click()
        assert "Rådet läser alla remisser." in screen.page.locator("main").inner_text()
