"""What the house never does, or does at one place only (OWASP ASVS 5.0, chapters 1, 11 and 13)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.test_house import HOUSE, MODULES, named

RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
NOT_IMPORTED = {
    *("pickle", "marshal", "shelve", "yaml", "subprocess", "pty", "random", "telnetlib", "ldap"),
    *("xml.etree.ElementTree", "xml.dom.minidom", "xml.sax", "http.client", "aiohttp", "httpx"),
}
REACHES_OUT = {
    "requests": {"services.accounts.provider"},
    "authlib.integrations.requests_client": {"services.accounts.provider"},
    "smtplib": {"services.mail.postman"},
    "urllib.request": {"services.archives.signing"},
    "socket": {"services.scanner", "web.serving", "cli.serving"},
}
"""What can open a connection, and who may: each to one address of the settings."""
WEAK = {"md5": {"export.pdf.conformance"}, "sha1": {"services.accounts.password"}}
"""Hashes that prove nothing here: PDF/A-3 asks for the one, lists of leaks have the other."""
READS_XML = {"export.xml_text", "export.sheet.reading"}
MADE_OF_PARTS = {
    "store.copying", "store.engine", "services.doctor.database", "web.metrics",
}  # fmt: skip
"""Who gives SQL that is no constant: of names in the code, never of what was sent."""
NOT_ESCAPED = {"web.drawing", "web.report_view", "web.pages.factor", "web.charts", "web.mask_form"}


def calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    """Every call, by the last part of the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func).rpartition(".")[2], node


def imported(tree: ast.AST) -> set[str]:
    """Every module that is imported, and what of it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found |= {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def dangers(name: str, text: str) -> list[str]:
    """What a module does that it must not; each in a few words."""
    tree = ast.parse(text)
    found = [f"imports {what}" for what in sorted(NOT_IMPORTED & imported(tree))]
    found += [f"imports {what}" for what, who in REACHES_OUT.items()
              if what in imported(tree) and name not in who]  # fmt: skip
    for called, call in calls(tree):
        told = ast.unparse(call)
        constant = not call.args or isinstance(call.args[0], ast.Constant)
        plain = ast.unparse(call.func)
        if plain in RUNS_TEXT:
            found.append("runs text as code")
        if called in ("render_template_string", "from_string"):
            found.append("makes a template of a text")
        if plain in ("os.system", "os.popen") or "shell=True" in told:
            found.append("runs a shell")
        if called in WEAK and (name not in WEAK[called] or "usedforsecurity=False" not in told):
            found.append(f"hashes by {called}")
        if called in ("fromstring", "iterparse", "XMLParser") and name not in READS_XML:
            found.append("reads XML by itself")
        if called in ("iterparse", "XMLParser") and "resolve_entities=False" not in told:
            found.append("reads XML with its entities")
        if plain == "text" and not constant and name not in MADE_OF_PARTS:
            found.append("makes SQL of parts")
        if called == "Markup" and not constant and name not in NOT_ESCAPED:
            found.append("writes what is not escaped")
    return found


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_module_does_what_it_must_not(path: Path) -> None:
    assert dangers(named(path), path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("eval(typed)", "runs text as code"),
        ("render_template_string(typed)", "makes a template of a text"),
        ("app.jinja_env.from_string(typed)", "makes a template of a text"),
        ("import pickle", "imports pickle"),
        ("from subprocess import run", "imports subprocess"),
        ("import random", "imports random"),
        ("import requests", "imports requests"),
        ("def f():\n    from urllib import request\n    import urllib.request",
         "imports urllib.request"),
        ("import os\nos.system(typed)", "runs a shell"),
        ("hashlib.md5(data)", "hashes by md5"),
        ("hashlib.sha1(data, usedforsecurity=False)", "hashes by sha1"),
        ("etree.fromstring(data)", "reads XML by itself"),
        ("session.execute(text(f'SELECT {typed}'))", "makes SQL of parts"),
        ("Markup(typed)", "writes what is not escaped"),
    ],
)  # fmt: skip
def test_a_planted_danger_is_found(text: str, danger: str) -> None:
    assert danger in dangers("services.planted", text)


def test_xml_is_read_without_its_entities() -> None:
    assert dangers("export.xml_text", "etree.XMLParser(huge_tree=False)") == [
        "reads XML with its entities"]  # fmt: skip


def test_templates_leave_nothing_unescaped_but_our_own() -> None:
    """Drawings that we make ourselves, and attributes that stand in the template."""
    found = {}
    for path in (HOUSE / "web" / "templates").rglob("*.html"):
        words = path.read_text(encoding="utf-8")
        if safe := re.findall(r"([^\s{(]+)\s*\|\s*safe\b", words):
            found[path.relative_to(HOUSE / "web" / "templates").as_posix()] = safe
        assert "autoescape" not in words, path
    assert found == {
        "board_decisions/_decision.html": ['lang="sv"\''],
        "surveys/_result.html": ["q.chart"],
        "surveys/show.html": ["link.code"],
    }


def test_what_a_form_says_is_read_from_the_form() -> None:
    """Not from wherever a field of that name stands: only which language is asked for both."""
    found = [
        f"{named(path)}: {line.strip()}"
        for path in MODULES
        for line in path.read_text(encoding="utf-8").splitlines()
        if "request.values" in line and 'request.values.get("language")' not in line
    ]
    assert found == []
