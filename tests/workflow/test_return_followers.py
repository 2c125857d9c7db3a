"""What opens with a question that was sent back: all that may now be asked because of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.questionnaire import Questionnaire
from survey_app.services.answer import Saved
from survey_app.services.refusal import Forbidden, Invalid
from survey_app.services.scope import followers
from survey_app.services.specification import add_specification
from tests.short_form import QUESTIONNAIRE
from tests.stage import Stage, build_stage


def _when(question: str, answer: Any, operator: str = "=") -> dict[str, Any]:
    return {"all": [{"question": question, "operator": operator, "answer": answer}]}


TEXT = {"kind": "text", "text": "Beskriv"}
YES_NO = [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]
FORM = QUESTIONNAIRE | {
    "id": "rader-2025",
    "sections": [
        {"id": "a", "title": "A", "questions": [
            {"id": "1", "kind": "single", "text": "Finns den?", "options": YES_NO},
            {"id": "antal", "kind": "integer", "text": "Hur många?"},
            {"id": "summa", "kind": "computed", "text": "Summa", "operation": "sum",
             "of": ["antal"]},
            {"id": "fler", **TEXT, "shown_when": _when("summa", 10, ">")},
            {"id": "alls", **TEXT},
        ]},
        {"id": "b", "title": "B", "questions": [
            {"id": "rader", "kind": "matrix", "text": "Hur?", "required": True, "options": YES_NO,
             "every_row": True,
             "rows": [{"id": "alltid", "text": "Alltid"},
                      {"id": "om", "text": "Om den finns", "shown_when": _when("1", "ja")}]},
        ]},
    ],
}  # fmt: skip


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path)
    with made.database.writing() as session:
        body = Questionnaire.model_validate(FORM).model_dump_json(exclude_defaults=True)
        made.specification = add_specification(session, body, made.now)
    yield made
    made.database.close()


def test_rows_and_sums_hand_on_what_opens() -> None:
    form = Questionnaire.model_validate(FORM)
    assert followers(form, {"1"}) == {"rader"}
    assert followers(form, {"antal"}) == {"fler"}, "the sum itself is nobody's to write"
    assert followers(form, {"alls", "rader"}) == set()


def test_a_row_that_opens_can_be_answered(stage: Stage) -> None:
    """Else nobody could send it: a row is asked that nobody may write in."""
    [submission] = stage.open("RS2501")
    stage.save(submission, "1", {"chosen": "nej", "details": {}}, 0)
    stage.save(submission, "rader", {"alltid": "ja"}, 0)
    stage.send(submission)
    stage.send_back(submission, {"1": "Den finns ju"})
    stage.save(submission, "1", {"chosen": "ja", "details": {}}, 1)
    with pytest.raises(Invalid, match="not_ready"):
        stage.send(submission)
    with pytest.raises(Forbidden, match="not_returned"):
        stage.save(submission, "alls", "Smyg", 0)
    assert isinstance(stage.save(submission, "rader", {"alltid": "ja", "om": "ja"}, 1), Saved)
    stage.send(submission)


def test_a_question_that_opens_by_a_sum_can_be_answered(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    stage.save(submission, "antal", 3, 0)
    stage.save(submission, "rader", {"alltid": "ja"}, 0)
    stage.send(submission)
    stage.send_back(submission, {"antal": "Räkna om"})
    stage.save(submission, "antal", 30, 1)
    assert isinstance(stage.save(submission, "fler", "För att de är fler", 0), Saved)
