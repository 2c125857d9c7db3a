"""The whole job on the real questionnaires of RS250393, as every person in turn does it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, FilePayload, expect
from pypdf import PdfReader

from survey_app.core.content import sha256_of
from survey_app.export.enclosure_sheet import render_sheet
from survey_app.export.verification import verify_package
from survey_app.services.demo import DATA
from tests.browser.page_object import TELEPHONE, Screen
from tests.conftest import GNV, GRANT, Server

CASE = "RS250393"
GNV_DEMO, GRANT_DEMO = (
    json.loads((DATA / f"{name}.json").read_text("utf-8"))
    for name in ("gnv-2025", "statsbidrag-2025")
)
SHEETS = {
    sheet["id"]: sheet
    for sheet in json.loads((DATA / "enclosures.json").read_text("utf-8"))["enclosures"]
}
CORRECTION = ("Satsning på ST-läkare", "Fler ST-läkare")
CORRECTED = GNV_DEMO["answers"]["24"]["value"].replace(*CORRECTION)
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
SECOND = {"delaktighet", "kontinuitet", "psykisk-ohalsa", "planering", "kompetens", "glesbygd"}
"""The sections that the second strategist fills in."""
REASONS = {"9a": "Regionen har inga team för andra målgrupper.", "36": None}
"""Questions left blank: with a reason, or as what cannot be stated."""


def _sheet(name: str) -> FilePayload:
    sheet = SHEETS[name]
    data = render_sheet(sheet, mark="Exempelbilaga", author="Region Halland")
    return {"name": sheet["file_name"], "mimeType": "application/pdf", "buffer": data}


def _fill_in(screen: Screen, submission: int, sections: list[str]) -> None:
    practice = (GNV_DEMO if submission == GNV else GRANT_DEMO)["practice"]
    for section in sections:
        screen.go(f"/submissions/{submission}/sections/{section}")
        for question in SECTIONS[submission][section]:
            value = practice[question]["value"]
            files = [_sheet(f["enclosure"]) for f in value["files"]] if _has_files(value) else []
            if files:
                screen.input(question, "file").set_input_files(files)
                uploaded = screen.question(question).locator(".files li")
                expect(uploaded).to_have_count(len(files))
            else:
                screen.answer(question, value)
            screen.wait_saved(question)
            if not files:
                _same(screen.told(question)["value"], value)


def _has_files(value: Any) -> bool:
    return isinstance(value, dict) and bool(value.get("files"))


def _same(stored: Any, value: Any) -> None:
    if isinstance(value, dict):
        stored = {name: stored[name] for name in value}
    assert stored == value


def _send(screen: Screen, submission: int) -> None:
    screen.go(f"/submissions/{submission}")
    screen.follow("Kontrollera och skicka")
    screen.press("Skicka för godkännande")
    assert "skickat för godkännande" in screen.messages()


def _explain(screen: Screen) -> None:
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


def _return(screen: Screen) -> None:
    screen.go("/")
    screen.follow("God och nära vård 2025", within=screen.page.locator(".card").first)
    screen.follow("Läs och godkänn")
    text = screen.page.locator("main").inner_text()
    assert REASONS["9a"] in text
    assert "RS221016 §164 ST-tjänster.pdf" in text
    for question, told in GNV_DEMO["answers"].items():
        for passage in _passages(told["value"]):
            assert passage.split("\n")[0] in text, question
    screen.page.get_by_text("Välj frågor").click()
    screen.page.locator('[id="reason.24"]').fill("Säg vilket år Cosmic infördes.")
    screen.press("Skicka tillbaka")
    assert "tillbaka hos den som skriver" in screen.messages()


def _correct(screen: Screen) -> None:
    screen.go(f"/submissions/{GNV}")
    notice = screen.page.locator(".notice-warning")
    assert "Säg vilket år Cosmic infördes." in notice.inner_text()
    with screen.arriving():
        notice.get_by_role("link").click()
    assert screen.input("25", "option.allmanmedicin").count() == 0, "only what was returned is open"
    was = screen.input("24").input_value()
    assert was == GNV_DEMO["answers"]["24"]["value"]
    screen.answer("24", was.replace(*CORRECTION))
    screen.wait_saved("24")
    _send(screen, GNV)


def _attest(screen: Screen, submission: int) -> str:
    """Attest; returns the hash that the page showed."""
    screen.go(f"/submissions/{submission}/approval")
    shown = screen.page.locator("section:has(#attestation) code.hash").inner_text()
    for question, value in (GRANT_DEMO["approver"] if submission == GRANT else {}).items():
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


def _hand_in(screen: Screen, submission: int) -> None:
    screen.go(f"/submissions/{submission}")
    screen.follow("Lämna in")
    screen.page.get_by_label("Kvittonummer eller referens").fill(f"SOS-{submission}")
    screen.page.get_by_label("Kvittot som fil").set_input_files(
        {"name": "kvitto.txt", "mimeType": "text/plain", "buffer": "Tack för ert svar.".encode()}
    )
    screen.press("Registrera inlämningen")
    assert f"SOS-{submission}" in screen.page.locator("main").inner_text()


def _archive(screen: Screen, folder: Path) -> dict[str, Path]:
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


def _passages(value: Any) -> list[str]:
    """Everything that was written in an answer."""
    if isinstance(value, str):
        return [value] if value and not value.isascii() else []
    if isinstance(value, list):
        return [text for item in value for text in _passages(item)]
    if isinstance(value, dict):
        held = [value.get("text", ""), *value.get("details", {}).values()]
        return [text for item in held for text in _passages(item)]
    return []


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u00ad]+", "", text)


def _body(pages: list[str]) -> str:
    """All words without the two lines at the head of each page."""
    return _squeezed("".join(page.split("\n", 2)[2] for page in pages))


def _read(path: Path) -> list[str]:
    return [page.extract_text() for page in PdfReader(path).pages]


def _open_files(files: dict[str, Path], shown: dict[int, str]) -> None:
    assert set(files) == {
        f"{CASE}.zip", f"{CASE}.pdf",
        f"{CASE}-gnv-2025.pdf", f"{CASE}-gnv-2025.json",
        f"{CASE}-statsbidrag-2025.pdf", f"{CASE}-statsbidrag-2025.json",
    }  # fmt: skip
    verdict = verify_package(files[f"{CASE}.zip"])
    assert (verdict.intact, verdict.draft, verdict.case) == (True, False, CASE), verdict.findings
    whole = _body(_read(files[f"{CASE}.pdf"]))
    assert "BILAGOR" in whole.upper()
    for submission, demo, name in (
        (GNV, GNV_DEMO, "gnv-2025"),
        (GRANT, GRANT_DEMO, "statsbidrag-2025"),
    ):
        record = json.loads(files[f"{CASE}-{name}.json"].read_bytes())
        assert record["approval"]["content_sha256"] == sha256_of(record["content"])
        assert record["approval"]["content_sha256"] == shown[submission], "approved what was shown"
        pages = _read(files[f"{CASE}-{name}.pdf"])
        for number, page in enumerate(pages, start=1):
            assert f"Sida {number} av {len(pages)}" in page
            assert CASE in page
        text = _body(pages)
        assert shown[submission] in text
        answers = demo["answers"] | demo["practice"]
        answers |= {"24": {"value": CORRECTED}} if submission == GNV else {}
        for question, told in answers.items():
            for passage in _passages(told["value"]):
                for line in passage.split("\n"):
                    assert _squeezed(line) in text, (question, line)
                    assert _squeezed(line) in whole, (question, line)


def test_the_whole_job(chromium: Browser, server: Server, tmp_path: Path) -> None:
    shown: dict[int, str] = {}
    with (
        Screen(chromium, server) as strategist,
        Screen(chromium, server) as second,
        Screen(chromium, server, width=TELEPHONE) as director,
        Screen(chromium, server) as archivist,
    ):
        strategist.sign_in("strateg")
        second.sign_in("strateg2")
        for submission, sections in SECTIONS.items():
            _fill_in(strategist, submission, [name for name in sections if name not in SECOND])
            _fill_in(second, submission, [name for name in sections if name in SECOND])
        _explain(strategist)
        _send(strategist, GNV)
        _send(second, GRANT)

        director.sign_in("direktor")
        assert director.page.locator(".waits").count() == 2
        _return(director)
        _correct(strategist)
        director.go(f"/submissions/{GNV}/approval")
        change = director.page.locator(".change")
        expect(change).to_have_count(1)
        expect(change.locator(".boxed")).to_have_text(
            [GNV_DEMO["answers"]["24"]["value"], CORRECTED]
        )
        assert change.locator("del").all_inner_texts() == ["*Satsning på"]
        assert change.locator("ins").all_inner_texts() == ["*Fler"]
        for submission in (GNV, GRANT):
            shown[submission] = _attest(director, submission)

        for submission in (GNV, GRANT):
            _hand_in(strategist, submission)
        archivist.sign_in("arkivarie")
        files = _archive(archivist, tmp_path)
    _open_files(files, shown)
