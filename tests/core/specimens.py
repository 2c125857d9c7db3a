"""Questionnaires for tests, as short as a case can say them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from survey_app.core.evaluation import Given, parse_blank
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.reading import read_questionnaire

CASES = Path(__file__).parent / "cases"
Case = dict[str, Any]


def cases(table: str) -> list[Case]:
    """The cases of one table in ``tests/core/cases``."""
    found: list[Case] = json.loads((CASES / f"{table}.json").read_text(encoding="utf-8"))
    return found


def text_of(case: Case) -> str:
    """The file that a case describes: ``text``, or ``sections``, or ``questions`` of one section.

    ``head`` adds to the questionnaire's own keys.
    """
    if "text" in case:
        return str(case["text"])
    section = {"id": "s", "title": "S", "questions": case.get("questions")}
    document = {
        "id": "specimen",
        "version": "1.0.0",
        "title": "T",
        "authority": {"name": "M"},
        "period": "2025",
        **case.get("head", {}),
        "sections": case.get("sections") or [section],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def questionnaire_of(case: Case) -> Questionnaire:
    """The questionnaire that a case describes."""
    return read_questionnaire(text_of(case))


def answers_of(questionnaire: Questionnaire, case: Case) -> dict[str, Given]:
    """What the case answers: ``answers`` by question id as typed, ``blanks`` by question id."""
    typed, blanks = case.get("answers", {}), case.get("blanks", {})
    return {
        name: Given(
            KINDS[questionnaire.by_id[name].kind].parse(questionnaire.by_id[name], typed.get(name)),
            parse_blank(blanks.get(name)),
        )
        for name in {**typed, **blanks}
    }
