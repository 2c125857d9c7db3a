"""The table of OWASP ASVS 5.0 is whole, current, and names what is there."""

from __future__ import annotations

import ast
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from survey_app.config import Settings
from survey_app.config.running import read_running
from survey_app.config.signing_in import SignInSettings
from survey_app.export import zip_entries
from survey_app.export.sheet import workbook
from survey_app.export.verification.container import MOST_FILES
from survey_app.export.word import container
from survey_app.services.accounts import password
from survey_app.services.accounts.invitation import MOST_RESETS, MOST_RESETS_FROM
from survey_app.services.accounts.login import MOST_AT_ONCE
from survey_app.services.accounts.one_time_link import INVITED_FOR, RESET_FOR
from survey_app.services.accounts.sign_in import LOCKED_FOR, MOST_FAILURES, TOKEN_DAYS
from survey_app.services.upload import MEDIA_TYPES
from survey_app.web import limits
from survey_app.web.application import LARGEST_REQUEST
from survey_app.web.authentication import MOST_WRONG_TOKENS
from survey_app.web.pages import verification, word
from survey_app.web.security import WholeRequest
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


def test_what_is_written_of_limits_is_what_the_code_has() -> None:
    running, sign_in = read_running({}, quick=False), SignInSettings()
    hours = Settings(Path(), "sqlite://", "x" * 32).session_hours
    minutes = int(LOCKED_FOR.total_seconds() // 60)
    request, fields = LARGEST_REQUEST // 2**20, WholeRequest.max_form_memory_size // 10**6
    wanted = [
        f"{MOST_FAILURES} an account, then {minutes} minutes; "
        f"{sign_in.address_failures} an address",
        f"{MOST_WRONG_TOKENS} an address in {minutes} minutes, each",
        f"{MOST_RESETS} an hour to one address, {MOST_RESETS_FROM} askings an hour from one place",
        f"{running.writes_a_minute} times a minute an account",
        f"{limits.AT_ONCE} at a time in a process, one waits {limits.PATIENCE:g} s",
        f"passwords hashed | {password.AT_ONCE} at a time in a process",
        f"password ({password.SHORTEST} signs or more)",
        f"{request} MB, {fields} MB of it in fields; 25 MB",
        f"{MOST_AT_ONCE}; keys of the API {TOKEN_DAYS} days",
        f"ends after {hours} hours without doing anything, and after {sign_in.most_hours} hours",
        f"once: {INVITED_FOR.total_seconds() / 3600:g} hours (invitation), "
        f"{RESET_FOR.total_seconds() / 60:g} minutes (reset)",
        f"25 MB; {zip_entries.MOST:,} files within",
        f"25 MB, {workbook.MOST_BYTES // 10**6} MB unpacked, {workbook.MOST_CELLS:,} cells, "
        f"{workbook.MOST_FILES:,} files within",
        f"| {word.MOST_MEGABYTES} MB, {container.LARGEST_PART // 10**6} MB a part, "
        f"{container.MOST_FILES:,} files within |",
        f"{verification.MOST_MEGABYTES} MB, {MOST_FILES:,} files; nothing is kept",
    ]
    told = " ".join(SECURITY.read_text(encoding="utf-8").split())
    assert [words for words in wanted if words not in told] == []
    kinds = {"JPEG" if name == "jpg" else name.upper() for name in MEDIA_TYPES}
    [row] = [line for line in SECURITY.read_text("utf-8").splitlines() if "receipts | PDF" in line]
    assert {name.strip() for name in row.split("|")[2].split(",")} == kinds - {"TIF"}
