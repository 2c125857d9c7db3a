"""A page as a person at the screen has it; whatever page comes up is silently checked."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page
from playwright.sync_api import Response as Reply

from tests.browser.checks import CHECK, OVERFLOW
from tests.conftest import Server, csrf_of

DESKTOP, TELEPHONE = 1280, 390
HEIGHT = 900
PATIENCE = 30_000
"""Milliseconds until something that does not come fails the test: long, for a busy machine."""
# A refusal is part of the product, and Chromium logs it; a script error or a CSP violation is not.
EXPECTED_NOISE = re.compile(r"Failed to load resource: (the server responded with|net::ERR_)")


class Screen:
    """One person's page in a browser of their own.

    Everything that leads to another page goes through ``go``, ``press``, ``follow`` or
    ``arriving``; each looks the new page over and fails with what to do about it.
    """

    def __init__(
        self,
        chromium: Browser,
        server: Server,
        *,
        width: int = DESKTOP,
        scripts: bool = True,
        context: BrowserContext | None = None,
    ) -> None:
        self.server = server
        self.owns_context = context is None
        self.context = context or chromium.new_context(
            base_url=server.url,
            viewport={"width": width, "height": HEIGHT},
            java_script_enabled=scripts,
            locale="sv-SE",
            timezone_id="Europe/Stockholm",
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.width = width
        self.scripts = scripts
        self.wrong: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.wrong.append(f"script error: {error}"))
        self.page.on("response", self._receive)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                self.check()
        finally:
            if self.owns_context:
                self.context.close()
            else:
                self.page.close()

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not EXPECTED_NOISE.match(message.text):
            self.wrong.append(f"console: {message.text}")

    def _receive(self, reply: Reply) -> None:
        if reply.status >= 500 or (reply.status >= 400 and "/static/" in reply.url):
            self.wrong.append(f"{reply.status} from {reply.url}")

    def check(self) -> None:
        """Look the page over, at its own width and at a telephone's. Raises AssertionError."""
        found = [*self.wrong]
        self.wrong.clear()
        if self.page.url.startswith(self.server.url):
            found += self.page.evaluate(CHECK)
            found += self.overflow()
        assert not found, f"{self.page.url}\n" + "\n".join(found)

    def overflow(self) -> list[str]:
        """What is wider than a telephone."""
        if self.width == TELEPHONE:
            return list(self.page.evaluate(OVERFLOW))
        self.page.set_viewport_size({"width": TELEPHONE, "height": HEIGHT})
        found: list[str] = self.page.evaluate(OVERFLOW)
        self.page.set_viewport_size({"width": self.width, "height": HEIGHT})
        return found

    @contextlib.contextmanager
    def arriving(self) -> Iterator[None]:
        """Whatever happens within leads to a page, which is then looked over."""
        with self.page.expect_navigation(wait_until="load"):
            yield
        self.check()

    def go(self, path: str) -> Self:
        """Go to an address."""
        self.page.goto(path, wait_until="load")
        self.check()
        return self

    def reload(self) -> Self:
        """Load the page again."""
        self.page.reload(wait_until="load")
        self.check()
        return self

    def press(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Self:
        """Press a button that leads to a page."""
        with self.arriving():
            (within or self.page).get_by_role("button", name=name, exact=True).first.click()
        return self

    def follow(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> Self:
        """Follow a link."""
        with self.arriving():
            (within or self.page).get_by_role("link", name=name, exact=True).first.click()
        return self

    def download(self, name: str, folder: Path) -> Path:
        """Follow a link to a file, and keep the file."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name, exact=True).first.click()
        path = folder / waiting.value.suggested_filename
        waiting.value.save_as(path)
        return path

    def look_away(self) -> Self:
        """Hear nothing of others from now on, as where the network is slow: saves come too late."""
        self.page.route("**/changes?*", lambda route: route.abort())
        return self

    def sign_in(self, person: str, then: str = "/") -> Self:
        """Sign in as strateg, strateg2, direktor, arkivarie or admin."""
        account = self.server.accounts[person]
        self.go(f"/sign-in?next={then}")
        self.page.get_by_label("E-postadress").fill(account["email"])
        self.page.get_by_label("Lösenord").fill(account["password"])
        with self.arriving():
            self.page.locator("main button[type=submit]").click()
        return self

    def enter(self, person: str, path: str = "/", *, language: str = "sv") -> Self:
        """Be signed in without the sign-in page, which has its own tests; then go somewhere."""
        account = self.server.accounts[person]
        token = {"csrf_token": csrf_of(self.context.request.get("/sign-in").text())}
        if language != "sv":
            self.context.request.post("/language", form={**token, "language": language})
        form = {**token, **{k: account[k] for k in ("email", "password")}}
        reply = self.context.request.post("/sign-in", form=form, max_redirects=0)
        assert reply.status == 302, reply.text()
        return self.go(path)

    def sign_out(self) -> Self:
        """Sign out."""
        with self.arriving():
            self.page.locator("form[action='/sign-out'] button").click()
        return self

    @property
    def password(self) -> str:
        """The password of whoever's address stands in the dialog of signing in again."""
        email = self.page.locator("#sign-in-email").input_value()
        return next(a["password"] for a in self.server.accounts.values() if a["email"] == email)

    def answer(self, question: str, value: Any) -> None:
        """Give an answer, in the shape that is stored, by clicking and typing."""
        kind = self.question(question).get_attribute("data-kind")
        if kind in ("single", "multiple"):
            self._choose(question, value)
        elif kind == "matrix":
            for row, option in value.items():
                self.input(question, f"row.{row}.option.{option}").check()
        elif kind == "attachment":
            self.input(question, "text").fill(value["text"])
        elif isinstance(value, list):
            for number, text in enumerate(value, start=1):
                self.input(question, f"box.{number}").fill(text)
        else:
            self.input(question).fill(str(value))

    def write_on(self, question: str, text: str, part: str = "") -> None:
        """Type at the end of what stands in a field, key by key."""
        box = self.input(question, part)
        box.press("Control+End")
        box.press_sequentially(text)

    def _choose(self, question: str, value: dict[str, Any]) -> None:
        chosen = [value["chosen"]] if isinstance(value["chosen"], str) else value["chosen"]
        for option in chosen:
            self.input(question, f"option.{option}").check()
        for option, detail in value.get("details", {}).items():
            attached = isinstance(detail, dict)
            box = self.input(question, f"detail.{option}{'.text' if attached else ''}")
            box.fill(detail["text"] if attached else str(detail))

    def question(self, question: str) -> Locator:
        """The block of one question."""
        return self.page.locator(f'[data-question="{question}"]')

    def input(self, question: str, part: str = "") -> Locator:
        """An input of a question by its name: ``input("1", "box.2")``."""
        name = f"q.{question}.{part}" if part else f"q.{question}"
        return self.page.locator(f'[id="{name}"]')

    def state(self, question: str) -> Locator:
        """Where a question says whether it is saved."""
        return self.question(question).locator(".save-state")

    def wait_saved(self, question: str, timeout: float = PATIENCE) -> None:
        """Wait until the page says that the question is saved, and with nothing more on its way."""
        self.state(question).filter(has_text=re.compile(r"^Sparat \d\d\.\d\d")).wait_for(
            timeout=timeout
        )

    def messages(self) -> str:
        """The messages at the top of the page."""
        return self.page.locator(".messages").inner_text()

    def told(self, question: str) -> dict[str, Any]:
        """What the server holds of an answer, asked by the API with the page's own session."""
        number = re.search(r"/submissions/(\d+)", self.page.url)
        assert number, self.page.url
        reply = self.context.request.get(f"/api/v1/submissions/{number[1]}")
        assert reply.ok, reply.text()
        found: dict[str, Any] = reply.json()["answers"].get(question, {})
        return found
