"""A round about everything, with answers of two units, for tests of results."""

from __future__ import annotations

import json
from typing import Any

from survey_app.services.specification import add_specification
from tests.pooled_form import FORM
from tests.rounds.asking import TOWN, Table
from tests.stage import OTHER

HOSTILE = '=HYPERLINK("http://x";"y")\n<b>&</b> @SUM(A1) \u202e+1\t\''
YES, NO = ({"chosen": item, "details": {}} for item in ("ja", "nej"))


def entry(name: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "values": values}


THEIRS: dict[str, dict[str, Any]] = {
    OTHER: {
        "val": YES, "flera": {"chosen": ["a", "b"], "details": {}}, "rader": {"r1": "ja"},
        "text": HOSTILE, "antal": 3,
        "processer": {"removed": [], "entries": [
            entry("aaaaaaa1", namn="=1+1", medverkan=YES, timmar=4),
            entry("aaaaaaa2", namn="Två", medverkan=NO)]},
        "tal": {"cells": {"r1": {"c1": 1, "c2": "12.5"}, "r2": {"c1": None}},
                "notes": {"": "-obs"}},
    },
    TOWN: {
        "val": NO, "varfor": "@därför", "antal": 8,
        "processer": {"removed": [], "entries": [entry("bbbbbbb1", medverkan=YES)]},
        "tal": {"cells": {"r1": {"c1": 0}, "alla": {"c1": 5}}, "notes": {}},
    },
}  # fmt: skip
BY = {OTHER: "other_strategist", TOWN: "town_strategist"}


def open_about_everything(table: Table, *units: str) -> None:
    """A round with the form, that nobody has answered."""
    body = json.dumps(FORM, ensure_ascii=False)
    with table.stage.database.writing() as session:
        specification = add_specification(session, body, table.stage.now)
    table.open(*units, specification=specification)


def answered_about_everything(table: Table) -> None:
    """Two of three have handed over; the second says why it tells nothing."""
    open_about_everything(table)
    answer_everything(table)


def answer_everything(table: Table) -> None:
    """What two of three say, handed over."""
    for unit, answers in THEIRS.items():
        for question, value in answers.items():
            table.save(unit, question, value, 0, BY[unit])
    blank = {"code": "cannot_be_stated", "text": "=hemligt"}
    table.save(TOWN, "text", None, 0, BY[TOWN], blank)
    for unit in THEIRS:
        table.hand_over(unit, BY[unit])
