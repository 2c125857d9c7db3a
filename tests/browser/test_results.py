"""Results and imports at the screen: a file that is wrong, one that is right, and what came of it;
in both languages, with and without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from survey_app.config import read_settings
from survey_app.export.sheet import SheetToWrite, write_xlsx
from survey_app.store.engine import Database
from survey_app.store.tables import Unit
from tests.browser.page_object import Screen
from tests.conftest import Server, serving
from tests.pooled_form import FORM
from tests.rounds import whole_round as walk

CASE, TITLE = "RS258002", "Allt på en gång"
HOSPITAL, TOWN, ISLAND = "Exempelsjukhuset", "Exempelkommunen", "Öns kommun"
YES = {"chosen": "ja", "details": {}}


@pytest.fixture
def results_server(instance: Path, tmp_path: Path) -> Iterator[Server]:
    """The demo, with a questionnaire of many kinds at hand, and a unit without any account."""
    settings = read_settings({}, instance=instance, testing=True)
    database = Database(settings.database_url)
    with database.writing() as session:
        session.add(Unit(name=ISLAND))
    database.close()
    folder = tmp_path / "questionnaires"
    folder.mkdir()
    (folder / "prov.json").write_text(json.dumps(short_form()), encoding="utf-8")
    with serving(instance, environment={"SURVEY_APP_QUESTIONNAIRES": str(folder)}) as running:
        yield running


def short_form() -> dict[str, Any]:
    """The form about everything without its table, which has screens of its own."""
    [section] = FORM["sections"]
    questions = [item for item in section["questions"] if item["kind"] != "table"]
    return {**FORM, "sections": [{**section, "questions": questions}]}


def sheet(folder: Path, name: str, *rows: list[Any]) -> Path:
    path = folder / name
    path.write_bytes(write_xlsx([SheetToWrite("Svar", rows)], name, "2026-01-01T00:00:00+00:00"))
    return path


def send_in(screen: Screen, *files: Path) -> None:
    screen.page.locator("#files").set_input_files(files)
    walk.submit(screen, screen.page.locator("form[enctype]"))
    walk.look(screen)


@pytest.mark.parametrize(
    ("language", "scripts"), [("sv", True), ("en", False)], ids=["swedish", "english, no scripts"]
)
def test_from_files_to_results(
    chromium: Browser, results_server: Server, tmp_path: Path, language: str, scripts: bool
) -> None:
    with Screen(chromium, results_server, scripts=scripts) as screen:
        screen.enter("strateg")
        if language == "en":
            walk.in_english(screen)
        walk.open_case(screen, CASE, "Resultat ur en omgång")
        opened = walk.open_from_page(screen, CASE, "prov", [HOSPITAL, TOWN, ISLAND], title=TITLE)
        walk.answer_as(screen, "sjukhus", TITLE, {"val": YES, "text": "Från skärmen", "antal": "4"})
        walk.hand_over(screen)
        walk.as_person(screen, "strateg", f"/cases/{CASE}/rounds/{opened}/import")
        walk.look(screen)
        main = screen.page.locator("main")
        send_in(screen, sheet(tmp_path, "fel.xlsx", ["#enhet", "antal"], [ISLAND, "tolv"]))
        expect(main).to_contain_text("fel.xlsx")
        expect(main).to_contain_text("B2")
        expect(main.locator("form[action$='/answers'] .button-primary")).to_have_count(0)
        send_in(screen, sheet(tmp_path, "svar.xlsx", ["#enhet", "val", "antal", "text"],
                              ["Öns komun", "Nej", 12, "=1+1"]))  # fmt: skip
        form = main.locator("form[action$='/answers']")
        form.locator("select").select_option(index=1)
        with screen.arriving():
            form.locator("[name=look]").click()
        walk.look(screen)
        with screen.arriving():
            form.locator(".button-primary").click()
        walk.look(screen)
        walk.submit(screen, main.locator("form[action$='/hand-over']"))
        expect(walk.line_of(screen, ISLAND)).to_contain_text("strateg")
        screen.go(f"/cases/{CASE}/rounds/{opened}/results")
        walk.look(screen)
        expect(main).to_contain_text("Ja 1 (50\u00a0%), Nej 1 (50\u00a0%)")
        expect(main).to_contain_text(TOWN)
        screen.go(f"/cases/{CASE}/rounds/{opened}/results/val")
        walk.look(screen)
        assert main.locator("svg[role=img]").count() == 1
        expect(main.locator("ul.names")).to_contain_text(TOWN)
        screen.go(f"/cases/{CASE}/rounds/{opened}/results/text")
        walk.look(screen)
        expect(main.locator("tbody")).to_contain_text("Från skärmen")
        expect(main.locator("tbody")).to_contain_text("=1+1")
        reply = screen.context.request.get(f"/cases/{CASE}/rounds/{opened}/results.xlsx")
        held = tmp_path / "resultat.xlsx"
        held.write_bytes(reply.body())
        rows = list(openpyxl.load_workbook(held)["Svar"].values)
        assert [row[rows[1].index("text")] for row in rows[2:]] == ["Från skärmen", None, "=1+1"]
        assert screen.page.locator("html").get_attribute("lang") == language
