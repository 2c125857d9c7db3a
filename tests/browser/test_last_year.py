"""Last year beside the question: read, carried over and looked at, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.page_object import TELEPHONE, Screen
from tests.conftest import GNV, Server

HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"
ACCESS = f"/submissions/{GNV}/sections/tillganglighet"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_answer_is_carried_over_and_looked_at(
    chromium: Browser, server: Server, scripts: bool
) -> None:
    with Screen(chromium, server, scripts=scripts) as screen:
        screen.enter("strateg", HEALTH)
        screen.answer("41", "Skrivet strax innan.")  # and not saved by hand
        earlier = screen.question("39").locator(".earlier")
        if not scripts:
            earlier.locator("summary").click()
        with screen.arriving():
            earlier.get_by_role("button", name="För över till i år").click()
        assert screen.told("41")["value"] == "Skrivet strax innan."
        told = screen.told("39")
        assert told["value"] == {"barn-och-unga": "ja", "teamarbete": "ja"}
        assert told["carried"]
        mark = screen.question("39").locator(".carried")
        expect(mark).to_contain_text("överfört, ej granskat")
        with screen.arriving():
            mark.get_by_role("button").click()
        expect(screen.question("39").locator(".carried")).to_have_count(0)
        assert (screen.told("39")["carried"], screen.told("39")["version"]) == (False, 1)


def test_a_change_takes_the_mark_away(chromium: Browser, server: Server) -> None:
    with Screen(chromium, server) as screen:
        screen.enter("strateg", HEALTH)
        with screen.arriving():
            screen.question("39").locator('[name="carry"]').click()
        mark = screen.question("39").locator(".carried")
        expect(mark).to_be_visible()
        screen.question("39").locator('input[type="radio"]').nth(3).check()
        expect(mark).to_have_count(0)
        assert not screen.told("39")["carried"]


def test_what_stands_is_shown_beside_before_it_is_replaced(
    chromium: Browser, server: Server
) -> None:
    with Screen(chromium, server) as screen:
        screen.enter("strateg", ACCESS)
        was = screen.told("18a")["value"]
        with screen.arriving():
            screen.question("18a").locator('[name="carry"]').click()
        boxes = screen.page.locator(".boxed").all_inner_texts()
        assert len(boxes) == 2  # the one question that was asked for
        assert boxes[1] == was
        assert screen.told("18a")["value"] == was
        screen.page.get_by_label("Ersätt årets svar med förra årets").check()
        with screen.arriving():
            screen.page.get_by_role("button", name="För över det valda").click()
        assert screen.told("18a")["value"] == boxes[0]


def test_it_is_open_where_there_is_room(chromium: Browser, server: Server) -> None:
    with Screen(chromium, server) as screen:
        screen.enter("strateg", ACCESS)
        beside = screen.question("18a").locator(".earlier .boxed")
        expect(beside).to_be_visible()
        field = screen.input("18a").bounding_box()
        place = beside.bounding_box()
        assert field
        assert place
        assert place["x"] >= field["x"] + field["width"]
    with Screen(chromium, server, width=TELEPHONE) as telephone:
        telephone.enter("strateg2", ACCESS)
        beside = telephone.question("18a").locator(".earlier .boxed")
        expect(beside).to_be_hidden()
        telephone.question("18a").locator(".earlier summary").click()
        expect(beside).to_be_visible()
