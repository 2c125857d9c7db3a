"""The entries of a list as its template draws them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.kinds.entry import shown_fields
from survey_app.web.language import words
from survey_app.web.plain_text import entry_name, entry_text, field_text


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry: its place in the list, what it is called, and what each of its fields says.

    told    the fields that say something, and what
    values  of the fields, as stored
    shown   ids of the fields that are asked for
    """

    id: str
    place: int
    name: str
    title: str = ""
    told: list[tuple[str, str]] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class ListView:
    """A list: its entries, those that were removed with their JSON, and an empty one to fill in.

    fields  what the scripts need of the fields: JSON
    """

    entries: list[EntryView]
    removed: list[tuple[EntryView, str]]
    blank: EntryView
    fields: str


BLANK = "new"
"""Stands for the id of an entry that is not there yet."""
_LONGEST_TITLE = 80


def view_list(question: Any, value: Any) -> ListView:
    """A list as it stands, in the order of its entries."""
    held = value or {"entries": [], "removed": []}
    entries = [_view(question, place, entry) for place, entry in enumerate(held["entries"], 1)]
    return ListView(
        entries,
        [
            (_view(question, 0, entry), json.dumps(entry, ensure_ascii=False))
            for entry in held["removed"]
        ],
        _view(question, len(entries) + 1, {"id": BLANK, "values": {}}),
        json.dumps([_plan(item) for item in question.fields], ensure_ascii=False),
    )


def _view(question: Any, place: int, entry: Any) -> EntryView:
    shown = shown_fields(question.fields, entry["values"])
    return EntryView(
        entry["id"],
        place,
        entry_name(question, place, entry),
        entry_title(question, entry),
        [
            (words(item.text), field_text(item, entry["values"][item.id]))
            for item in shown
            if item.id in entry["values"]
        ],
        entry["values"],
        [item.id for item in shown],
    )


def entry_title(question: Any, entry: Any) -> str:
    """What tells an entry from the others: its title, or else the first text in it."""
    named = [item.id for item in question.fields if item.kind == "text"]
    for name in filter(None, (question.title_field, *named)):
        said = entry["values"].get(name)
        if isinstance(said, str):
            line = " ".join(said.split())
            return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1] + "…"
    return ""


def _plan(item: Any) -> dict[str, Any]:
    when = item.shown_when
    join = "all" if when and when.all else "any"
    told = when and {join: [one.model_dump(exclude_none=True) for one in when.conditions]}
    return {"id": item.id, "kind": item.kind, "when": told}


def pair_entries(question: Any, before: Any, after: Any) -> list[tuple[str, str]]:
    """The entries of two values of a list as texts, each with what it was; nothing where it was
    not there. In the order that holds now, those that went at the place where they were."""
    was, now = (
        {
            entry["id"]: entry_text(question, place, entry)
            for place, entry in enumerate(value["entries"] if value else (), start=1)
        }
        for value in (before, after)
    )
    order = list(now)
    for place, name in enumerate(was):
        if name not in now:
            order.insert(place, name)
    return [(was.get(name, ""), now.get(name, "")) for name in order]
