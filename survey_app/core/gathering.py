"""Gathering answers of several to one question: put together in order, and never one over another;
and how many characters they come to, against the one limit that all of them share."""

from __future__ import annotations

from typing import Any

from survey_app.core.characters import count_characters
from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS, Value
from survey_app.core.questionnaire import Question


def put_together(question: Question, standing: Given, added: Value) -> Given | None:
    """What stands, and after it what is added; None where that cannot be without a loss.

    Texts follow each other with an empty line between; a text in boxes goes into the free ones,
    what is left over into the last. Of options the same must be chosen, or any where several may.
    Numbers, dates and tables go only where nothing stands.
    """
    value = _joined(question, standing.value, added)
    return None if value is None else Given(value, standing.blank)


def _joined(spec: Any, standing: Value, added: Value) -> Value:
    if standing is None or standing == added:
        return added
    if spec.kind == "text":
        return _texts(standing, added) if spec.boxes == 1 else _boxes(standing, added)
    if spec.kind == "attachment":
        return _files(standing, added)
    if spec.kind in ("single", "multiple"):
        return _choices(spec, standing, added)
    return None


def _texts(standing: str, added: str) -> str:
    return f"{standing.rstrip()}\n\n{added}" if standing.strip() else added


def _boxes(standing: list[str], added: list[str]) -> list[str]:
    boxes = list(standing)
    for text in (item for item in added if item.strip()):
        free = next((n for n, box in enumerate(boxes) if not box.strip()), None)
        place = len(boxes) - 1 if free is None else free
        boxes[place] = _texts(boxes[place], text)
    return boxes


def _files(standing: Value, added: Value) -> Value:
    there = {(file["sha256"], file["name"]) for file in standing["files"]}
    more = [file for file in added["files"] if (file["sha256"], file["name"]) not in there]
    text = _texts(standing["text"], added["text"]) if added["text"] else standing["text"]
    return {"files": [*standing["files"], *more], "text": text}


def _choices(spec: Any, standing: Value, added: Value) -> Value:
    chosen = standing["chosen"] or added["chosen"]
    if spec.kind == "multiple":
        both = {*standing["chosen"], *added["chosen"]}
        chosen = [option.id for option in spec.options if option.id in both]
        if len(chosen) > 1 and any(o.exclusive and o.id in both for o in spec.options):
            return None
    elif added["chosen"] not in (None, chosen):
        return None
    details = dict(standing["details"])
    for option in spec.options:
        if option.id in added["details"]:
            detail = _joined(option.field, details.get(option.id), added["details"][option.id])
            if detail is None:
                return None
            details[option.id] = detail
    return {"chosen": chosen, "details": details}


def count_written(question: Question, value: Value) -> int:
    """How many characters of an answer are free text, of what would be handed in."""
    sent = None if value is None else KINDS[question.kind].sent(question, value)
    return 0 if sent is None else _written(question, sent)


def _written(spec: Any, value: Value) -> int:
    if spec.kind == "text":
        return sum(map(count_characters, [value] if spec.boxes == 1 else value))
    if spec.kind == "attachment":
        return count_characters(value["text"])
    if spec.kind in ("single", "multiple"):
        fields = {option.id: option.field for option in spec.options}
        return sum(_written(fields[key], detail) for key, detail in value["details"].items())
    return 0


def limit_of(question: Question) -> int | None:
    """How many characters fit into an answer by the authority's limits; None where no limit is."""
    if question.kind != "text" or question.max_characters is None:
        return None
    return question.boxes * question.max_characters
