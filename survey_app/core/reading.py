"""Reading a questionnaire file: from a text to a ``Questionnaire``, or to all its findings."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from survey_app.core.consistency import findings_of
from survey_app.core.finding import Finding, Found, Path, SpecificationError, nearest
from survey_app.core.json_text import load_json, trace
from survey_app.core.problem import Fact
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.schema import known_keys
from survey_app.core.wording import IDENTIFIER, PERIOD

# What was expected instead, by pydantic's error types; the words are in the catalogue.
_TYPES = {
    "string_type": "text",
    "int_type": "integer",
    "bool_type": "boolean",
    "list_type": "list",
    "dict_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "date_type": "date",
}
_PATTERNS = {IDENTIFIER: "bad_identifier", PERIOD: "bad_period"}
_DATES = ("date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact")


def read_questionnaire(text: str) -> Questionnaire:
    """The questionnaire that a JSON text describes.

    Raises SpecificationError with every finding, in the order of the file: syntax with line and
    column; keys that stand twice, are unknown or missing; wrong types and values; and, as far as
    the rest can be understood, all that ``consistency`` finds.
    """
    text = text.removeprefix("\ufeff")
    document = load_json(text)
    traced = trace(text)
    found: list[Found] = [
        (path, "repeated_key", {"key": str(path[-1]), "line": line})
        for path, line in traced.repeated
    ]
    found += _structure(document)
    understood = _understood(document, [path for path, code, _ in found if code == "unknown_key"])
    if understood is not None:
        found += findings_of(understood)
    if understood is None or found:
        raise SpecificationError(_placed(found, document, traced.lines))
    return understood


def _placed(found: list[Found], document: Any, lines: dict[Path, int]) -> list[Finding]:
    """The findings in the order of the file, with readable paths and lines."""
    placed = [
        Finding(_readable(path, document), code, {"line": _line_of(path, lines), **facts})
        for path, code, facts in found
    ]
    return sorted(placed, key=lambda finding: finding.facts["line"])


def _structure(document: Any) -> list[Found]:
    """What is wrong with keys, types and single values."""
    try:
        _validate(document)
    except ValidationError as error:
        return list(_merged(document, error))
    return []


def _validate(document: Any) -> Questionnaire:
    # Strict, from JSON: "3" is no number and 1 is no true, but a text may be a date.
    return Questionnaire.model_validate_json(json.dumps(document), strict=True)


def _understood(document: Any, unknown: list[Path]) -> Questionnaire | None:
    """The questionnaire without its unknown keys, if nothing else is wrong with it."""
    document = copy.deepcopy(document)
    for path in unknown:
        del _value_at(document, path[:-1])[path[-1]]
    try:
        return _validate(document)
    except ValidationError:
        return None


def _merged(document: Any, error: ValidationError) -> Iterator[Found]:
    """One finding a place: a union of types complains once for each of them."""
    expected: dict[Path, list[str]] = {}
    within: set[Path] = set()
    for detail in error.errors(include_url=False):
        path = _document_path(document, detail)
        if detail["type"] in _TYPES:
            expected.setdefault(path, []).append(_expected(detail))
        else:
            within |= {path[:length] for length in range(len(path))}
            yield path, *_finding(document, path, detail)
    for path, types in expected.items():
        if path in within:
            continue  # of this type it is, and what is wrong lies deeper
        yield path, "wrong_type", {"expected": ", ".join(dict.fromkeys(types))}


def _expected(detail: ErrorDetails) -> str:
    of_words = detail.get("ctx", {}).get("class_name") == "Bilingual"
    return "text" if of_words else _TYPES[detail["type"]]


def _finding(document: Any, path: Path, detail: ErrorDetails) -> tuple[str, dict[str, Fact]]:
    """The code and facts of one of pydantic's complaints."""
    kind, context = detail["type"], detail.get("ctx", {})
    key = str(path[-1]) if path else ""
    if kind == "extra_forbidden":
        keys = known_keys(document, path[:-1])
        return "unknown_key", {"key": key, "keys": ", ".join(keys), **nearest(key, keys)}
    if kind == "missing":
        return "missing_key", {"key": key}
    if kind == "union_tag_not_found":
        return "missing_key", {"key": "kind"}
    if kind == "union_tag_invalid":
        kinds = re.findall(r"'(.*?)'", context["expected_tags"])
        tag = str(context["tag"])
        return "unknown_kind", {"kind": tag, "kinds": ", ".join(kinds), **nearest(tag, kinds)}
    if kind == "literal_error":
        words = context["expected"].replace("'", "").replace(" or ", ", ")
        typed = str(detail["input"])
        return "unknown_word", {"typed": typed, "words": words, **nearest(typed, words.split(", "))}
    if kind == "value_error":
        return str(context["error"]), {}
    return _value_finding(kind, context, detail["input"])


def _value_finding(
    kind: str, context: dict[str, Any], typed: object
) -> tuple[str, dict[str, Fact]]:
    if kind == "string_pattern_mismatch":
        return _PATTERNS.get(context["pattern"], "bad_version"), {"typed": str(typed)[:80]}
    if kind == "string_too_short":
        return "empty_text", {}
    if kind == "too_short":
        return "list_too_short", {"min": context["min_length"], "count": context["actual_length"]}
    if kind == "greater_than_equal":
        return "value_too_small", {"min": context["ge"]}
    if kind == "less_than_equal":
        return "value_too_large", {"max": context["le"]}
    if kind in _DATES:
        return "not_a_day", {"typed": str(typed)[:40]}
    if kind == "json_invalid":  # an escape that names half a character
        return "json_escape", {}
    return "invalid_value", {"typed": str(typed)[:80]}


def _document_path(document: Any, detail: ErrorDetails) -> Path:
    """The place in the file; pydantic's own location also names the kinds and types of unions."""
    path: list[str | int] = []
    value: Any = document
    steps = list(detail["loc"])
    while steps:
        step = steps.pop(0)
        if isinstance(value, list) and isinstance(step, int):
            value = value[int(step)]
        elif isinstance(value, dict) and (step in value or detail["type"] == "missing"):
            value = value.get(step)
        else:
            continue
        path.append(step)
        if steps and _is_tag(path, value, steps[0]):
            steps.pop(0)
    return tuple(path)


def _is_tag(path: list[str | int], value: Any, step: str | int) -> bool:
    """Whether a step of a location is the ``kind`` of the question or field before it."""
    holds_kind = path[-1:] == ["field"] or path[-2:-1] in (["questions"], ["fields"])
    return holds_kind and isinstance(value, dict) and value.get("kind") == step


def _value_at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def _line_of(path: Path, lines: dict[Path, int]) -> int:
    """The line of a place, or of the nearest place around it that stands in the file."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _readable(path: Path, document: Any) -> str:
    """A path as a person can follow it: ids instead of positions where the parts have ids."""
    said = ""
    value: Any = document
    for step in path:
        value = value.get(step) if isinstance(value, dict) else value[step]
        if isinstance(step, str):
            said += f".{step}" if said else step
            continue
        name = value.get("id") if isinstance(value, dict) else None
        said += f'["{name}"]' if isinstance(name, str) else f"[{step}]"
    return said
