"""Thirteen ways in which a browser loses what somebody types, some without scripts too. Nothing is
lost: what was acknowledged as saved stays, and nothing is thrown away without a warning.

Each happens ``REDOGOR_ROUNDS`` times, by chance a little otherwise each time; once in a usual run,
twenty times for a release (``make torture``). A round's number is its seed.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import APIResponse, Browser, Route, expect

from tests.browser.by_provider import sign_in_in_a_new_window, signed_in_by_provider
from tests.browser.page_object import Screen
from tests.browser.typist import HEALTH, QUESTION, UNSAVED, Account, Typist
from tests.conftest import Server, free_port, serving
from tests.databases import copy_installation

ROUNDS = int(os.environ.get("REDOGOR_ROUNDS", "1"))
RELEASE = ROUNDS > 1
OFFLINE = 30_000 if RELEASE else 3_000
"""Milliseconds without a network."""
SAVES = "**/answers/*"


@dataclass
class Desk:
    """Where a scenario takes place."""

    chromium: Browser
    server: Server
    template: Path

    def screen(self, *, scripts: bool = True, person: str = "strateg") -> Screen:
        """A browser of somebody who has signed in."""
        return Screen(self.chromium, self.server, scripts=scripts).enter(person)

    def by_provider(self, seed: int, *, scripts: bool = True) -> AbstractContextManager[Screen]:
        """The same on a server of its own, where nobody signs in by a password."""
        folder = self.server.instance.parent / f"region-{seed}-{scripts}"
        copy_installation(self.template, folder)
        return signed_in_by_provider(self.chromium, folder, scripts=scripts)


@pytest.fixture(scope="module")
def desk(chromium: Browser, demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:  # fmt: skip
    folder = tmp_path_factory.mktemp("torture") / "instance"
    copy_installation(demo_template, folder)
    with serving(folder) as server:
        yield Desk(chromium, server, demo_template)


@dataclass
class Book:
    """What every scenario cost, over all rounds."""

    rows: dict[str, list[Account]] = field(default_factory=dict)

    def lines(self) -> list[str]:
        """A line each: rounds, characters typed, characters lost."""
        return [
            f"{name:32} {len(rows):3} rounds, {sum(row.typed for row in rows):7,} characters "
            f"typed, {sum(row.lost for row in rows)} lost"
            for name, rows in self.rows.items()
        ]


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    kept = Book()
    yield kept
    print("\n" + "\n".join(kept.lines()))


def the_session_ends(desk: Desk, seed: int) -> Account:
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        typist.wait()
        screen.context.clear_cookies()
        typist.type()
        typist.sign_in_again()
        typist.type()
        typist.settle()
        return typist.account()


def the_network_goes(desk: Desk, seed: int) -> Account:
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        typist.wait()
        screen.context.set_offline(True)
        typist.type()
        expect(screen.state(QUESTION)).to_have_text(UNSAVED)
        screen.page.wait_for_timeout(OFFLINE)
        typist.type()
        screen.context.set_offline(False)
        typist.settle()
        return typist.account()


def back_is_pressed(desk: Desk, seed: int) -> Account:
    """While it is unsaved a warning is heard, and one stays; afterwards the way is free."""
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        screen.go("/").go(HEALTH)
        typist.type()
        typist.wait()
        if typist.leave(screen.page.go_back):
            screen.page.go_forward()
        typist.type()
        typist.settle()
        screen.page.go_back()
        screen.page.go_forward()
        typist.type()
        typist.settle()
        return typist.account()


def the_page_is_reloaded(desk: Desk, seed: int) -> Account:
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        for _ in range(2):
            typist.type()
            typist.wait()
            typist.leave(screen.page.reload)
        typist.type()
        typist.settle()
        screen.reload()
        return typist.account()


def two_tabs_write(desk: Desk, seed: int) -> Account:
    """One person, two tabs, both deaf to each other: the later one has to choose."""
    with desk.screen() as first:
        typist = Typist(first, seed)
        typist.begin()
        first.look_away().go(HEALTH)
        with Screen(desk.chromium, desk.server, context=first.context) as second:
            other = Typist(second, seed + 1_000_000)
            second.go(HEALTH)
            other.type()
            other.settle()
        typist.type()
        panel = first.question(QUESTION).locator(".conflict")
        expect(panel).to_be_visible()
        choice = typist.chance.choice(["mine", "theirs", "both"])
        panel.locator(f'[data-keep="{choice}"]').click()
        expect(panel).to_have_count(0)
        expect(first.state(QUESTION)).to_have_text(re.compile("^Sparat"))
        typist.texts += other.texts
        return typist.account()


def five_thousand_characters_come_from_word(desk: Desk, seed: int) -> Account:
    """By the real clipboard, with what Word puts there beside the plain text."""
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        lines = [typist.phrase(20, 30).strip() for _ in range(60)]
        text = "\r\n".join(lines)[:5_000].rstrip()
        screen.context.grant_permissions(["clipboard-read", "clipboard-write"])
        screen.page.evaluate(
            """async (text) => {
                const html = "<html xmlns:o='urn:schemas-microsoft-com:office:office'><body>"
                  + text.split("\\r\\n").map((line) => "<p class=MsoNormal><o:p></o:p>"
                  + line.replace(/&/g, "&amp;").replace(/</g, "&lt;") + "</p>").join("");
                await navigator.clipboard.write([new ClipboardItem({
                    "text/html": new Blob([html], { type: "text/html" }),
                    "text/plain": new Blob([text], { type: "text/plain" }),
                })]);
            }""",
            text,
        )
        screen.input(QUESTION).press("Control+End")
        screen.input(QUESTION).press("Control+V")
        typist.texts.append(text.replace("\r\n", "\n"))
        typist.wait()
        typist.type()
        typist.settle()
        screen.reload()
        assert len(screen.input(QUESTION).input_value()) > 4_900
        return typist.account()


def the_server_dies(desk: Desk, seed: int) -> Account:
    """A power cut: every process at once, and a new server some time later."""
    folder, port = desk.server.instance.parent / f"mortal-{seed}", free_port()
    shutil.copytree(desk.template, folder)
    with serving(folder, port=port) as first, Desk(desk.chromium, first, folder).screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        typist.wait()
        for process in first.processes:
            os.kill(process, signal.SIGKILL)
        first.process.wait(10)
        typist.type()
        expect(screen.state(QUESTION)).to_have_text(UNSAVED)
        typist.wait(3_000)
        with serving(folder, port=port):
            typist.type()
            typist.settle()
            screen.reload()
            return typist.account()


def replies_come_late(desk: Desk, seed: int) -> Account:
    """A slow network: more is typed while a save is on its way."""
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()

        def late(route: Route) -> None:
            reply = route.fetch()
            screen.page.wait_for_timeout(typist.chance.randint(50, 1_200))
            route.fulfill(response=reply)

        screen.page.route(SAVES, late)
        for _ in range(3):
            typist.type()
            typist.wait()
        typist.settle()
        screen.page.unroute_all(behavior="wait")
        return typist.account()


def a_reply_is_lost(desk: Desk, seed: int) -> Account:
    """The server has saved, and the browser never hears of it: trying again is no conflict."""
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        swallowed: list[int] = []

        def swallow(route: Route) -> None:
            if swallowed:
                route.continue_()
                return
            swallowed.append(route.fetch().status)
            route.abort()

        screen.page.route(SAVES, swallow)
        typist.type()
        typist.wait(300)
        typist.type()
        typist.settle()
        assert swallowed == [200]
        assert screen.question(QUESTION).locator(".conflict").count() == 0
        return typist.account()


def the_tab_is_closed(desk: Desk, seed: int) -> Account:
    with desk.screen() as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        with screen.page.expect_event("dialog"):
            screen.page.close(run_before_unload=True)
        assert typist.warnings == ["beforeunload"]
        typist.type()
        typist.settle()
        return typist.account()


def the_session_ends_without_scripts(desk: Desk, seed: int) -> Account:
    with desk.screen(scripts=False) as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        screen.context.clear_cookies()
        screen.press("Spara")
        account = desk.server.accounts["strateg"]
        screen.page.get_by_label("E-postadress").fill(account["email"])
        screen.page.get_by_label("Lösenord").fill(account["password"])
        screen.press("Logga in")
        screen.press("Spara det jag skrev")
        typist.type()
        screen.press("Spara")
        return typist.account()


def an_old_page_is_sent_without_scripts(desk: Desk, seed: int) -> Account:
    """A colleague has saved meanwhile; whatever one chooses, both texts are found."""
    with desk.screen(scripts=False) as screen:
        typist = Typist(screen, seed)
        typist.begin()
        screen.go(HEALTH)
        with desk.screen(scripts=False, person="strateg2") as colleague:
            other = Typist(colleague, seed + 1_000_000)
            colleague.go(HEALTH)
            other.type()
            colleague.press("Spara")
        typist.type()
        screen.press("Spara")
        assert screen.page.locator("h1").inner_text() == "Två har ändrat samma svar"
        screen.press(typist.chance.choice(["Behåll min", "Behåll den andras", "Ta med båda"]))
        typist.texts += other.texts
        return typist.account()


def the_session_ends_where_a_provider_signs_in(desk: Desk, seed: int) -> Account:
    """No password in place: in a new window one signs in at the provider; what was typed after the
    end, and what is typed meanwhile, is saved when the page has noticed."""
    with desk.by_provider(seed) as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        typist.wait()
        screen.context.clear_cookies()
        typist.type()
        dialog = screen.page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        expect(dialog.locator("input[type=password]")).to_have_count(0)
        sign_in_in_a_new_window(screen)
        expect(dialog).to_be_hidden()
        typist.type()
        typist.settle()
        return typist.account()


def the_same_without_scripts(desk: Desk, seed: int) -> Account:
    with desk.by_provider(seed, scripts=False) as screen:
        typist = Typist(screen, seed)
        typist.begin()
        typist.type()
        screen.context.clear_cookies()
        screen.press("Spara")
        sign_in_in_a_new_window(screen)
        screen.press("Jag har loggat in: fortsätt")
        screen.press("Spara det jag skrev")
        typist.type()
        screen.press("Spara")
        return typist.account()


SCENARIOS: list[Callable[[Desk, int], Account]] = [
    the_session_ends, the_network_goes, back_is_pressed, the_page_is_reloaded, two_tabs_write,
    five_thousand_characters_come_from_word, replies_come_late, a_reply_is_lost,
    the_tab_is_closed, the_server_dies, the_session_ends_without_scripts,
    an_old_page_is_sent_without_scripts, the_session_ends_where_a_provider_signs_in,
    the_same_without_scripts,
]  # fmt: skip


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_nothing_is_lost(desk: Desk, book: Book, scenario: Callable[[Desk, int], Account]) -> None:
    for seed in range(ROUNDS):
        found = scenario(desk, seed)
        book.rows.setdefault(scenario.__name__, []).append(found)
        assert found.typed > 50
        assert found.lost == 0, f"round {seed} lost {found.losses}"


def test_a_planted_loss_is_found(desk: Desk) -> None:
    """A page that believes to have saved, while the server never got it.

    By the lots of the scenarios: what they wrote in the same history must not hide it.
    """
    with desk.screen() as screen:
        typist = Typist(screen, 0)
        typist.begin()
        old: list[APIResponse] = []
        sent: list[str] = []

        def pretend(route: Route) -> None:
            """Let one save through, and then answer with that one's reply."""
            if not old:
                old.append(route.fetch())
            sent.append(str((route.request.post_data_json or {}).get("value")))
            route.fulfill(response=old[0])

        screen.page.route(SAVES, pretend)
        typist.type()
        typist.settle()
        screen.page.wait_for_timeout(1_000)
        lost = typist.type()
        end = time.monotonic() + 60
        while not any(lost.strip() in value for value in sent) and time.monotonic() < end:
            screen.page.wait_for_timeout(50)
        screen.page.wait_for_timeout(1_000)  # the page believes it
        screen.page.unroute_all()
        screen.go(HEALTH)
        found = typist.account()
        assert found.losses == [lost]
