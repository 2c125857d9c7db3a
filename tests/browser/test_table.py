"""A table is filled in: typed and walked through by keys, summed as one types, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.axe import violations_at
from tests.browser.lists import FORM, open_drafts
from tests.browser.page_object import TELEPHONE, Screen
from tests.conftest import Server, serving
from tests.core.indicator_tables import ADMITTED, ADMITTED_SPEC, cells_of
from tests.databases import copy_installation

TABLE = "inskrivna"
REPORT = FORM.parent / "indikatorrapport-hemsjukvard.json"
HARD = "\u00a0"
_LEFT: list[int] = []


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all the tests, with drafts of the indicator report."""
    folder = tmp_path_factory.mktemp("desk") / "instance"
    copy_installation(demo_template, folder)
    _LEFT[:] = open_drafts(folder, 10, REPORT)
    with serving(folder) as running:
        yield running


@pytest.fixture
def path(desk: Server) -> str:
    """The section with the table, in a draft that nobody has written in."""
    return f"/submissions/{_LEFT.pop()}/sections/inskrivna"


def cell(screen: Screen, row: str, column: str) -> Locator:
    return screen.input(TABLE, f"cell.{row}.{column}")


def total(screen: Screen, row: str, column: str) -> Locator:
    """What is computed beside a typed total."""
    return screen.input(TABLE, f"sum.{row}.{column}")


def stored(screen: Screen) -> dict[str, dict[str, int | str | None]]:
    value = screen.told(TABLE).get("value") or {"cells": {}}
    found: dict[str, dict[str, int | str | None]] = value["cells"]
    return found


def test_numbers_are_typed_and_summed_as_one_goes(screen: Screen, path: str) -> None:
    screen.go(path)
    cell(screen, "2025-01", "falkenberg-inskrivna").click()
    screen.page.keyboard.type("625")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.press("Tab")
    screen.page.keyboard.type("1 237,0")
    expect(total(screen, "2025-01", "totalt")).to_have_text(f"beräknat 1{HARD}862 (4 saknas)")
    cell(screen, "2025-01", "totalt").fill("1863")
    wrong = f"skiljer sig: beräknat 1{HARD}862 (4 saknas)"
    expect(total(screen, "2025-01", "totalt")).to_have_text(wrong)
    screen.wait_saved(TABLE)
    assert stored(screen) == {
        "2025-01": {"falkenberg-inskrivna": 625, "halmstad-inskrivna": 1237, "totalt": 1863}
    }
    expect(cell(screen, "2025-01", "halmstad-inskrivna")).to_have_value(f"1{HARD}237")
    problem = screen.question(TABLE).locator(".problems li")
    expect(problem).to_contain_text("januari 2025, Totalt: Här står 1")
    problem.get_by_role("link").click()
    expect(cell(screen, "2025-01", "totalt")).to_be_focused()
    cell(screen, "2025-01", "totalt").fill("1862")
    expect(total(screen, "2025-01", "totalt")).to_have_text("")
    expect(screen.question(TABLE).locator(".problems li")).to_have_count(0)
    assert not violations_at(screen)


def test_keys_lead_from_cell_to_cell(screen: Screen, path: str) -> None:
    screen.go(path)
    keys = screen.page.keyboard
    cell(screen, "2024-12", "falkenberg-inskrivna").focus()
    for text, key, row, column in (
        ("632", "Enter", "2025-01", "falkenberg-inskrivna"),
        ("625", "ArrowDown", "2025-02", "falkenberg-inskrivna"),
        ("626", "Shift+Enter", "2025-01", "falkenberg-inskrivna"),
        ("", "ArrowRight", "2025-01", "falkenberg-enstaka"),
        ("25", "ArrowUp", "2024-12", "falkenberg-enstaka"),
        ("21", "ArrowLeft", "2024-12", "falkenberg-enstaka"),
    ):
        keys.type(text)
        keys.press(key)
        expect(cell(screen, row, column)).to_be_focused()
    assert cell(screen, "2024-12", "falkenberg-enstaka").evaluate("e => e.selectionStart") == 1
    cell(screen, "2025-12", "falkenberg-inskrivna").press("Enter")
    expect(cell(screen, "summa", "falkenberg-inskrivna")).to_be_focused()
    assert path in screen.page.url, "Enter sends no form"
    screen.wait_saved(TABLE)
    assert stored(screen)["2025-02"] == {"falkenberg-inskrivna": 626}


def test_missing_zero_and_not_filled_in_are_three_things(screen: Screen, path: str) -> None:
    screen.go(path)
    cell(screen, "2025-01", "varberg-inskrivna").fill("..")
    cell(screen, "2025-02", "varberg-enstaka").fill("–")
    cell(screen, "2025-01", "varberg-enstaka").fill("0")
    screen.wait_saved(TABLE)
    cell(screen, "2025-01", "laholm-enstaka").focus()
    expect(cell(screen, "2025-01", "varberg-inskrivna")).to_have_value("saknas")
    assert stored(screen) == {"2025-01": {"varberg-inskrivna": None, "varberg-enstaka": 0}}
    expect(cell(screen, "2025-02", "varberg-enstaka")).to_have_value("")
    screen.reload()
    for column, text in (("inskrivna", "saknas"), ("enstaka", "0")):
        expect(cell(screen, "2025-01", f"varberg-{column}")).to_have_value(text)
    expect(cell(screen, "2025-02", "varberg-inskrivna")).to_have_value("")
    with screen.arriving():
        screen.page.get_by_role("button", name="In English").or_(
            screen.page.get_by_role("link", name="In English")
        ).click()
    said = cell(screen, "2025-01", "varberg-inskrivna").input_value()
    cell(screen, "2025-02", "varberg-inskrivna").fill(said)
    cell(screen, "2025-02", "varberg-enstaka").fill("not known")
    screen.question(TABLE).locator('.save-state[data-state="saved"]').wait_for()
    expect.soft(screen.page.locator("#page-state")).to_have_attribute("data-state", "saved")
    assert stored(screen)["2025-02"] == {"varberg-inskrivna": None, "varberg-enstaka": None}


