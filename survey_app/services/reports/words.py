"""What an answer says as running text, to be edited: its words, without its question's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from survey_app.export import swedish
from survey_app.export.answers import READINGS, chosen_ids
from survey_app.export.blocks import EnclosureList, LabelledAnswer

Entry = Mapping[str, Any]
"""A question in a content, with its value."""


def answer_text(entry: Entry) -> str:
    """The answer of a question, a line for each thing that it holds; empty where it has none."""
    value = entry["value"]
    if value is None:
        return ""
    if entry["kind"] == "text":
        return "\n\n".join(filter(None, value)) if isinstance(value, list) else str(value)
    if entry["kind"] == "list":
        return "\n".join(_entry_line(entry, item) for item in value["entries"])
    if entry["kind"] in ("single", "multiple"):
        return "\n".join(_chosen(entry, value))
    if entry["kind"] == "matrix":
        words = {option["id"]: option["text"] for option in entry["options"]}
        rows = (row for row in entry["rows"] if row["id"] in value)
        return "\n".join(f"{row['text']}: {words[value[row['id']]]}" for row in rows)
    return _written(entry["kind"], entry, value)


def _entry_line(entry: Entry, item: Entry) -> str:
    """An entry in a line: ``"namnet (Ja, Dialog)"``; the first field is what it is about."""
    said = [
        field_text(field, item["values"][field["id"]])
        for field in entry["fields"]
        if field["id"] in item["values"]
    ]
    first, rest = said[0], ", ".join(said[1:])
    return " ".join((f"{first} ({rest})" if rest else first).split())


def _chosen(entry: Entry, value: Any) -> Iterator[str]:
    chosen = chosen_ids(value)
    for option in entry["options"]:
        if option["id"] not in chosen:
            continue
        detail = value["details"].get(option["id"])
        more = _written(option["field"], option, detail) if detail is not None else ""
        yield f"{option['text']}: {more}" if more else str(option["text"])


def field_text(field: Entry, value: Any) -> str:
    """What one field of an entry says; of a choice only what is chosen."""
    if field["kind"] in ("single", "multiple"):
        chosen = chosen_ids(value)
        return ", ".join(item["text"] for item in field["options"] if item["id"] in chosen)
    return _written(field["kind"], field, value)


def _written(kind: str, entry: Entry, value: Any) -> str:
    lines: list[str] = []
    for block in READINGS[kind]({**entry, "kind": kind, "label": ""}, value):
        if isinstance(block, LabelledAnswer):
            lines.append(block.text)
        elif isinstance(block, EnclosureList):
            lines += [f"{file.name} ({', '.join(file.facts)})" for file in block.files]
    return "\n".join(lines)


def reckoned_text(value: int | str, shown_as: str) -> str:
    """A reckoned number as prose has it."""
    shown = {"percent": swedish.percent, "money": swedish.money}.get(shown_as, swedish.number)
    return shown(value)
