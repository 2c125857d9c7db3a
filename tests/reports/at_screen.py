"""A report at the screen: compiled, written in, settled; in either language, with and without
scripts."""

from __future__ import annotations

import io
import re
import zipfile

from playwright.sync_api import Locator, expect

from tests.browser.page_object import Screen
from tests.rounds.texts import units_of
from tests.rounds.whole_round import look, submit


def compile_report(screen: Screen, case: str, round_id: int, arrange: str = "") -> str:
    """The coordinator compiles the answers of a round; the address of the report."""
    screen.go(f"/cases/{case}/rounds/{round_id}")
    with screen.arriving():
        screen.page.locator(f"a[href$='/reports/new?round={round_id}']").click()
    look(screen)
    screen.page.locator("#arrange").select_option(arrange)
    submit(screen, screen.page.locator("form[action$='/reports/new']"))
    look(screen)
    found = re.search(r"/cases/[^/]+/reports/\d+", screen.page.url)
    assert found, screen.page.url
    return found[0]


def piece_with(screen: Screen, text: str) -> Locator:
    """The piece in whose box a text stands."""
    for piece in screen.page.locator("[data-editable]").all():
        boxes = piece.locator("textarea").all()
        if any(text in box.input_value() for box in boxes):
            return piece
    raise AssertionError(f"no piece says {text[:60]}")


def write(screen: Screen, piece: Locator, text: str) -> None:
    """Write something else in a piece, and have it stored."""
    identity = piece.get_attribute("id")
    piece.locator("textarea").last.fill(text)
    if screen.scripts:
        expect(piece).to_have_attribute("data-version", re.compile("[1-9]"))
    else:
        with screen.arriving():
            screen.page.locator("#answers button.button-primary").click()
    screen.reload()
    expect(screen.page.locator(f"#{identity} textarea").last).to_have_value(text)


def write_too_late(screen: Screen, other: Screen, piece: Locator, text: str) -> None:
    """Write in a piece that a colleague at another screen has changed meanwhile: both texts are
    there to choose from, and the own one is chosen."""
    identity = piece.get_attribute("id")
    other.go(screen.page.url)
    write(other, other.page.locator(f"#{identity}"), "En kollegas text.")
    piece.locator("textarea").last.fill(text)
    with screen.arriving():
        screen.page.locator("#answers button.button-primary").click()
    look(screen)
    said = screen.page.locator("section.conflict").inner_text()
    assert "En kollegas text." in said
    assert text in said
    submit(screen, screen.page.locator("section.conflict form").first)
    expect(screen.page.locator(f"#{identity} textarea").last).to_have_value(text)


def press(screen: Screen, piece: Locator, deed: str) -> None:
    """Press one of a piece's buttons: up, down, remove, text; or decide: take, keep."""
    identity = piece.get_attribute("data-question")
    with screen.arriving():
        screen.page.locator(f"button[name=do][value^='{deed}:{identity}']").first.click()


def take_in_changes(screen: Screen) -> None:
    """Compile anew, from the report's page."""
    with screen.arriving():
        screen.page.locator("button[name=do][value=compile]").click()
    look(screen)


def settle(screen: Screen) -> None:
    """From the page of a report: read it as it will be, and settle it."""
    with screen.arriving():
        screen.page.locator("button[name=do][value=settling]").click()
    look(screen)
    form = screen.page.locator("form[action$='/settling']")
    form.locator("[name=confirmed]").check()
    submit(screen, form)
    look(screen)
    assert screen.page.locator("[data-editable]").count() == 0


def files_in(package: bytes, ending: str) -> list[bytes]:
    """The files of a package whose names end so."""
    with zipfile.ZipFile(io.BytesIO(package)) as held:
        return [held.read(name) for name in held.namelist() if name.endswith(ending)]


def told_by(file: str) -> list[tuple[str, str, dict[str, object]]]:
    """Who answered what, by the demo's data: account, unit and answers of the first round."""
    return [
        (unit["account"], unit["name"],
         {key: given["value"] for key, given in unit["answers"].items() if given["value"]})
        for unit in units_of(file)
        if unit["answers"]
    ]  # fmt: skip
