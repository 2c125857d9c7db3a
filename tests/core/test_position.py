"""Places in an order: there is always room between two, and they sort as they were put."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.core.position import between


@given(st.lists(st.integers(0, 10_000), min_size=1, max_size=120))
def test_a_place_is_found_wherever_something_is_put(choices: list[int]) -> None:
    places: list[str] = []
    for choice in choices:
        at = choice % (len(places) + 1)
        before = places[at - 1] if at else None
        after = places[at] if at < len(places) else None
        places.insert(at, between(before, after))
    assert places == sorted(set(places))


def test_there_is_room_at_both_ends_and_in_one_gap_again_and_again() -> None:
    first, last = between(None, None), between(between(None, None), None)
    for _ in range(300):
        first, last = between(None, first), between(last, None)
    assert first < last
    low, high = "a", "b"
    for _ in range(300):
        high = between(low, high)
    assert low < high < "b"


def test_what_stands_in_the_wrong_order_has_no_room() -> None:
    with pytest.raises(ValueError, match="not before"):
        between("b", "b")
