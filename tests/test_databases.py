"""Which tests are run on which database: the lists hold, and none is forgotten."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.store.tables import Account
from tests.databases import ON_BOTH, READS_THE_FILE
from tests.stage import Stage

ROOT = Path(__file__).parents[1]
OF_THE_FILE = re.compile(r"sqlite_master|PRAGMA |redogor\.db|sqlite_module\(|sqlite:///")
"""What only a test says that reads SQLite's file, or asks SQLite itself."""
PUT_BACK = re.compile(r"\brestore\(\)|\.world import")


@pytest.mark.parametrize("place", [*ON_BOTH, *READS_THE_FILE])
def test_what_is_listed_is_there(place: str) -> None:
    assert (ROOT / place).exists()
    assert place.endswith("/") == (ROOT / place).is_dir()


def test_what_is_run_on_both_reads_no_file() -> None:
    """Where it must, the test says ``only_sqlite``, or the file is listed with the reason."""
    for path in (file for place in ON_BOTH for file in _files(ROOT / place)):
        place, text = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if not place.startswith(tuple(READS_THE_FILE)) and "only_sqlite" not in text:
            assert not OF_THE_FILE.search(text), f"{place} reads the file of SQLite"


def test_what_is_for_sqlite_alone_needs_to_be() -> None:
    """It reads the file itself, or stands on a world that is put back by copying the file."""
    for place in READS_THE_FILE:
        texts = [path.read_text(encoding="utf-8") for path in _files(ROOT / place)]
        says = any(OF_THE_FILE.search(text) or PUT_BACK.search(text) for text in texts)
        assert says, f"{place} reads no file of SQLite: run it on both"


def _files(place: Path) -> list[Path]:
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


def test_a_session_that_reads_is_refused_to_hold(stage: Stage) -> None:
    """Planted: a page that would be answered with 500 on PostgreSQL."""
    held = select(Account).with_for_update()
    with stage.database.reading() as session, pytest.raises(AssertionError, match="only reads"):
        session.execute(held)
    with stage.database.writing() as session:
        assert session.execute(held).scalars().first() is not None
