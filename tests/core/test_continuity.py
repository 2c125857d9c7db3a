"""What of an earlier answer fits a question here, and how numbers have moved."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from survey_app.core.continuity import carry, link_to, links_of
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.movement import movement
from survey_app.core.questionnaire import Continues, Question, Questionnaire
from survey_app.web.wording.misfits import MISFITS

from .specimens import Case, cases, questionnaire_of

FIELDS = {"+": {"kind": "text"}, "#": {"kind": "integer"}}


def parts(ids: list[str]) -> list[dict[str, Any]]:
    """Options or rows by their ids; "+" after one means a text field, "#" a number."""
    return [
        {"id": name.rstrip("+#"), "text": name} | (
            {"field": FIELDS[name[-1]]} if name[-1] in FIELDS else {}
        )
        for name in ids
    ]  # fmt: skip


def question_of(told: dict[str, Any]) -> Question:
    """The last question of a form that is as short as the case says it."""
    spelled = {key: parts(value) if key in ("options", "rows") else value
               for key, value in told.items()}  # fmt: skip
    form = questionnaire_of(
        {"questions": [{"id": "x", "kind": "text", "text": "F"},
                       {"id": "q", "text": "F", **spelled}]}
    )  # fmt: skip
    return form.by_id["q"]


@pytest.mark.parametrize("case", cases("continuity"), ids=lambda case: case["name"])
def test_carrying(case: Case) -> None:
    earlier, here = question_of(case["earlier"]), question_of(case["here"])
    link = Continues(questionnaire="e", question="q", **case.get("link", {}))
    carried = carry(here, link, earlier, Given(case["value"], case.get("blank")))
    assert carried.given == Given(case["expected"], case.get("expected_blank"))
    assert [list(misfit) for misfit in carried.misfits] == case.get("misfits", [])
    # What is carried is stored as it is: it has the very shape that a save would give it.
    if carried.given.value is not None:
        assert KINDS[here.kind].parse(here, carried.given.value) == carried.given.value


def test_every_reason_has_a_case_and_a_sentence() -> None:
    seen = {misfit[0] for case in cases("continuity") for misfit in case.get("misfits", [])}
    assert seen == set(MISFITS)


@pytest.mark.parametrize(
    "case", cases("movement"), ids=lambda case: f"{case['before']}-{case['after']}"
)
def test_movement(case: Case) -> None:
    found = movement(case["before"], case["after"])
    if "difference" not in case:
        assert found is None
        return
    percent = case["percent"]
    assert found == (Decimal(case["difference"]), None if percent is None else Decimal(percent))


def form(**head: Any) -> Questionnaire:
    own = [{"questionnaire": "form-2024", "question": "4"},
           {"questionnaire": "form-2023", "question": "3"}]  # fmt: skip
    return questionnaire_of(
        {
            "head": head,
            "questions": [
                {"id": "a", "kind": "text", "text": "F"},
                {"id": "b", "kind": "text", "text": "F", "continues": own},
                {"id": "c", "kind": "text", "text": "F", "continues": []},
            ],
        }
    )


def named(found: Questionnaire, question: str) -> list[tuple[str, str]]:
    links = links_of(found, found.by_id[question])
    return [(link.questionnaire, link.question) for link in links]


def test_a_question_continues_its_namesake_unless_it_says_otherwise() -> None:
    found = form(continues="form-2024")
    assert found.earlier == ("form-2024", "form-2023")
    assert named(found, "a") == [("form-2024", "a")]
    assert named(found, "b") == [("form-2024", "4"), ("form-2023", "3")]
    assert named(found, "c") == []


def test_where_no_earlier_period_is_named_only_what_is_said_counts() -> None:
    found = form()
    assert named(found, "a") == []
    assert named(found, "b") == [("form-2024", "4"), ("form-2023", "3")]


def test_another_version_of_the_same_form_keeps_its_ids() -> None:
    found = form()
    assert link_to(found, found.by_id["b"], "specimen").question == "b"
    assert link_to(found, found.by_id["b"], "form-2024").question == "4"
