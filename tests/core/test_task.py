"""How far the work on a question is, by a table of cases."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.task import Marked, TaskState, judge_task

CASES: list[dict[str, Any]] = json.loads(
    (Path(__file__).parent / "cases" / "task.json").read_text("utf-8")
)


def _moment(minute: int) -> datetime.datetime:
    return datetime.datetime(2026, 3, 1, 12, minute, tzinfo=datetime.UTC)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["that"])
def test_how_far(case: dict[str, Any]) -> None:
    said = case.get("marked")
    state, why = judge_task(
        Marked(TaskState(said[0]), said[1], _moment(said[2])) if said else None,
        answered=case["answered"],
        version=case["version"],
        returned=_moment(case["returned"]) if "returned" in case else None,
    )
    assert (state, why) == (case["is"], case.get("why"))