def test_a_text_in_a_cell_is_kept_and_only_that_cell_is_wrong(screen: Screen, path: str) -> None:
    screen.go(path)
    cell(screen, "2025-01", "hylte-enstaka").fill("cirka 3")
    cell(screen, "2025-01", "hylte-inskrivna").fill("3,5")
    screen.wait_saved(TABLE)
    expect(screen.question(TABLE).locator(".problems li")).to_have_count(2)
    expect(screen.question(TABLE).locator('[aria-invalid="true"]')).to_have_count(2)
    expect(cell(screen, "2025-01", "hylte-enstaka")).to_have_attribute("aria-invalid", "true")
    screen.reload()
    expect(cell(screen, "2025-01", "hylte-enstaka")).to_have_value("cirka 3")
    expect(screen.question(TABLE).locator('[aria-invalid="true"]')).to_have_count(2)
    assert not violations_at(screen)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_the_whole_printed_table(chromium: Browser, desk: Server, path: str, scripts: bool) -> None:
    printed = cells_of(ADMITTED_SPEC, ADMITTED)
    with Screen(chromium, desk, scripts=scripts) as screen:
        screen.enter("strateg", path)
        for row, cells in printed.items():
            for column, number in cells.items():
                cell(screen, row, column).fill("saknas" if number is None else str(number))
        screen.input(TABLE, "note").fill("Varberg ingår från oktober 2025.")
        if scripts:
            screen.wait_saved(TABLE)
        else:
            screen.press("Spara")
        assert stored(screen) == printed
        assert screen.told(TABLE)["value"]["notes"] == {"": "Varberg ingår från oktober 2025."}
        problems = screen.question(TABLE).locator(".problems li")
        expect(problems).to_have_count(5)
        expect(problems.nth(4)).to_contain_text("september 2025, Hylte Enstaka: Radens och")
        expect(screen.question(TABLE).locator("td.differs")).to_have_count(4)
        expect(total(screen, "2025-02", "totalt")).to_have_text(
            f"skiljer sig: beräknat 3{HARD}299 (1 saknas)"
        )
        expect(total(screen, "summa", "totalt")).to_have_text("")


def test_two_at_once_each_in_cells_of_their_own(
    screen: Screen, colleague: Screen, path: str
) -> None:
    for desk in (screen, colleague):
        desk.go(path).look_away()
    cell(screen, "2025-01", "falkenberg-inskrivna").fill("625")
    screen.wait_saved(TABLE)
    cell(colleague, "2025-02", "falkenberg-inskrivna").fill("626")
    colleague.wait_saved(TABLE)
    expect(cell(colleague, "2025-01", "falkenberg-inskrivna")).to_have_value("625")
    cell(screen, "2025-03", "falkenberg-inskrivna").fill("624")
    screen.wait_saved(TABLE)
    expect(cell(screen, "2025-02", "falkenberg-inskrivna")).to_have_value("626")
    assert {row: cells["falkenberg-inskrivna"] for row, cells in stored(screen).items()} == {
        "2025-01": 625, "2025-02": 626, "2025-03": 624,
    }  # fmt: skip
    cell(colleague, "2025-01", "falkenberg-inskrivna").fill("1")
    colleague.wait_saved(TABLE)
    cell(screen, "2025-01", "falkenberg-inskrivna").fill("2")
    conflict = screen.question(TABLE).locator(".conflict")
    expect(conflict).to_contain_text("Någon annan har ändrat svaret")
    expect(conflict.locator("[data-yours] mark")).to_have_text("2")
    conflict.get_by_role("button", name="Behåll min").click()
    screen.wait_saved(TABLE)
    assert stored(screen)["2025-01"] == {"falkenberg-inskrivna": 2}


def test_on_a_telephone_each_row_is_a_card(chromium: Browser, desk: Server, path: str) -> None:
    with Screen(chromium, desk, width=TELEPHONE) as screen:
        screen.enter("strateg", path)
        first = cell(screen, "2025-01", "falkenberg-inskrivna")
        second = cell(screen, "2025-01", "falkenberg-enstaka")
        above, below = first.bounding_box(), second.bounding_box()
        assert above
        assert below
        assert below["y"] >= above["y"] + above["height"]
        assert above["x"] == below["x"]
        assert above["height"] >= 44
        first.focus()
        screen.question(TABLE).get_by_role("button", name="Uppgift saknas").click()
        screen.wait_saved(TABLE)
        assert stored(screen) == {"2025-01": {"falkenberg-inskrivna": None}}
        assert not violations_at(screen)


def test_labels_say_row_and_column(screen: Screen, path: str) -> None:
    screen.go(path)
    named = screen.page.get_by_role("textbox", name="januari 2025 Falkenberg Inskrivna", exact=True)
    expect(named).to_have_attribute("id", f"q.{TABLE}.cell.2025-01.falkenberg-inskrivna")
    head = screen.question(TABLE).locator("thead th[scope=colgroup]")
    expect(head.first).to_have_attribute("colspan", "2")
    place = screen.question(TABLE).locator("tbody tr[data-row] th").first
    before = place.bounding_box()
    screen.question(TABLE).locator(".table-scroll").evaluate("e => { e.scrollLeft = 300 }")
    assert place.bounding_box() == before, "the names of rows stay in sight"
