"""The JSON Schema of questionnaires, made from the models, so that an editor can help an author.

The committed copy is ``questionnaires/questionnaire.schema.json``; a test holds it to this one.
"""

from __future__ import annotations

import inspect
from functools import cache
from typing import Any, get_args

from pydantic import TypeAdapter

from survey_app.core.kinds.entry import ListField
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.wording import Words

DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCHEMA_ID = "https://redogor.example/schema/questionnaire/1"
Schema = dict[str, Any]


def questionnaire_schema() -> Schema:
    """The schema (draft 2020-12) of a questionnaire file; descriptions come from docstrings."""
    made = Questionnaire.model_json_schema(by_alias=True)
    for name, text in _question_descriptions().items():
        made["$defs"][name]["description"] = text
    words: Schema = TypeAdapter(Words).json_schema()
    plain: Schema = _tidied(made, words)
    plain["$defs"]["Words"] = words
    return {"$schema": DIALECT, "$id": SCHEMA_ID, "title": "Questionnaire", **plain}


@cache
def _schema() -> Schema:
    return questionnaire_schema()


def _question_descriptions() -> dict[str, str]:
    """What the answer of each kind says of itself; the question, or the field of a list, adds
    nothing to it."""
    unions = [get_args(union)[0] for union in (Question, ListField)]
    return {
        kind.__name__: inspect.cleandoc(kind.__mro__[2].__doc__)
        for union in unions
        for kind in get_args(union)
    }


def _tidied(node: Any, words: Schema) -> Any:
    """The same, shorter: no ``title`` that only repeats its key, bilingual texts by reference."""
    if isinstance(node, list):
        return [_tidied(item, words) for item in node]
    if not isinstance(node, dict):
        return node
    if {**node, "description": words["description"]} == words and "default" not in node:
        described = {k: _one_line(node[k]) for k in ("description",) if node[k] != words[k]}
        return {"$ref": "#/$defs/Words", **described}
    kept = {}
    for key, value in node.items():
        if key == "title" and isinstance(value, str):
            continue
        is_text = key == "description" and isinstance(value, str)
        kept[key] = _one_line(value) if is_text else _tidied(value, words)
    return kept


def _one_line(docstring: str) -> str:
    return " ".join(docstring.replace("``", "`").split())


def known_keys(document: Any, path: tuple[str | int, ...]) -> list[str]:
    """The keys that the object at a path of a document may have; empty if that is not known."""
    node, value = _resolve(_schema(), document), document
    for step in path:
        properties = node.get("properties", {})
        node = node.get("items", {}) if isinstance(step, int) else properties.get(step, {})
        value = value[step]
        node = _resolve(node, value)
    return list(node.get("properties", {}))


def _resolve(node: Schema, value: Any) -> Schema:
    """The schema behind references and choices, as far as the value tells which is meant."""
    if "$ref" in node:
        return _resolve(_schema()["$defs"][node["$ref"].rpartition("/")[2]], value)
    if "discriminator" in node:
        kind = value.get("kind") if isinstance(value, dict) else None
        target = node["discriminator"]["mapping"].get(kind) if isinstance(kind, str) else None
        return _resolve({"$ref": target}, value) if target else {}
    wanted = "properties" if isinstance(value, dict) else "items"
    options = [_resolve(option, value) for option in node.get("anyOf", [])]
    return next((option for option in options if wanted in option), node)
