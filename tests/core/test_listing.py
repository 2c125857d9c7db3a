"""Two people in one list: what both do is there afterwards, or it is a conflict; never a loss."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from survey_app.core.listing import join_lists, keep_additions, merge_lists
from survey_app.core.merging import CONFLICT

from .specimens import Case, cases


def entry(said: str) -> dict[str, Any]:
    """``a`` is an entry; ``a:x`` says x in its text; ``a:x:y`` also y in its level."""
    name, *values = said.split(":")
    told = {field: word for field, word in zip(("text", "niva"), values, strict=False) if word}
    return {"id": name, "values": told}


def listed(said: str | None) -> Any:
    """``a:x b / c``: the entries, and after the stroke those that were removed."""
    if said is None:
        return None
    entries, _stroke, removed = said.partition("/")
    return {
        "entries": [entry(item) for item in entries.split()],
        "removed": [entry(item) for item in removed.split()],
    }


@pytest.mark.parametrize("case", cases("listing"), ids=lambda case: case["name"])
def test_merging(case: Case) -> None:
    base, theirs, mine = (listed(case[name]) for name in ("base", "theirs", "mine"))
    merged = merge_lists(base, theirs, mine)
    if case["merged"] == "conflict":
        assert merged is CONFLICT
    else:
        assert merged == listed(case["merged"])


NAMES = st.sampled_from("abcdefgh")


@st.composite
def edits(draw: Any) -> tuple[Any, Any, Any]:
    """A list, and two that came of it: each adds entries, writes in its own ones and removes some,
    and both leave the other's alone."""
    base = listed("a:1 b:2 c:3 d:4 e:5 f:6")
    split = draw(st.integers(0, 6))
    own = ([item["id"] for item in base["entries"][:split]],
           [item["id"] for item in base["entries"][split:]])  # fmt: skip
    changed = [_edited(draw, base, ids, side) for ids, side in zip(own, ("x", "y"), strict=True)]
    return base, changed[0], changed[1]


def _edited(draw: Any, base: Any, ids: list[str], side: str) -> Any:
    entries = [dict(item) for item in base["entries"]]
    removed = []
    for name in draw(st.lists(st.sampled_from(ids), unique=True)) if ids else ():
        item = next(item for item in entries if item["id"] == name)
        if draw(st.booleans()):
            item["values"] = {"text": f"{side}{name}"}
        else:
            entries.remove(item)
            removed.append(item)
    for number in range(draw(st.integers(0, 3))):
        place = draw(st.integers(0, len(entries)))
        entries.insert(place, {"id": f"{side}{number}", "values": {"text": f"new {side}{number}"}})
    return {"entries": entries, "removed": removed}


@over(edits())
def test_edits_of_different_entries_always_merge_and_lose_nothing(
    made: tuple[Any, Any, Any],
) -> None:
    base, theirs, mine = made
    merged = merge_lists(base, theirs, mine)
    assert merged is not CONFLICT
    told = {item["id"]: item for item in (*merged["entries"], *merged["removed"])}
    assert len(told) == len(merged["entries"]) + len(merged["removed"])
    before = {item["id"]: item for item in base["entries"]}
    for side in (theirs, mine):
        for item in (*side["entries"], *side["removed"]):
            changed = before.get(item["id"]) != item
            assert item["id"] in told
            assert not changed or told[item["id"]] == item
        for item in side["removed"]:
            assert item in merged["removed"]


@over(edits())
def test_saving_again_what_was_merged_changes_nothing(made: tuple[Any, Any, Any]) -> None:
    base, theirs, mine = made
    merged = merge_lists(base, theirs, mine)
    assert merge_lists(base, merged, mine) == merged


def test_put_together_every_entry_is_there() -> None:
    both = join_lists(listed("a:1 b:2"), listed("b:2 c:3 a:9"))
    assert [item["values"] for item in both["entries"]] == [
        {"text": "1"}, {"text": "2"}, {"text": "3"}, {"text": "9"},
    ]  # fmt: skip
    assert len({item["id"] for item in both["entries"]}) == 4
    assert join_lists(both, listed("b:2 c:3 a:9")) == both


def test_what_was_removed_is_not_handed_on_and_can_be_put_in_again() -> None:
    assert join_lists(None, listed("a:1 / b:2")) == listed("a:1")
    again = join_lists(listed("c:3 / a:1"), listed("a:1"))
    assert [item["values"] for item in again["entries"]] == [{"text": "3"}, {"text": "1"}]
    assert again["removed"] == listed("/ a:1")["removed"]
    assert join_lists(again, listed("a:1")) == again


def test_of_two_the_one_is_kept_with_what_the_other_only_added() -> None:
    kept = keep_additions(listed("a:1 c:3 / d:4"), listed("a:9 b:2 d:4 / c:3"))
    assert kept == listed("a:1 c:3 b:2 / d:4")
    assert keep_additions(None, listed("a:1")) == listed("a:1")
