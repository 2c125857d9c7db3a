"""A real Chromium for the tests that need one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.browser.page_object import PATIENCE, Screen
from tests.conftest import Server, serving
from tests.databases import copy_installation

DEBIANS = (Path("/usr/bin/chromium-headless-shell"), Path("/usr/bin/chromium"))
# Root has no sandbox in a container, whose /dev/shm is small too.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
NO_CHROMIUM = """There is no Chromium. Type one of these:
    apt-get install chromium-headless-shell       (Debian, as root)
    .venv/bin/playwright install chromium         (elsewhere)
    CHROMIUM=/path/to/chromium make test          (one that you have)"""


def find_chromium() -> str | None:
    """The program to start: ``CHROMIUM``, Debian's, or None for Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    return next((str(path) for path in DEBIANS if path.exists()), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; without one the tests fail, they are not skipped."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=ARGUMENTS)
        except Error as error:
            pytest.fail(f"{NO_CHROMIUM}\n\n{error.message.splitlines()[0]}", pytrace=False)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for all the tests of a module; each writes in answers of its own."""
    folder = tmp_path_factory.mktemp("desk") / "instance"
    copy_installation(demo_template, folder)
    with serving(folder) as running:
        yield running


@pytest.fixture
def screen(chromium: Browser, desk: Server) -> Iterator[Screen]:
    """A strategist at the desk."""
    with Screen(chromium, desk) as opened:
        yield opened.enter("strateg")


@pytest.fixture
def colleague(chromium: Browser, desk: Server) -> Iterator[Screen]:
    """Another strategist, at another desk."""
    with Screen(chromium, desk) as opened:
        yield opened.enter("strateg2")
