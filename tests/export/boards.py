"""The memos and the decisions of the demo's data, as they are exported."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from survey_app.core.content import Content, build_content
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.export.blocks import Outline
from survey_app.export.board_decision import Minute, sheet_outline
from survey_app.export.memo import memo_outline
from tests.export import samples

HOUSE = Path(__file__).parents[2]
FORM = HOUSE / "questionnaires" / "tjansteskrivelse.json"
DATA: dict[str, Any] = json.loads(
    (HOUSE / "survey_app" / "demo" / "rounds" / "tjansteskrivelse.json").read_text("utf-8")
)


def memo_content(number: int = 0) -> Content:
    """The content of one of the memos."""
    form, plan = Questionnaire.model_validate_json(FORM.read_text("utf-8")), DATA["memos"][number]
    answers = {
        name: Given(KINDS[form.by_id[name].kind].parse(form.by_id[name], told["value"]))
        for name, told in plan["answers"].items()
    }
    heading = {
        "case": plan["case"],
        "unit": samples.UNIT,
        "submission": {"id": 1, "corrects": None},
        "deadline": None,
        "questionnaire_sha256": "0" * 64,
    }
    return build_content(form, answers, heading)


def memo(number: int = 0, *, draft: bool = False) -> Outline:
    return memo_outline(memo_content(number), samples.MADE_AT, draft=draft)


def decision_sheet(number: int = 1) -> Outline:
    plan = DATA["decisions"][number]
    minute = Minute(
        plan["body"], plan["paragraph"], plan["day"], plan["matter"], plan["decision"],
        plan["about"], tuple(plan["recipients"]), tuple(plan["background"]),
    )  # fmt: skip
    case = {"diary_number": plan["case"], "title": plan["matter"], "practice": False}
    return sheet_outline(case, minute, samples.UNIT["name"], samples.MADE_AT)
