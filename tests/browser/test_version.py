"""What another version would do with the answers, and where they went, for whoever hears it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import survey_app
from tests.browser.axe import violations_at
from tests.browser.page_object import Screen
from tests.conftest import GNV, Server, serving
from tests.databases import copy_installation

FORM = Path(survey_app.__file__).parent.parent / "questionnaires/gnv-2025.json"


def _next_form() -> dict[str, Any]:
    """Question 21 has another kind, 24 is 24b now, 42 is gone, and 43 is new."""
    form: dict[str, Any] = json.loads(FORM.read_text("utf-8"))
    form |= {"version": "9.0.0", "deadline": "2030-01-31"}
    for section in form["sections"]:
        for question in section["questions"]:
            if question["id"] == "21":
                question["kind"] = "text"
                del question["options"]
            if question["id"] == "24":
                question |= {"id": "24b", "number": "24b"}
                question["continues"] = [{"questionnaire": "gnv-2025", "question": "24"}]
    last = form["sections"][-1]["questions"]
    last[:] = [question for question in last if not question["id"].startswith("42")]
    last.append({"id": "43", "number": "43", "kind": "text", "text": "Något annat?"})
    return form


@pytest.fixture(scope="module")
def desk(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The demo, where the authority has come with another version."""
    folder = tmp_path_factory.mktemp("version")
    copy_installation(demo_template, folder / "instance")
    (folder / "forms").mkdir()
    (folder / "forms/ny.json").write_text(json.dumps(_next_form()), "utf-8")
    environment = {"SURVEY_APP_QUESTIONNAIRES": str(folder / "forms")}
    with serving(folder / "instance", environment=environment) as running:
        yield running


@pytest.mark.parametrize("language", ["In English", None])
def test_axe_finds_nothing_before_and_after(
    chromium: Browser, desk: Server, language: str | None
) -> None:
    """Misfits, moves, what is new and the button; then, in Swedish, what became of it all."""
    with Screen(chromium, desk) as screen:
        screen.enter("strateg", f"/submissions/{GNV}")
        if language:
            screen.press(language)
        screen.follow(re.compile("9.0.0"))
        assert screen.page.locator("#misfits, #moved, #added, #same").count() == 4
        found = violations_at(screen)
        if not language:
            screen.press("Ta version 9.0.0")
            assert "/versions" in screen.page.url
            found += violations_at(screen)
    assert not found, "\n".join(found)
