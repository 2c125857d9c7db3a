"""What RS250393 leaves open, and how a person at the screen completes it, section by section.

With scripts each answer is saved as it is given; without them the page's button saves them all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, expect

from survey_app.export.enclosure_sheet import render_sheet
from survey_app.services.demo import DATA
from tests.browser.page_object import Screen
from tests.conftest import GNV, GRANT

CASE = "RS250393"
DEMOS: dict[int, dict[str, Any]] = {
    GNV: json.loads((DATA / "gnv-2025.json").read_text("utf-8")),
    GRANT: json.loads((DATA / "statsbidrag-2025.json").read_text("utf-8")),
}
SHEETS = {
    sheet["id"]: sheet
    for sheet in json.loads((DATA / "enclosures.json").read_text("utf-8"))["enclosures"]
}
SECTIONS = {
    GNV: {
        "styrning-och-finansiering": ["2", "3", "4"],
        "uppfoljning-och-utvardering": ["8a"],
        "medicinsk-kompetens": ["12"],
        "sidotjanstgoring": ["13"],
        "delaktighet": ["20", "23"],
        "kontinuitet": ["25", "27a", "33"],
        "halsoframjande": ["37"],
        "psykisk-ohalsa": ["39", "40"],
    },
    GRANT: {
        "mottaget": ["glesbygdsbidrag"],
        "anvandning": ["utvecklingsomraden"],
        "kontinuitet": ["kontinuitet-form"],
        "forebyggande": ["forebyggande-form", "forebyggande-samverkan"],
        "planering": ["planering-form"],
        "kompetens": ["kompetens-form"],
        "glesbygd": ["glesbygd"],
    },
}
REASONS = {"9a": "Regionen har inga team för andra målgrupper.", "36": None}
"""Questions left blank: with a reason, or as what cannot be stated."""


def fill_in(screen: Screen, submission: int, sections: Iterable[str] | None = None) -> None:
    """Give the practice answers of some sections, or of all; each is then found as stored."""
    for section in SECTIONS[submission] if sections is None else sections:
        screen.go(f"/submissions/{submission}/sections/{section}")
        answers = {
            question: DEMOS[submission]["practice"][question]["value"]
            for question in SECTIONS[submission][section]
        }
        for question, value in answers.items():
            _give(screen, question, value)
        _save(screen, answers)
        for question, value in answers.items():
            _find_stored(screen, question, value)


def _give(screen: Screen, question: str, value: Any) -> None:
    files = [_sheet(file["enclosure"]) for file in _files(value)]
    if files:
        screen.input(question, "file").set_input_files(files)
    else:
        _open_details(screen, question, value)
        screen.answer(question, value)


def _open_details(screen: Screen, question: str, value: Any) -> None:
    """A field after an option shows as soon as the option is chosen, with or without scripts."""
    for option in value.get("details", {}) if isinstance(value, dict) else ():
        screen.input(question, f"option.{option}").check()
        expect(screen.question(question).locator(f'[data-detail="{option}"]')).to_be_visible()


def _save(screen: Screen, questions: Iterable[str]) -> None:
    if screen.scripts:
        for question in questions:
            screen.wait_saved(question)
        return
    screen.press("Spara")
    assert re.search("svar spara(t|de)", screen.page.locator(".notice-success").inner_text())
    assert screen.page.locator("#problem-summary").count() == 0


def _find_stored(screen: Screen, question: str, value: Any) -> None:
    if files := _files(value):
        names = [SHEETS[file["enclosure"]]["file_name"] for file in files]
        expect(screen.question(question).locator(".files a")).to_have_text(names)
        return
    stored = screen.told(question)["value"]
    if isinstance(value, dict):
        stored = {name: stored[name] for name in value}
    assert stored == value


def _files(value: Any) -> list[dict[str, str]]:
    return value.get("files", []) if isinstance(value, dict) else []


def _sheet(name: str) -> FilePayload:
    sheet = SHEETS[name]
    data = render_sheet(sheet, mark="Exempelbilaga", author="Region Halland")
    return {"name": sheet["file_name"], "mimeType": "application/pdf", "buffer": data}


def explain(screen: Screen) -> None:
    """Say why the questions that are left are blank."""
    screen.go(f"/submissions/{GNV}/sending")
    blanks = [block.get_attribute("id") for block in screen.page.locator(".blank").all()]
    assert blanks == [f"blank-{question}" for question in REASONS]
    for question, reason in REASONS.items():
        block = screen.page.locator(f"#blank-{question}")
        if reason is None:
            block.get_by_label("Kan inte anges").check()
        else:
            block.get_by_label("Skäl", exact=True).fill(reason)
    screen.press("Spara skälen")
    assert "2 skäl sparade" in screen.messages()
    assert screen.page.locator(".blank").count() == 0


def send(screen: Screen, submission: int) -> None:
    """Send for approval, from the submission's own page."""
    screen.go(f"/submissions/{submission}")
    screen.follow("Kontrollera och skicka")
    screen.press("Skicka för godkännande")
    assert "skickat för godkännande" in screen.messages(), screen.page.locator("main").inner_text()


def attest(screen: Screen, submission: int) -> str:
    """Attest, at first with a wrong password; returns the hash that the page showed."""
    screen.go(f"/submissions/{submission}/approval")
    shown = screen.page.locator("section:has(#attestation) code.hash").inner_text()
    for question, value in DEMOS[submission]["approver"].items():
        if value is True:
            screen.input(question).check()
        else:
            screen.input(question).fill(value)
    screen.page.locator("#password").fill("fel-lösenord-här")
    screen.press("Godkänn svaret")
    assert "Lösenordet stämmer inte" in screen.page.locator("#problem-summary").inner_text()
    screen.page.locator("#password").fill(screen.server.accounts["direktor"]["password"])
    screen.press("Godkänn svaret")
    assert "Svaret är godkänt" in screen.messages()
    return shown


def hand_in(screen: Screen, submission: int) -> None:
    """Record that it was handed in, with the receipt as a file."""
    screen.go(f"/submissions/{submission}")
    screen.follow("Lämna in")
    screen.page.get_by_label("Kvittonummer eller referens").fill(f"SOS-{submission}")
    screen.page.get_by_label("Kvittot som fil").set_input_files(
        {"name": "kvitto.txt", "mimeType": "text/plain", "buffer": "Tack för ert svar.".encode()}
    )
    screen.press("Registrera inlämningen")
    assert f"SOS-{submission}" in screen.page.locator("main").inner_text()


def archive(screen: Screen, folder: Path) -> dict[str, Path]:
    """Archive both, and bring home every file of the case by its name."""
    found = {}
    for submission in (GNV, GRANT):
        screen.go(f"/submissions/{submission}")
        screen.press("Arkivera")
        for link in ("Godkänd kopia som PDF", "Godkänd kopia som JSON"):
            path = screen.download(link, folder)
            found[path.name] = path
    screen.go(f"/cases/{CASE}")
    for link in ("Ladda ner ärendet (ZIP)", "Ladda ner som ett dokument (PDF)"):
        path = screen.download(link, folder)
        found[path.name] = path
    return found
