"""Who is named in a comment: a table of cases, and that no letter of the comment is lost."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.core.mention import handles_of, mentioned, split_mentions

TABLE: dict[str, Any] = json.loads(
    (Path(__file__).parent / "cases" / "mention.json").read_text("utf-8")
)
HANDLES = handles_of((account, name, address) for account, name, address in TABLE["people"])


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: repr(case["text"]))
def test_who_is_named(case: dict[str, Any]) -> None:
    assert mentioned(case["text"], HANDLES) == case["names"]


def test_who_bears_the_same_name_is_called_by_the_address() -> None:
    assert list(HANDLES) == [
        "Anna Ek", "Anna Eklund", "Bo Å", "sam@demo.example", "sam.lind@demo.example"]  # fmt: skip


@given(st.lists(st.sampled_from(["@", "Anna Ek", "Bo Å", "lund", " ", "x", "\n", "sam"])))
def test_the_pieces_are_the_comment(words: list[str]) -> None:
    text = "".join(words)
    assert "".join(part.text for part in split_mentions(text, HANDLES)) == text
