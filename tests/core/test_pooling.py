"""What many answered taken together: by hand, and against Python's own statistics."""

from __future__ import annotations

import statistics
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.core.evaluation import Blank
from survey_app.core.pooling import Figures, Reply, Result, atoms_of, percent, pool, sum_up
from survey_app.core.questionnaire import Questionnaire
from tests.pooled_form import FORM

SPEC = Questionnaire.model_validate(FORM)


def taken_together(question: str, *values: Any) -> Result:
    """One value each of units A, B, C …; None left it."""
    replies = [
        Reply(chr(65 + place), place, "left" if value is None else "answered", value)
        for place, value in enumerate(values)
    ]
    told = {}
    if question == "andel":
        told = {place: atoms_of({"processer": value}, SPEC.by_id) if value else {}
                for place, value in enumerate(values)}  # fmt: skip
    return pool(SPEC.by_id[question], replies, told, SPEC.by_id)


def processes(yes: int, no: int, **more: Any) -> Any:
    said = ["ja"] * yes + ["nej"] * no
    return {"removed": [], "entries": [
        {"id": f"aaaaaaa{n}", "values": {"medverkan": {"chosen": item, "details": {}}, **more}}
        for n, item in enumerate(said)]}  # fmt: skip


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ([7], (1, 7, 7, 7, 7, 7, 7)),
        ([1, 2], (2, 3, 1, "1.25", "1.5", "1.75", 2)),
        ([3, 1, 2], (3, 6, 1, "1.5", 2, "2.5", 3)),
        ([1, 2, 3, 4, 100], (5, 110, 1, 2, 3, 4, 100)),
        (["0.1", "0.2"], (2, "0.3", "0.1", "0.125", "0.15", "0.175", "0.2")),
        ([-5, 0, 5, 10], (4, 10, -5, "-1.25", "2.5", "6.25", 10)),
        (["9" * 39, "1"], (2, "1" + "0" * 39, 1, "25" + "0" * 36 + "0.5",
                           "5" + "0" * 38, "749" + "9" * 36 + ".5", "9" * 39)),
    ],
    ids=["one", "two", "odd", "outlier", "decimals", "below zero", "too long for a float"],
)  # fmt: skip
def test_figures_by_hand(numbers: list[Any], told: tuple[Any, ...]) -> None:
    found = sum_up(Decimal(number) for number in numbers)
    assert found is not None
    assert [Decimal(item) for item in found] == [Decimal(item) for item in told]


NUMBERS = st.decimals(
    min_value=-(10**12), max_value=10**12, places=3, allow_nan=False, allow_infinity=False
)


@given(st.lists(NUMBERS, min_size=2, max_size=80))
def test_figures_are_those_of_statistics(numbers: list[Decimal]) -> None:
    found = sum_up(numbers)
    assert found is not None
    quartiles = statistics.quantiles(numbers, n=4, method="inclusive")
    assert [Decimal(item) for item in (found.lower, found.median, found.upper)] == quartiles
    assert Decimal(found.median) == statistics.median(numbers)
    assert Decimal(found.total) == sum(numbers)
    assert found.n == len(numbers)
    assert (Decimal(found.least), Decimal(found.greatest)) == (min(numbers), max(numbers))


def test_nothing_has_no_figures_and_no_share() -> None:
    assert sum_up([]) is None
    assert percent(0, 0) is None
    assert (percent(1, 3), percent(2, 3), percent(1, 8), percent(3, 3)) == (
        "33.3", "66.7", "12.5", 100,
    )  # fmt: skip
    assert percent(1, 2000) == "0.1", "0,05 is rounded half up"


def test_a_choice_is_counted_of_those_who_answered() -> None:
    ja, nej = ({"chosen": item, "details": {}} for item in ("ja", "nej"))
    found = taken_together("val", ja, nej, ja, None)
    assert [(item.option.id, item.n, item.share) for item in found.options] == [
        ("ja", 2, "66.7"), ("nej", 1, "33.3"), ("vet", 0, 0),
    ]  # fmt: skip
    many = taken_together(
        "flera", {"chosen": ["a", "b"], "details": {}}, {"chosen": ["b"], "details": {}}
    )
    assert [(item.n, item.share) for item in many.options] == [(1, 50), (2, 100)]


def test_every_row_has_its_own_denominator() -> None:
    found = taken_together("rader", {"r1": "ja", "r2": "nej"}, {"r1": "nej"}, None)
    assert [(row.n, [(item.n, item.share) for item in row.options]) for row in found.rows] == [
        (2, [(1, 50), (1, 50)]), (1, [(0, 0), (1, 100)]),
    ]  # fmt: skip


def test_what_is_no_number_is_named_and_not_counted() -> None:
    found = taken_together("antal", 3, "tre", 5, None)
    assert found.unread == ("B",)
    assert found.figures == Figures(2, 8, 3, "3.5", 4, "4.5", 5)
    assert [reply.unit for reply in found.of("left")] == ["D"]


def test_lists_are_pooled_entry_by_entry() -> None:
    found = taken_together("processer", processes(2, 1, timmar=4), processes(0, 1), None)
    assert found.figures is not None
    assert (found.figures.n, found.figures.total, found.figures.median) == (2, 4, 2)
    [choice, hours] = found.rows
    assert [(item.n, item.share) for item in choice.options] == [(2, 50), (2, 50)]
    assert (choice.n, hours.n) == (4, 3)
    assert hours.figures is not None
    assert hours.figures.total == 12


def test_a_share_of_all_is_no_mean_of_shares() -> None:
    """8 of 11 in two units: the mean of 100 % and 66,7 % would be another number."""
    found = taken_together("andel", processes(2, 0), processes(6, 3), None)
    assert found.share == (8, 11, "72.7", ("C",))


def test_tables_add_up_cell_by_cell() -> None:
    found = taken_together(
        "tal",
        {"cells": {"r1": {"c1": 1, "c2": 10}, "r2": {"c1": None}, "alla": {"c1": 99}}, "notes": {}},
        {"cells": {"r1": {"c1": 0, "c2": 40}, "r2": {"c1": "x"}}, "notes": {}},
        {"cells": {"r1": {"c2": 20}}, "notes": {}},
    )
    assert found.cells is not None
    assert found.cells.value == {"cells": {"r1": {"c1": 1, "c2": 20}}, "notes": {}}
    assert found.cells.counts == {"r1": {"c1": 2, "c2": 3}}, "0 counts, missing does not"


def test_a_reason_is_no_answer() -> None:
    blank: Blank = {"code": "reason", "text": "Vet inte"}
    replies = [Reply("A", 1, "stated", None, blank), Reply("B", 2, "missing")]
    found = pool(SPEC.by_id["val"], replies, {}, SPEC.by_id)
    assert [item.share for item in found.options] == [None, None, None]
