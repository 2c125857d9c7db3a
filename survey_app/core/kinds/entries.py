"""The entries of a list at work: in parts, carried from year to year, counted and typed over.

A part is ``entry:<id>:<what it is within its field>``: ``entry:e3f9a1c2:niva:option:dialog``,
``entry:e3f9a1c2:text``. Entries are neither added, moved nor removed by parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from survey_app.core.field import Field, as_typed
from survey_app.core.kinds.entry import (
    CHOICES,
    FIELD_KINDS,
    ListField,
    MultipleField,
    SingleField,
)
from survey_app.core.kinds.kind import Carried, Parts, Value
from survey_app.core.misfit import Misfit

if TYPE_CHECKING:
    from survey_app.core.kinds.list import ListAnswer
    from survey_app.core.questionnaire import Continues


def _key(entry: str, field: str, key: str) -> str:
    """``text`` is the field itself; any other part stands after it."""
    return f"entry:{entry}:{field}" if key == "text" else f"entry:{entry}:{field}:{key}"


def _entries(value: Value) -> list[dict[str, Any]]:
    return value["entries"] if value else []


def parts(spec: ListAnswer, value: Value) -> Iterator[tuple[str, str | bool]]:
    for entry in _entries(value):
        for field in spec.fields:
            kind = FIELD_KINDS[field.kind]
            for key, part in kind.parts(field, entry["values"].get(field.id)):
                yield _key(entry["id"], field.id, key), part


def from_parts(spec: ListAnswer, value: Value, parts: Parts) -> Any:
    """The list with what its entries are now; None where it has no entries to be told of."""
    entries = [
        {
            "id": entry["id"],
            "values": {field.id: _field_from(entry, field, parts) for field in spec.fields},
        }
        for entry in _entries(value)
    ]
    return {**value, "entries": entries} if value else None


def _field_from(entry: Mapping[str, Any], field: ListField, parts: Parts) -> Any:
    kind, held = FIELD_KINDS[field.kind], entry["values"].get(field.id)
    keys = [key for key, _ in kind.parts(field, None)]
    return kind.from_parts(
        field, held, {key: parts[_key(entry["id"], field.id, key)] for key in keys}
    )


def _field_named(spec: ListAnswer, name: str) -> ListField | None:
    return next((field for field in spec.fields if field.id == name), None)


def group(spec: ListAnswer, key: str) -> str:
    """A choice of one among options is one part."""
    _entry, name, field_id, *rest = [*key.split(":", 3), ""]
    field = _field_named(spec, field_id)
    if field is None or not rest[0]:
        return key
    return f"entry:{name}:{field_id}:{FIELD_KINDS[field.kind].group(field, rest[0])}"


def field_of(spec: ListAnswer, key: str) -> Any:
    names = key.split(":", 3)
    field = _field_named(spec, names[2]) if len(names) > 2 else None
    return field or spec


def carry(spec: ListAnswer, link: Continues, earlier: ListAnswer, value: Value) -> Carried:
    """Entries whole, under their ids; what of a field has no place is told."""
    misfits: list[Misfit] = []
    entries = []
    for entry in value["entries"]:
        values: dict[str, Value] = {}
        for name, held in entry["values"].items():
            target = _field_named(spec, link.fields.get(name, name))
            source = _field_named(earlier, name)
            part = f"entry:{entry['id']}:{name}"
            misfits += _carry_field(target, source, link, part, held, values)
        entries.append({"id": entry["id"], "values": values})
    return {"entries": entries, "removed": []}, misfits


def _carry_field(
    target: ListField | None, source: ListField | None, link: Continues, part: str, held: Value,
    values: dict[str, Value],
) -> Iterator[Misfit]:  # fmt: skip
    """Put what a field held where it belongs here, if it can stand there."""
    if target is None or source is None:
        yield Misfit("no_such_field", part, held)
        return
    both = {target.kind, source.kind}
    if len(both) > 1 and not both <= set(CHOICES):
        yield Misfit("other_kind", part, held)
        return
    found, misfits = FIELD_KINDS[target.kind].carry(target, link, source, held)
    yield from (misfit._replace(part=part) for misfit in misfits)
    if target.id in values and values[target.id] != found:
        yield Misfit("taken", part, held)
    elif found is not None:
        values[target.id] = found


def written(spec: ListAnswer, value: Value) -> int:
    return sum(
        FIELD_KINDS[field.kind].written(field, entry["values"][field.id])
        for entry in value["entries"]
        for field in spec.fields
        if field.id in entry["values"]
    )


def typed(entry: Mapping[str, Any], value: Value, spec: ListAnswer) -> Iterator[Field]:
    """A field at a time: ``exempel/entry/e3f9a1c2/niva``, labelled ``Exempel 2, Nivå``."""
    for place, item in enumerate(value["entries"], start=1):
        for field in spec.fields:
            if field.id not in item["values"]:
                continue
            key = f"{entry['id']}/entry/{item['id']}/{field.id}"
            label = as_typed(f"{entry['entry']} {place}, {field.text.sv}")
            for text in texts_of(field, item["values"][field.id]):
                yield Field(f"{key}{text[0]}", "entry", as_typed(text[1]), label)


def texts_of(field: ListField, value: Value) -> Iterator[tuple[str, str]]:
    """What a field says in words, each with what follows the field in its key."""
    if isinstance(field, SingleField | MultipleField):
        chosen = value["chosen"] if isinstance(value["chosen"], list) else [value["chosen"]]
        for option in field.options:
            if option.id in chosen:
                yield f"/option/{option.id}", option.text.sv
        return
    for typed in FIELD_KINDS[field.kind].typed({"id": ""}, value, field):
        yield "", typed.text
