"""Some questions as a questionnaire of their own; and each question of the real ones alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from survey_app.core.content import build_content
from survey_app.core.evaluation import evaluate
from survey_app.core.excerpt import excerpt
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire

from .specimens import answers_of, questionnaire_of

HEADING = dict.fromkeys(
    ("case", "unit", "submission", "deadline", "questionnaire_sha256"), ""
)  # fmt: skip
FOLDER = Path(__file__).parents[2] / "questionnaires"


def when(*questions: str, join: str = "all") -> dict[str, Any]:
    return {join: [{"question": item, "operator": "exists", "answer": True} for item in questions]}


def form() -> Questionnaire:
    def text(name: str, **more: Any) -> dict[str, Any]:
        return {"id": name, "kind": "text", "text": name, "required": True, **more}

    return questionnaire_of(
        {
            "sections": [
                {"id": "a", "title": "A", "intro": [{"text": "Först"}],
                 "questions": [text("1"), text("2", shown_when=when("1"))]},
                {"id": "b", "title": "B", "shown_when": when("1"), "questions": [
                    text("3", shown_when=when("1", "2"),
                         before=[{"text": "Om ni svarat", "shown_when": when("1")}]),
                    text("4", shown_when=when("1", "2", join="any")),
                ]},
                {"id": "c", "title": "C", "questions": [text("5")]},
            ],
            "head": {"unanswered": "explain"},
        }
    )  # fmt: skip


def shown(questions: tuple[str, ...], **answers: str) -> set[str]:
    part = excerpt(form(), questions)
    typed = {name.removeprefix("q"): value for name, value in answers.items()}
    return set(evaluate(part, answers_of(part, {"answers": typed})).shown)


def test_only_what_was_named_in_the_authoritys_order() -> None:
    part = excerpt(form(), ("3", "1"))
    assert [section.id for section in part.sections] == ["a", "b"]
    assert list(part.by_id) == ["1", "3"]
    assert part.sections[0].intro == form().sections[0].intro
    assert part.section("c") is None


def test_what_depends_on_something_outside_is_shown() -> None:
    assert shown(("2",)) == {"2"}
    assert shown(("4",)) == {"4"}
    assert shown(("3", "4")) == {"3", "4"}


def test_what_depends_on_something_inside_waits_for_it() -> None:
    assert shown(("1", "2")) == {"1"}
    assert shown(("1", "2"), q1="x") == {"1", "2"}
    assert shown(("2", "3")) == {"2"}, "all of them: what can be judged is"
    assert shown(("2", "3"), q2="x") == {"2", "3"}
    assert shown(("2", "4")) == {"2", "4"}, "any of them: one outside may hold"


def test_nothing_is_required_and_the_whole_is_as_it_was() -> None:
    whole = form()
    assert list(whole.by_id) == ["1", "2", "3", "4", "5"]  # worked out before the cut
    part = excerpt(whole, ("2",))
    assert not evaluate(part, answers_of(part, {"answers": {"2": "x"}})).problems
    assert list(part.by_id) == ["2"]
    assert list(whole.by_id) == ["1", "2", "3", "4", "5"]
    assert whole.by_id["2"].required
    assert excerpt(whole, ("2",)) is part, "made once"


@pytest.mark.parametrize("name", ["gnv-2025", "statsbidrag-2025"])
def test_every_question_of_the_real_ones_stands_alone(name: str) -> None:
    whole = read_questionnaire((FOLDER / f"{name}.json").read_text("utf-8"))
    for question in whole.questions():
        if question.kind in ("computed", "attestation"):
            continue
        part = excerpt(whole, (question.id,))
        assert {item.partition(".")[0] for item in evaluate(part, {}).shown} == {question.id}
        assert question.text.sv in str(build_content(part, {}, HEADING, draft=True))
