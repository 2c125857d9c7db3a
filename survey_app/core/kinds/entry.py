"""One entry of a list: its fields, each in the shape of its kind; some open as others say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom, ShownWhen, is_shown
from survey_app.core.kinds import choice, chosen, contact, date, link, number, text
from survey_app.core.kinds.kind import Value
from survey_app.core.passage import Passage, written_passages
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

FIELD_KINDS = {
    kind.name: kind
    for kind in (
        text.KIND,
        chosen.SINGLE,
        chosen.MULTIPLE,
        number.INTEGER,
        number.PERCENT,
        number.MONEY,
        date.KIND,
        link.KIND,
        contact.EMAIL,
        contact.TELEPHONE,
    )
}
NUMBERS = ("integer", "percent", "money")
CHOICES = ("single", "multiple")


class _Field(Part):
    id: Identifier
    text: Words
    help: list[Passage] = Field(default_factory=list)
    required: bool = False
    """Asked for in every entry in which anything else is filled in."""
    shown_when: ShownWhen | None = None
    """Looks at earlier fields of the same entry: ``question`` is the field's id."""


class TextField(_Field, text.TextAnswer): ...


class SingleField(_Field, choice.SingleAnswer): ...


class MultipleField(_Field, choice.MultipleAnswer): ...


class IntegerField(_Field, number.IntegerAnswer): ...


class PercentField(_Field, number.PercentAnswer): ...


class MoneyField(_Field, number.MoneyAnswer): ...


class DateField(_Field, date.DateAnswer): ...


class LinkField(_Field, link.LinkAnswer): ...


class EmailField(_Field, contact.EmailAnswer): ...


class TelephoneField(_Field, contact.TelephoneAnswer): ...


ListField = Annotated[
    TextField
    | SingleField
    | MultipleField
    | IntegerField
    | PercentField
    | MoneyField
    | DateField
    | LinkField
    | EmailField
    | TelephoneField,
    Field(discriminator="kind"),
]
Fields = list[ListField]
Values = Mapping[str, Value]


def parse_values(fields: Fields, raw: object) -> dict[str, Value]:
    """What is filled in, by field id in the order of the form. Raises Malformed."""
    if not isinstance(raw, dict):
        raise Malformed("expected_entry")
    known = {field.id for field in fields}
    for name in raw:
        if name not in known:
            raise Malformed("unknown_field", field=tidy(str(name)[:80]))
    found = {
        field.id: FIELD_KINDS[field.kind].parse(field, raw[field.id])
        for field in fields
        if field.id in raw
    }
    return {name: value for name, value in found.items() if value is not None}


def shown_fields(fields: Fields, values: Values) -> list[ListField]:
    """The fields of one entry that are shown; what is hidden says nothing."""
    atoms: dict[str, tuple[Atom, ...]] = {}
    shown = []
    for field in fields:
        if is_shown(field.shown_when, atoms):
            shown.append(field)
            if field.id in values:
                atoms[field.id] = FIELD_KINDS[field.kind].atoms(field, values[field.id])
    return shown


def sent_values(fields: Fields, values: Values) -> dict[str, Value]:
    """What is handed in of an entry: of the fields that are shown, what each hands in."""
    sent = {
        field.id: FIELD_KINDS[field.kind].sent(field, values[field.id])
        for field in shown_fields(fields, values)
        if field.id in values
    }
    return {name: value for name, value in sent.items() if value is not None}


def check_values(fields: Fields, values: Values) -> Iterator[Problem]:
    """What is wrong with an entry in which something is filled in; parts are ids of fields."""
    shown = {field.id for field in shown_fields(fields, values)}
    for field in fields:
        if field.id not in shown:
            if field.id in values:
                yield Problem("hidden_answer", part=field.id, severity="warning")
        elif field.id in values:
            for problem in FIELD_KINDS[field.kind].check(field, values[field.id]):
                yield problem.within(field.id)
        elif field.required:
            yield Problem("field_required", part=field.id, facts={"field": field.text.sv})


def told_field(field: ListField) -> dict[str, Any]:
    """A field as a content tells it."""
    told: dict[str, Any] = {
        "id": field.id,
        "text": field.text.sv,
        "kind": field.kind,
        "help": written_passages(field.help),
        "required": field.required,
    }
    label, unit = getattr(field, "label", None), getattr(field, "unit", None)
    told |= {"label": label.sv} if label else {}
    told |= {"unit": unit.sv} if unit else {}
    if isinstance(field, TextField) and field.max_characters is not None:
        told["max_characters"] = field.max_characters
    if isinstance(field, SingleField | MultipleField):
        told["options"] = [_told_option(option) for option in field.options]
    return told


def _told_option(option: choice.Option) -> dict[str, Any]:
    told = {
        "id": option.id,
        "text": option.text.sv,
        "help": option.help.sv if option.help else None,
    }
    return told | ({"group": option.group.sv} if option.group else {})
