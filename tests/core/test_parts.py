"""Answers in parts: taken apart, put together, and two that were changed brought together."""

from __future__ import annotations

from typing import Any

import pytest

from survey_app.core.evaluation import Given, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.parts import changed_parts, merge, parts_of, with_parts
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from tests.core.specimens import cases
from tests.export.samples import ANSWERS, BLANKS, HIDDEN, QUESTIONNAIRE


def given(question: Question, raw: Any, blank: Any = None) -> Given:
    return Given(KINDS[question.kind].parse(question, raw), parse_blank(blank))


@pytest.mark.parametrize("question", [*ANSWERS, *HIDDEN])
def test_taken_apart_and_put_together_an_answer_is_what_it_was(question: str) -> None:
    asked = QUESTIONNAIRE.by_id[question]
    held = given(asked, {**ANSWERS, **HIDDEN}[question])
    parts = parts_of(asked, held)
    assert parts
    assert with_parts(asked, held, parts) == held


def test_an_empty_answer_has_all_its_parts() -> None:
    for question in QUESTIONNAIRE.questions():
        parts = parts_of(question, Given())
        assert not any(parts.values())
        if parts:
            assert with_parts(question, Given(), parts) == Given()


def test_the_words_for_leaving_it_empty_are_a_part() -> None:
    asked = QUESTIONNAIRE.by_id["andel"]
    held = Given(None, parse_blank(BLANKS["andel"]))
    assert parts_of(asked, held) == {"text": "", "blank": True}
    assert with_parts(asked, held, {"blank": False}) == Given()
    assert with_parts(asked, Given(), {"blank": True}).blank == {
        "code": "cannot_be_stated", "text": "",
    }  # fmt: skip
    reason = given(asked, None, {"code": "reason", "text": "Vet inte"})
    assert with_parts(asked, reason, {"blank": False}) == reason


def test_files_stay_whatever_is_written_beside_them() -> None:
    asked = QUESTIONNAIRE.by_id["fil"]
    held = given(asked, ANSWERS["fil"])
    changed = with_parts(asked, held, {"text": "Annat"})
    assert changed.value == {"files": held.value["files"], "text": "Annat"}


@pytest.mark.parametrize("case", cases("parts"), ids=lambda case: case["case"])
def test_two_changes_of_one_answer(case: dict[str, Any]) -> None:
    asked = QUESTIONNAIRE.by_id[case["question"]]
    base, theirs, now = (given(asked, case[name]) for name in ("base", "theirs", "now"))
    assert changed_parts(asked, base, theirs) == case["changed"]
    if case["result"] == "impossible":
        with pytest.raises(Malformed):
            merge(asked, base, theirs, now)
    else:
        assert merge(asked, base, theirs, now) == given(asked, case["result"])


def test_what_is_written_in_an_entry_that_is_gone_is_no_answer() -> None:
    asked = QUESTIONNAIRE.by_id["exempel"]
    base = given(asked, ANSWERS["exempel"])
    first, second = base.value["entries"]
    key = f"entry:{second['id']}:text"
    theirs = with_parts(asked, base, {key: "Ändrat i en fil"})
    without = Given({"entries": [first], "removed": [second]})
    with pytest.raises(Malformed):
        merge(asked, base, theirs, without)
    moved = Given({"entries": [second, first], "removed": []})
    assert parts_of(asked, merge(asked, base, theirs, moved))[key] == "Ändrat i en fil"
