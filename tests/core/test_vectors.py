"""The Python half of ``tests/vectors.json``; ``tests/browser/test_vectors.py`` is the other."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.characters import count_characters
from survey_app.core.condition import ShownWhen, is_shown
from survey_app.core.evaluation import Given, evaluate
from survey_app.core.kinds import KINDS
from survey_app.core.kinds.table import TableAnswer
from survey_app.core.number import canonical, read_number
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.tabulation import totals_of

VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    (Path(__file__).parent.parent / "vectors.json").read_text(encoding="utf-8")
)
Item = dict[str, Any]


def test_there_are_enough_vectors() -> None:
    sizes = {key: len(VECTORS[key]) for key in ("characters", "numbers", "conditions")}
    assert min(sizes.values()) >= 40
    assert len(VECTORS["plans"]) >= 10


@pytest.mark.parametrize("vector", VECTORS["characters"], ids=lambda v: ascii(v["text"][:24]))
def test_characters(vector: dict[str, Any]) -> None:
    assert count_characters(vector["text"]) == vector["count"]


@pytest.mark.parametrize("vector", VECTORS["numbers"], ids=lambda v: ascii(v["typed"][:24]))
def test_numbers(vector: dict[str, Any]) -> None:
    number = read_number(vector["typed"])
    assert (None if number is None else str(canonical(number))) == vector["read"]


@pytest.mark.parametrize("vector", VECTORS["conditions"], ids=lambda v: v["name"])
def test_conditions(vector: dict[str, Any]) -> None:
    when = None if vector["when"] is None else ShownWhen.model_validate(vector["when"])
    atoms = {key: tuple(found) for key, found in vector["atoms"].items()}
    assert is_shown(when, atoms) is vector["shown"]


@pytest.mark.parametrize("vector", VECTORS["sums"], ids=lambda v: v["name"])
def test_sums(vector: dict[str, Any]) -> None:
    columns = [{"id": f"k{n}", "text": "K"} for n in range(len(vector["numbers"]))]
    total = {"id": "s", "axis": "column", "text": "S"}
    spec = TableAnswer.model_validate({
        "kind": "table", "number_kind": "decimal", "columns": columns, "totals": [total],
        "rows": [{"id": "r", "text": "R"}],
    })  # fmt: skip
    cells = {"r": {f"k{n}": number for n, number in enumerate(vector["numbers"])}}
    assert str(totals_of(spec, cells)["r"]["s"].value) == vector["sum"]


@pytest.mark.parametrize("vector", VECTORS["plans"], ids=lambda v: v["name"])
def test_plans(vector: dict[str, Any]) -> None:
    questionnaire = _questionnaire(vector["items"])
    answers = {
        question.id: Given(KINDS[question.kind].parse(question, raw))
        for question in questionnaire.questions()
        if (raw := _raw(question.kind, question.id, vector["atoms"])) is not None
    }
    shown = evaluate(questionnaire, answers).shown
    assert [item["id"] for item in vector["items"] if item["id"] in shown] == vector["shown"]
    assert len(shown) == len(vector["shown"])


def _questionnaire(items: list[Item]) -> Questionnaire:
    """A questionnaire of the plan's items; texts have two boxes, rows the options ja and nej."""
    conditions = {item["section"]: item["section_when"] for item in items}
    sections = [
        {
            "id": section,
            "title": "T",
            "shown_when": condition,
            "questions": [
                _question(item, items)
                for item in items
                if item["section"] == section and item["kind"] != "row"
            ],
        }
        for section, condition in conditions.items()
    ]
    head = {"id": "plan", "version": "1.0.0", "title": "T", "period": "2025"}
    return Questionnaire.model_validate({**head, "authority": {"name": "M"}, "sections": sections})


def _question(item: Item, items: list[Item]) -> Item:
    question = {"id": item["id"], "kind": item["kind"], "text": "F", "shown_when": item["when"]}
    if item["kind"] == "text":
        question["boxes"] = 2
    if item["kind"] == "matrix":
        question["options"] = [{"id": "ja", "text": "Ja"}, {"id": "nej", "text": "Nej"}]
        question["rows"] = [
            {"id": row["id"].partition(".")[2], "text": "R", "shown_when": row["when"]}
            for row in items
            if row["kind"] == "row" and row["id"].startswith(f"{item['id']}.")
        ]
    if item["kind"] == "table":
        rows = [row for row in items if row["id"].startswith(f"{item['id']}.")]
        question["columns"] = [{"id": "a", "text": "A"}, {"id": "b", "text": "B"}]
        question["rows"] = [
            {"id": row["id"].partition(".")[2], "text": "R", "shown_when": row["when"]}
            for row in rows
        ]
    if item["kind"] == "list":
        question |= {"entry": "E", "fields": [{"id": "f", "kind": "text", "text": "F"}]}
    return question


def _raw(kind: str, question: str, atoms: dict[str, list[Any]]) -> Any:
    """What was answered, so that conditions see the plan's atoms."""
    if kind == "matrix":
        rows = {key: found[0] for key, found in atoms.items() if key.startswith(f"{question}.")}
        return {key.partition(".")[2]: option for key, option in rows.items()} or None
    if kind == "table":
        cells: dict[str, dict[str, Any]] = {}
        for key, found in atoms.items():
            if key.startswith(f"{question}."):
                _table, row, column = key.split(".")
                cells.setdefault(row, {})[column] = found[0]
        return {"cells": cells}
    if kind == "list":
        said = atoms.get(f"{question}.f", [])
        return [{"values": {"f": text}} for text in said] or None
    found = atoms.get(question)
    return found[0] if found and kind == "integer" else found
