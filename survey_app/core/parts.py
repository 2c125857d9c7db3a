"""An answer in the parts that somebody fills in one by one: boxes, ticks, texts after options.

A part is a text or a tick. Keys: ``text``; ``box:2``; ``option:ja``; ``detail:ja`` and, where the
field has boxes, ``detail:ja:2``; ``row:psykolog:nej``; ``blank``, the tick of the authority's own
words for leaving the question empty. Files are no part: they stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.core.evaluation import Blank, Given
from survey_app.core.kinds import KINDS, Value
from survey_app.core.kinds.choice import OptionField, chosen_options
from survey_app.core.number import as_decimal
from survey_app.core.questionnaire import Question

Parts = dict[str, str | bool]
BLANK = "blank"
_NUMBERS = ("integer", "percent", "money")


def has_parts(question: Question) -> bool:
    """Whether a writer fills in anything of the question."""
    return question.filled_by == "writer" and KINDS[question.kind].answered


def parts_of(question: Question, given: Given) -> Parts:
    """All parts of an answer in the order of the form; empty ones, too."""
    parts = dict(_parts(question, given.value)) if has_parts(question) else {}
    if parts and question.cannot_be_stated is not None:
        parts[BLANK] = _cannot_be_stated(given)
    return parts


def _cannot_be_stated(given: Given) -> bool:
    return given.blank is not None and given.blank["code"] == "cannot_be_stated"


def _parts(question: Question, value: Value) -> Iterator[tuple[str, str | bool]]:
    if question.kind == "single" or question.kind == "multiple":
        chosen = chosen_options(question, value)
        details = value["details"] if value else {}
        for option in question.options:
            yield f"option:{option.id}", option.id in chosen
            if option.field is not None:
                yield from _written(f"detail:{option.id}", option.field, details.get(option.id))
    elif question.kind == "matrix":
        for row in question.rows:
            for cell in question.options:
                yield f"row:{row.id}:{cell.id}", (value or {}).get(row.id) == cell.id
    else:
        yield from _written("", question, value)


def _written(key: str, spec: Any, value: Value) -> Iterator[tuple[str, str]]:
    """What is written in a field of its own, or after an option."""
    if spec.kind == "text" and spec.boxes > 1:
        box = f"{key}:" if key else "box:"
        for number in range(spec.boxes):
            yield f"{box}{number + 1}", value[number] if value else ""
    elif spec.kind == "attachment":
        yield key or "text", value["text"] if value else ""
    elif spec.kind in _NUMBERS:
        yield key or "text", "" if value is None else _number(value)
    else:
        yield key or "text", value or ""


def _number(value: Value) -> str:
    """With a decimal comma; a text that is no number as it was typed."""
    text = str(value)
    return text if as_decimal(value) is None else text.replace(".", ",")


def with_parts(question: Question, given: Given, parts: Mapping[str, str | bool]) -> Given:
    """The answer with some of its parts as they are given here, parsed.

    Raises Malformed where no answer can be all of them, such as two ticks where one is asked.
    """
    whole = {**parts_of(question, given), **parts}
    value = KINDS[question.kind].parse(question, _raw(question, given.value, whole))
    return Given(value, _blank(given, whole))


def _blank(given: Given, parts: Mapping[str, str | bool]) -> Blank | None:
    if BLANK not in parts or parts[BLANK] == _cannot_be_stated(given):
        return given.blank
    if not parts[BLANK]:
        return None
    return {"code": "cannot_be_stated", "text": given.blank["text"] if given.blank else ""}


def _raw(question: Question, value: Value, parts: Mapping[str, str | bool]) -> Any:
    if question.kind == "single" or question.kind == "multiple":
        held = value["details"] if value else {}
        return {
            "chosen": [item.id for item in question.options if parts[f"option:{item.id}"]],
            "details": {
                option.id: _field(option.field, f"detail:{option.id}", held.get(option.id), parts)
                for option in question.options
                if option.field is not None
            },
        }
    if question.kind == "matrix":
        return _rows(question, parts)
    return _field(question, "", value, parts)


def _rows(question: Any, parts: Mapping[str, str | bool]) -> dict[str, Any]:
    """The option of each row; two ticked in a row are no answer, so both are given to ``parse``."""
    found: dict[str, Any] = {}
    for row in question.rows:
        ticked = [cell.id for cell in question.options if parts[f"row:{row.id}:{cell.id}"]]
        if ticked:
            found[row.id] = ticked[0] if len(ticked) == 1 else ticked
    return found


def _field(spec: Any, key: str, value: Value, parts: Mapping[str, str | bool]) -> Any:
    if spec.kind == "text" and spec.boxes > 1:
        box = f"{key}:" if key else "box:"
        return [parts[f"{box}{number + 1}"] for number in range(spec.boxes)]
    text = parts[key or "text"]
    if spec.kind == "attachment":
        return {"files": value["files"] if value else [], "text": text}
    if isinstance(value, int | str) and text == dict(_written(key, spec, value))[key or "text"]:
        return value
    return text


def merge(question: Question, base: Given, theirs: Given, current: Given) -> Given:
    """What stands now with what they changed in the base: part by part, so that what was changed
    since in another part stays. One choice among options, or of a row, is one part.

    Raises Malformed, as ``with_parts``.
    """
    return with_parts(question, current, changed_parts(question, base, theirs))


def changed_parts(question: Question, base: Given, theirs: Given) -> Parts:
    """The parts that are not as in the base, each choice with all its options."""
    before, after = parts_of(question, base), parts_of(question, theirs)
    groups = {_group(question, key) for key in after if after[key] != before[key]}
    return {key: part for key, part in after.items() if _group(question, key) in groups}


def _group(question: Question, key: str) -> str:
    sort, _colon, rest = key.partition(":")
    if sort == "option" and question.kind == "single":
        return sort
    return f"row:{rest.partition(':')[0]}" if sort == "row" else key


def field_of(question: Question, key: str) -> Question | OptionField:
    """What may stand in a part: the question itself, or the field after one of its options."""
    sort, _colon, rest = key.partition(":")
    if sort == "detail" and (question.kind == "single" or question.kind == "multiple"):
        name = rest.partition(":")[0]
        for option in question.options:
            if option.id == name and option.field is not None:
                return option.field
    return question
