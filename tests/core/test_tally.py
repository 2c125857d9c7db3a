"""Counting what many answered without a name: what is shown, and what never is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire
from survey_app.core.tally import FEWEST, WITHHELD, grown, tally_of, texts_of

FORM = Path(__file__).parents[2] / "questionnaires" / "enkat-medverkan.json"
CHOSEN = [{"chosen": name, "details": {}} for name in ("patient", "brukare", "annan")]


@pytest.fixture(scope="module")
def form() -> Questionnaire:
    told = json.loads(FORM.read_text(encoding="utf-8"))
    told["sections"][0]["questions"].append(
        {"id": "ganger", "kind": "integer", "text": "Hur många?"}
    )
    told["sections"][0]["questions"].append(
        {"id": "vad", "kind": "multiple", "text": "Vad?",
         "options": [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]}
    )  # fmt: skip
    return read_questionnaire(json.dumps(told))


@pytest.mark.parametrize("n", range(12))
def test_nothing_of_fewer_than_five(form: Questionnaire, n: int) -> None:
    tally = tally_of(form, [{"roll": CHOSEN[i % 3]} for i in range(n)])
    if n < FEWEST:
        assert set(map(json.dumps, tally.values())) == {json.dumps(WITHHELD)}
    else:
        assert tally["roll"]["answered"] == sum(tally["roll"]["counts"].values()) == n
        assert tally["roll"]["counts"]["narstaende"] == 0
        assert tally["igen"] == WITHHELD


def test_every_kind(form: Questionnaire) -> None:
    ballots: list[dict[str, Any]] = [
        {"vad": {"chosen": ["a", "b"] if i % 2 else ["b"], "details": {}}, "ganger": i * 10,
         "pastaenden": {"tydligt": "helt", **({"lyssnad": "delvis"} if i < 4 else {})}}
        for i in range(10)
    ]  # fmt: skip
    tally = tally_of(form, ballots)
    assert tally["vad"] == {"answered": 10, "counts": {"a": 5, "b": 10}}
    assert tally["ganger"] == {"answered": 10, "median": 40, "lowest": 0, "highest": 90}
    rows = tally["pastaenden"]["rows"]
    assert rows["tydligt"]["counts"] == {"helt": 10, "delvis": 0, "inte-alls": 0, "vet-inte": 0}
    assert rows["lyssnad"] == WITHHELD, "four of ten ticked it: a row is a question of its own"


def test_no_extremes_of_fewer_than_ten(form: Questionnaire) -> None:
    tally = tally_of(form, [{"ganger": i} for i in range(9)])
    assert tally["ganger"] == {"answered": 9, "median": 4}


def test_texts_come_in_an_order_that_tells_nothing(form: Questionnaire) -> None:
    ballots = [{"bra": f"text {i:02}"} for i in range(20)]
    found = texts_of(form, ballots, "salt")["bra"]
    assert sorted(found) == [ballot["bra"] for ballot in ballots] != found
    assert texts_of(form, ballots[::-1], "salt")["bra"] == found
    assert texts_of(form, ballots, "other")["bra"] != found
    assert texts_of(form, ballots[:4], "salt") == {}


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["tydligt", "lyssnad", None])), max_size=40)
)
def test_no_two_looks_differ_by_fewer_than_five(
    told: list[tuple[bool, str | None]],
) -> None:
    """Whatever each leaves out: what is shown of a question, or of a row, changes by five answers
    or not at all."""
    form = read_questionnaire(FORM.read_text(encoding="utf-8"))
    ballots = [
        {
            **({"roll": CHOSEN[i % 3]} if yes else {}),
            **({"pastaenden": {row: "helt"}} if row else {}),
        }
        for i, (yes, row) in enumerate(told)
    ]
    shown: dict[str, Any] = {}
    for n in range(len(ballots) + 1):
        if n % FEWEST == 0:
            fresh = grown(shown, tally_of(form, ballots[:n]))
            for key in ("roll", "pastaenden"):
                _require_steps(shown.get(key, {}), fresh[key])
            for row, tally in fresh["pastaenden"].get("rows", {}).items():
                _require_steps(shown.get("pastaenden", {}).get("rows", {}).get(row, {}), tally)
            shown = fresh


def _require_steps(before: dict[str, Any], after: dict[str, Any]) -> None:
    step = after.get("answered", 0) - before.get("answered", 0)
    assert step >= FEWEST or (before or WITHHELD) == after
