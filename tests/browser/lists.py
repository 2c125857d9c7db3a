"""A draft with lists, at a desk of its own: a questionnaire of rounds, answered by the region."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Locator, expect
from sqlmodel import col, select

from survey_app.config import read_settings
from survey_app.services.actor import find_actor
from survey_app.services.case import open_case, submissions_of
from survey_app.services.specification import add_specification
from survey_app.store.engine import Database
from survey_app.store.tables import Account
from tests.browser.page_object import Screen

FORM = Path(__file__).parents[2] / "questionnaires/uppfoljning-medverkan-2025.json"
FIRST = 101
"""The diary number of the first draft that is opened here."""


def open_drafts(folder: Path, count: int, form: Path = FORM, *, first: int = FIRST) -> list[int]:
    """Open drafts of the follow-up of participation, or of another form, in the demo's region;
    their numbers. ``first`` is the diary number of the first one."""
    body = json.loads(form.read_text(encoding="utf-8")) | {"settled_by": "approver"}
    database = Database(read_settings({}, instance=folder, testing=True).database_url)
    now, made = datetime.now(UTC), []
    with database.writing() as session:
        specification = add_specification(session, json.dumps(body), now)
        known = session.exec(
            select(Account).where(col(Account.email) == "strateg@demo.example")
        ).one()
        assert known.id is not None
        actor = find_actor(session, known.id)
        assert actor is not None
        unit = next(iter(actor.roles))
        for number in range(first, first + count):
            case = open_case(
                session, actor, unit_id=unit, diary_number=f"RS26{number:04}",
                title="Medverkan", specifications=[specification], now=now, practice=True,
            )  # fmt: skip
            assert case.id is not None
            made += submissions_of(session, case.id)
    database.close()
    return made


class ListPage:
    """A list on a page: its entries by their place, and what is done with them."""

    def __init__(self, screen: Screen, question: str) -> None:
        self.screen = screen
        self.question = question
        self.block = screen.question(question)

    @property
    def entries(self) -> Locator:
        return self.block.locator("[data-entry]")

    def entry(self, place: int) -> Locator:
        """An entry by its place, from 1."""
        return self.entries.nth(place - 1)

    def field(self, place: int, field: str) -> Locator:
        """A box or a line of an entry."""
        return self.entry(place).locator(f'[data-field="{field}"] .input')

    def option(self, place: int, field: str, text: str) -> Locator:
        return self.entry(place).locator(f'[data-field="{field}"]').get_by_label(text, exact=True)

    def button(self, place: int, name: str) -> Locator:
        """``Flytta upp``, ``Flytta ner`` or ``Ta bort``."""
        return self.entry(place).locator(".entry-actions").get_by_role("button", name=name)

    @property
    def add(self) -> Locator:
        return self.block.get_by_role("button", name="Lägg till")

    @property
    def removed(self) -> Locator:
        return self.block.locator(".removed-entries")

    def texts(self, field: str = "text") -> list[str]:
        """What the entries say in a field, from above."""
        boxes = self.block.locator(f'[data-entry] [data-field="{field}"] .input').all()
        return [box.input_value() for box in boxes]

    def expect_texts(self, *texts: str, field: str = "text") -> None:
        """Wait until the entries say this in a field."""
        boxes = self.block.locator(f'[data-entry] [data-field="{field}"] .input')
        expect(boxes).to_have_count(len(texts))
        for place, text in enumerate(texts):
            expect(boxes.nth(place)).to_have_value(text)

    def stored(self, field: str = "text") -> list[str]:
        """What the server holds in a field of the entries, in their order."""
        value = self.screen.told(self.question).get("value") or {"entries": []}
        return [entry["values"].get(field, "") for entry in value["entries"]]

    def stored_removed(self, field: str = "text") -> list[str]:
        """The same of the entries that were removed."""
        value = self.screen.told(self.question).get("value") or {"removed": []}
        return [entry["values"].get(field, "") for entry in value["removed"]]

    def wait_saved(self) -> None:
        self.screen.wait_saved(self.question)
