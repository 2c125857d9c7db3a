"""Somebody who types in a browser, remembers every letter, and looks for it afterwards."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from playwright.sync_api import Dialog, Error, expect

from tests.browser.page_object import Screen
from tests.conftest import GNV

HEALTH = f"/submissions/{GNV}/sections/psykisk-ohalsa"
QUESTION = "41"
UNSAVED = re.compile("Kunde inte sparas, försöker igen")
WORDS = (
    "nära", "vård", "åtgärd", "ökad", "samverkan", "👩\u200d⚕️", "kommun", "–", "é", "”plan”",
    "<b>", "&", "100 %",
)  # fmt: skip
_NUMBERS = count(100_000_000)
"""So that no two texts of a run are the same, whoever draws the words."""


@dataclass
class Account:
    """Characters that were typed, and those of them that nobody finds again."""

    typed: int = 0
    lost: int = 0
    losses: list[str] = field(default_factory=list)


class Typist:
    """Types in one question, and knows what should be found: stored, in the history, or shown."""

    def __init__(self, screen: Screen, seed: int) -> None:
        self.screen = screen
        self.chance = random.Random(seed)
        self.warnings: list[str] = []
        self.texts: list[str] = []
        screen.page.on("dialog", self._stay)

    def _stay(self, dialog: Dialog) -> None:
        """A warning was heard: one stays, and does not throw one's text away."""
        self.warnings.append(dialog.type)
        dialog.dismiss()

    def phrase(self, least: int = 3, most: int = 9) -> str:
        """Some words that nobody wrote before: what stands in the history would hide a loss."""
        words = self.chance.choices(WORDS, k=self.chance.randint(least, most))
        return f"{' '.join(words)} {next(_NUMBERS)}. "

    def begin(self) -> None:
        """Open the page and empty the field, saved."""
        self.screen.go(HEALTH)
        start = self.phrase()
        self.screen.answer(QUESTION, start)
        self.texts = [start]
        if self.screen.scripts:
            self.screen.wait_saved(QUESTION)
        else:
            self.screen.press("Spara")

    def type(self, text: str | None = None) -> str:
        """Type at the end, key by key, with a pause of some milliseconds now and then."""
        text = text or self.phrase()
        box = self.screen.input(QUESTION)
        box.press("Control+End")
        box.press_sequentially(text, delay=self.chance.choice([0, 0, 3, 12]))
        self.texts.append(text)
        return text

    def wait(self, most: int = 900) -> None:
        """Rest for up to so many milliseconds: before, while or after a save goes out."""
        self.screen.page.wait_for_timeout(self.chance.randint(0, most))

    def leave(self, move: Callable[..., object]) -> bool:
        """Go away from the page. False if a warning was heard, and one stayed."""
        page, heard = self.screen.page, len(self.warnings)
        document = page.evaluate("performance.timeOrigin")
        try:
            move(timeout=5_000)
        except Error:
            if len(self.warnings) > heard:
                return False
            # Not stopped, only slow; what never comes fails here.
            page.wait_for_function("was => performance.timeOrigin !== was", arg=document)
        return True

    def settle(self, timeout: float = 60_000) -> None:
        """Wait until the page says that all is saved."""
        self.screen.wait_saved(QUESTION, timeout=timeout)

    def sign_in_again(self) -> None:
        """Give the password in place."""
        screen = self.screen
        expect(screen.page.get_by_role("dialog")).to_be_visible()
        screen.page.locator("#sign-in-password").fill(screen.password)
        screen.page.locator("#sign-in-password").press("Enter")
        expect(screen.page.get_by_role("dialog")).to_be_hidden()

    def account(self) -> Account:
        """Look for every text that was typed: what the server holds, and the history page."""
        told = self.screen.told(QUESTION).get("value") or ""
        page = self.screen.page
        shown = page.locator("main").inner_text() + "".join(
            page.locator("textarea").evaluate_all("(boxes) => boxes.map((box) => box.value)")
        )
        with_history = None
        found = Account(sum(map(len, self.texts)))
        for text in self.texts:
            words = text.strip()
            if words in told or words in shown:
                continue
            if with_history is None:
                with_history = self._history()
            if words not in with_history:
                found.lost += len(text)
                found.losses.append(text)
        return found

    def _history(self) -> str:
        reply = self.screen.context.request.get(f"/submissions/{GNV}/history/{QUESTION}")
        assert reply.ok, reply.text()
        with Screen(self.screen.context.browser, self.screen.server,  # type: ignore[arg-type]
                    context=self.screen.context) as tab:  # fmt: skip
            return (
                tab.go(f"/submissions/{GNV}/history/{QUESTION}").page.locator("main").inner_text()
            )
