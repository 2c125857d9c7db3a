"""A list: entries, each with the same fields, that are added, moved and removed.

Value: ``{"entries": [{"id": "e3f9a1c2d4b5", "values": {"field": ...}}], "removed": [...]}``; the
order of ``entries`` is the list's, ``removed`` holds whole entries that were taken out, the latest
last. The values of an entry are in the shape of their fields' kinds; what is empty is left out. An
entry may come without ``id``, and gets one that follows from its place and values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from typing import Any, Literal

from pydantic import Field

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom
from survey_app.core.kinds import entries
from survey_app.core.kinds.entry import (
    FIELD_KINDS,
    ListField,
    check_values,
    parse_values,
    sent_values,
    told_field,
)
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.listing import MOST_REMOVED, derived_id, join_lists, merge_lists
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

LONGEST = 1000
"""More entries than this are no person's."""
_ID = re.compile(r"[a-z0-9]{8,32}")


class ListAnswer(Part):
    """Entries with the same fields; ``entry`` is what one of them is called."""

    kind: Literal["list"]
    entry: Words
    min_entries: int = Field(default=0, ge=0, le=500)
    max_entries: int = Field(default=50, ge=1, le=500)
    title_field: Identifier | None = None
    """The field whose text stands at the head of an entry."""
    fields: list[ListField] = Field(min_length=1, max_length=40)


def parse(spec: ListAnswer, raw: object) -> Value:
    if raw is None:
        return None
    if isinstance(raw, list):
        raw = {"entries": raw}
    if not isinstance(raw, dict) or not set(raw) <= {"entries", "removed"}:
        raise Malformed("expected_entries")
    value = {key: _entries(spec, key, raw.get(key) or []) for key in ("entries", "removed")}
    value["removed"] = [entry for entry in value["removed"] if entry["values"]][-MOST_REMOVED:]
    _refuse_twins([entry["id"] for entries in value.values() for entry in entries])
    filled = any(entry["values"] for entry in value["entries"])
    return value if filled or value["removed"] else None


def _entries(spec: ListAnswer, key: str, raw: object) -> list[dict[str, Any]]:
    if not isinstance(raw, list):
        raise Malformed("expected_entries")
    if len(raw) > LONGEST:
        raise Malformed("list_too_long", max=LONGEST)
    return [_entry(spec, f"{key}:{place}", item) for place, item in enumerate(raw)]


def _entry(spec: ListAnswer, place: str, raw: object) -> dict[str, Any]:
    if not isinstance(raw, dict) or not set(raw) <= {"id", "values"}:
        raise Malformed("expected_entry")
    values = parse_values(spec.fields, raw.get("values") or {})
    name = raw.get("id")
    if name is None:
        name = derived_id(place, values)
    elif not isinstance(name, str) or not _ID.fullmatch(name):
        raise Malformed("bad_entry_id", entry=tidy(str(name)[:40]))
    return {"id": name, "values": values}


def _refuse_twins(ids: list[str]) -> None:
    for place, name in enumerate(ids):
        if name in ids[:place]:
            raise Malformed("repeated_entry", entry=name)


def check(spec: ListAnswer, value: Value) -> Iterator[Problem]:
    count = len(_sent_entries(spec, value))
    if count > spec.max_entries:
        yield Problem("too_many_entries", facts={"max": spec.max_entries, "count": count})
    if 0 < count < spec.min_entries:
        yield Problem("too_few_entries", facts={"min": spec.min_entries, "count": count})
    for entry in value["entries"]:
        part = f"entry:{entry['id']}"
        if not entry["values"]:
            yield Problem("entry_empty", part=part, severity="warning")
            continue
        for problem in check_values(spec.fields, entry["values"]):
            yield problem.within(f"{part}:{problem.part}")


def _sent_entries(spec: ListAnswer, value: Value) -> list[dict[str, Any]]:
    found = [
        {"id": entry["id"], "values": sent_values(spec.fields, entry["values"])}
        for entry in value["entries"]
    ]
    return [entry for entry in found if entry["values"]]


def atoms(spec: ListAnswer, value: Value) -> tuple[Atom, ...]:
    """The ids of the entries: whether there are any, and how many."""
    return tuple(entry["id"] for entry in _sent_entries(spec, value))


def seen(spec: ListAnswer, value: Value) -> Mapping[str, tuple[Atom, ...]]:
    """By ``.field``: what the entries say there, entry by entry."""
    found: dict[str, tuple[Atom, ...]] = {}
    for entry in _sent_entries(spec, value):
        for field in spec.fields:
            if field.id in entry["values"]:
                said = FIELD_KINDS[field.kind].atoms(field, entry["values"][field.id])
                found[f".{field.id}"] = (*found.get(f".{field.id}", ()), *said)
    return found


def sent(spec: ListAnswer, value: Value) -> Value:
    """The entries in which something is handed in; none that was removed."""
    found = _sent_entries(spec, value)
    return {"entries": found, "removed": []} if found else None


def shape(spec: ListAnswer, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {
        "entry": spec.entry.sv,
        "title_field": spec.title_field,
        "fields": [told_field(field) for field in spec.fields],
    }


def merge(spec: ListAnswer, base: Value, theirs: Value, mine: Value) -> Value:
    return merge_lists(base, theirs, mine)


def join(spec: ListAnswer, standing: Value, added: Value) -> Value:
    return join_lists(standing, added)


KIND = Kind(
    "list", parse, check, atoms, sent, seen=seen, shape=shape, parts=entries.parts,
    from_parts=entries.from_parts, group=entries.group, field_of=entries.field_of, merge=merge,
    carry=entries.carry, join=join, written=entries.written, typed=entries.typed,
)  # fmt: skip
