"""The entries of a list as its template draws them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from survey_app.core.kinds.entry import shown_fields
from survey_app.web.language import words
from survey_app.web.plain_text import entry_name, field_text


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry: what it is called, and what each of its fields says."""

    id: str
    name: str
    fields: list[tuple[str, str]]


def view_entries(question: Any, value: Any) -> list[EntryView]:
    """The entries of a list in their order, each with the fields that say something."""
    return [
        EntryView(
            entry["id"],
            entry_name(question, place, entry),
            [
                (words(field.text), field_text(field, entry["values"][field.id]))
                for field in shown_fields(question.fields, entry["values"])
                if field.id in entry["values"]
            ],
        )
        for place, entry in enumerate(value["entries"] if value else (), start=1)
    ]
