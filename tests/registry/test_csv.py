"""The list as CSV: no cell is a formula, and no sign is changed."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.export.registry import CSV_HEADER, Entry, EntryFile, registry_csv
from tests.stage import Stage

from .entries import CASE, after_label, entries, rows_of

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")
NAUGHTY = [
    "=1+1", "+46 70", "-2+3", "@SUM(A1)", "=cmd|' /C calc'!A0", '=HYPERLINK("http://x";"y")',
    "\t=1+1", ";=1+1", '";=1+1', '"";"=1+1', "'=1+1", "a;b", 'a"b', "１＝２", "＝1+1", "%0A=1",
    "<script>alert(1)</script>", "{{7*7}}", "Å Ä Ö – ”citat”", "😀", "rad\\n", "NULL", "1e5", "",
]  # fmt: skip


def naughty(text: str) -> Entry:
    return Entry(
        number=1, key="document:1", kind="request", subject=text, counterpart=text,
        received=datetime.date(2026, 3, 10), file=EntryFile(text, "0" * 64), secrecy=text,
        struck=text,
    )  # fmt: skip


def check_csv(text: str) -> None:
    header, row = rows_of(registry_csv(CASE, [naughty(text)], public=False))
    assert tuple(header) == CSV_HEADER
    assert len(row) == len(CSV_HEADER)
    for cell in row:
        assert not cell.startswith(DANGEROUS)
    assert [after_label(cell) for cell in row[5:10]] == [text] * 5


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_cell_is_a_formula_and_no_sign_is_changed(text: str) -> None:
    check_csv(text)


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=40))
def test_whatever_is_written_comes_back(text: str) -> None:
    """A lone CR, and U+0000, are tidied away before they get here."""
    check_csv(text)


def test_what_is_registered_comes_back_from_the_csv(stage: Stage) -> None:
    stage.open(CASE)
    kept = [" ".join(text.split()) for text in NAUGHTY if text]
    for text in kept:
        stage.register(CASE, counterpart=text, subject=text)
    rows = rows_of(registry_csv(CASE, entries(stage), public=True))[1:]
    assert [after_label(row[5]) for row in rows] == kept
    assert [after_label(row[6]) for row in rows] == kept
