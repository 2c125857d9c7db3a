"""The table of OWASP ASVS 5.0 is whole, current, and names what is there."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from tests.asvs import HIGHEST, HOLDS, ROOT, SECURITY, STANDARD, print_of, read_rows, with_table

KNOWN = read_rows()


@lru_cache(maxsize=256)
def names_in(path: Path) -> frozenset[str]:
    """The names of the tests of a file, those in classes too."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return frozenset(name for name in found if name.startswith("test_"))


def lacking(place: str) -> str | None:
    """What is wrong with the name of a test; None if it is there."""
    name, _, test = place.partition("::")
    path = ROOT / name
    if not (name.startswith("tests/") and path.exists()):
        return f"{name} is not there"
    files = [path] if path.is_file() else sorted(path.glob("test_*.py"))
    known = frozenset[str]().union(*map(names_in, files))
    if not known or (test and test not in known):
        return f"{place} is no test"
    return None


def test_every_row_of_level_1_and_2_is_there_once() -> None:
    twice = [name for name, n in Counter(row.id for row in KNOWN).items() if n > 1]
    assert twice == []
    assert {row.id for row in KNOWN if row.level == 3} == HIGHEST
    number, digest = STANDARD
    assert sum(row.level < 3 for row in KNOWN) == number
    assert print_of(KNOWN).startswith(digest), "an id or a level is not that of version 5.0.0"
    assert print_of(KNOWN[1:]) != print_of(KNOWN)


@pytest.mark.parametrize("chapter", sorted({row.place[0] for row in KNOWN}))
def test_a_row_that_holds_is_shown(chapter: int) -> None:
    for row in (row for row in KNOWN if row.place[0] == chapter):
        assert row.holds in HOLDS, row.id
        assert 0 < len(row.what) <= 90, row.id
        assert 0 < len(row.how) <= 140, f"{row.id}: {len(row.how)}"
        assert "|" not in row.what + row.how, row.id
        wrong = [told for told in map(lacking, row.tests) if told]
        assert wrong == [], row.id
        assert all((ROOT / name.partition("#")[0]).is_file() for name in row.files), row.id
        if row.holds == "yes":
            assert row.tests or row.files, f"{row.id} says yes, and nothing shows it"


def test_a_test_that_is_not_there_is_found() -> None:
    assert lacking("tests/test_asvs.py::test_a_test_that_is_not_there_is_found") is None
    assert lacking("tests/oidc") is None
    for place in ("tests/test_asvs.py::test_nothing", "tests/test_nothing.py", "tests/world.py",
                  "survey_app/cli/main.py"):  # fmt: skip
        assert lacking(place) is not None


def test_security_md_says_what_the_rows_say() -> None:
    """After a change of rows: ``python -m tests.asvs``."""
    document = SECURITY.read_text(encoding="utf-8")
    assert with_table(document, KNOWN) == document
