"""What the scripts of the pages never do (OWASP ASVS 5.0, chapters 1, 3 and 14)."""

from __future__ import annotations

import re

import pytest

from survey_app.core.wording import IDENTIFIER
from tests.test_house import HOUSE

SCRIPTS = {path.name: path.read_text("utf-8") for path in (HOUSE / "web" / "static").glob("*.js")}
DANGERS = {
    "writes HTML": r"\b(?:innerHTML|outerHTML)\s*=(?!=)|insertAdjacentHTML|document\.write",
    "runs text": r"\beval\s*\(|new Function\b|set(?:Timeout|Interval)\(\s*[\"'`]",
    "listens to other windows": r"postMessage|addEventListener\(\s*[\"']message[\"']|onmessage",
    "keeps what was typed": r"localStorage|sessionStorage|indexedDB|caches\.|document\.cookie",
    "asks elsewhere": r"[\"'`](?:https?:)?//|WebSocket|EventSource|sendBeacon|importScripts",
    "compares across kinds": r"[^=!]==[^=]|!=[^=]",
    "changes what all objects share": r"__proto__|\.prototype(?:\.\w+)?\s*=[^=]",
}
KNOWN = {
    ("entries.js", "writes HTML"),  # the empty entry of the page itself, as the server drew it
    ("conditions.js", "compares across kinds"),  # "!=" is a word of the questionnaires there
}


def dangers(text: str) -> set[str]:
    """What a script does that it must not."""
    code = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    return {what for what, sign in DANGERS.items() if re.search(sign, code)}


def test_no_script_does_what_it_must_not() -> None:
    assert len(SCRIPTS) > 20
    assert {(name, what) for name, text in SCRIPTS.items() for what in dangers(text)} == KNOWN
    assert SCRIPTS["entries.js"].count("innerHTML") == 1
    assert "made.innerHTML = blanks.get(question)" in SCRIPTS["entries.js"]
    assert re.findall(r".*[^=]!=[^=].*", SCRIPTS["conditions.js"]) == [
        '  if (operator === "!=") return found.length > 0 && !found.some(same);']  # fmt: skip


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("box.innerHTML = typed", "writes HTML"), ("eval(typed)", "runs text"),
        ("setTimeout('go()', 1)", "runs text"), ("fetch('//else.example')", "asks elsewhere"),
        ("addEventListener('message', take)", "listens to other windows"),
        ("localStorage.setItem('a', b)", "keeps what was typed"),
        ("if (a == b) go()", "compares across kinds"),
        ("a.__proto__ = b", "changes what all objects share"),
    ],
)  # fmt: skip
def test_a_planted_danger_is_found(text: str, danger: str) -> None:
    assert danger in dangers(text)


def test_no_name_that_objects_are_keyed_by_is_one_that_all_share() -> None:
    """Ids of questions, rows and fields: what a page's objects have as keys."""
    assert not re.fullmatch(IDENTIFIER, "__proto__")
    assert re.fullmatch(IDENTIFIER, "proto")
