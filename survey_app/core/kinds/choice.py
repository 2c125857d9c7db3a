"""One option or several, each with a follow-up field of its own if need be.

Value, single: ``{"chosen": "ja", "details": {"ja": ...}}``; multiple: ``{"chosen": ["a", "b"],
"details": {"b": ...}}``. ``details`` holds what was written after an option, by the option's id, in
the shape of the field's kind; what stands after an option that is not chosen is kept and not sent.
``"ja"`` and ``["a", "b"]`` are taken as short forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

from pydantic import Field

from survey_app.core.characters import tidy
from survey_app.core.condition import Atom
from survey_app.core.kinds import attachment, date, link, number, text
from survey_app.core.kinds.kind import Value
from survey_app.core.problem import Malformed, Problem
from survey_app.core.wording import Identifier, Part, Words

OptionField = Annotated[
    text.TextAnswer
    | number.IntegerAnswer
    | number.PercentAnswer
    | number.MoneyAnswer
    | date.DateAnswer
    | link.LinkAnswer
    | attachment.AttachmentAnswer,
    Field(discriminator="kind"),
]

FIELD_KINDS = {
    kind.name: kind
    for kind in (
        text.KIND,
        number.INTEGER,
        number.PERCENT,
        number.MONEY,
        date.KIND,
        link.KIND,
        attachment.KIND,
    )
}


class Option(Part):
    """One option; ``field`` opens when it is chosen; ``exclusive`` bears no others beside it."""

    id: Identifier
    text: Words
    help: Words | None = None
    group: Words | None = None
    """A heading above this option and the next ones with the same."""
    exclusive: bool = False
    field: OptionField | None = None
    field_required: bool = False
    field_optional: bool = False
    """The field is for a note: left empty, nothing is said of it."""


class SingleAnswer(Part):
    """Exactly one of the options."""

    kind: Literal["single"]
    options: list[Option] = Field(min_length=2)


class MultipleAnswer(Part):
    """Any of the options."""

    kind: Literal["multiple"]
    options: list[Option] = Field(min_length=1)


Choice = SingleAnswer | MultipleAnswer


def chosen_options(spec: Choice, value: Value) -> tuple[str, ...]:
    """The ids of the chosen options, in the order of the form."""
    if value is None or value["chosen"] is None:
        return ()
    chosen = value["chosen"] if isinstance(value["chosen"], list) else [value["chosen"]]
    return tuple(option.id for option in spec.options if option.id in chosen)


def _details(spec: Choice, raw: object) -> dict[str, Value]:
    if not isinstance(raw, dict):
        raise Malformed("expected_details")
    fields = {option.id: option.field for option in spec.options if option.field}
    details = {}
    for option_id, detail in raw.items():
        field = fields.get(option_id)
        if field is None:
            raise Malformed("unknown_option", option=tidy(str(option_id)[:80]))
        value = FIELD_KINDS[field.kind].parse(field, detail)
        if value is not None:
            details[option_id] = value
    return {option.id: details[option.id] for option in spec.options if option.id in details}


def _known(spec: Choice, chosen: Iterable[object]) -> list[str]:
    wanted = list(chosen)
    ids = [option.id for option in spec.options]
    for item in wanted:
        if item not in ids:
            raise Malformed("unknown_option", option=tidy(str(item)[:80]))
    return [option_id for option_id in ids if option_id in wanted]


def _split(raw: object) -> tuple[object, object]:
    if isinstance(raw, dict):
        if not set(raw) <= {"chosen", "details"}:
            raise Malformed("expected_choice")
        return raw.get("chosen"), raw.get("details") or {}
    return raw, {}


def parse_single(spec: SingleAnswer, raw: object) -> Value:
    chosen, details = _split(raw)
    if isinstance(chosen, list) and len(chosen) < 2:
        chosen = chosen[0] if chosen else None
    if chosen is not None and not isinstance(chosen, str):
        raise Malformed("expected_one_option")
    known = _known(spec, [chosen] if chosen else [])
    written = _details(spec, details)
    if not known and not written:
        return None
    return {"chosen": known[0] if known else None, "details": written}


def parse_multiple(spec: MultipleAnswer, raw: object) -> Value:
    chosen, details = _split(raw)
    if isinstance(chosen, str):
        chosen = [chosen]
    if not isinstance(chosen, list | None):
        raise Malformed("expected_options")
    known = _known(spec, chosen or [])
    written = _details(spec, details)
    return {"chosen": known, "details": written} if known or written else None


def check(spec: Choice, value: Value) -> Iterator[Problem]:
    chosen = chosen_options(spec, value)
    if not chosen:
        yield Problem("detail_without_option", severity="warning")
    for option in spec.options:
        detail = value["details"].get(option.id)
        if option.id not in chosen:
            if detail is not None and chosen:
                yield Problem("detail_not_sent", part=f"option:{option.id}", severity="warning")
            continue
        if option.exclusive and len(chosen) > 1:
            yield Problem(
                "exclusive_mixed", part=f"option:{option.id}", facts={"option": option.text.sv}
            )
        if option.field is None:
            continue
        if detail is None and option.field_optional:
            continue
        if detail is None:
            severity: Literal["error", "warning"] = "error" if option.field_required else "warning"
            yield Problem(
                "detail_missing",
                part=f"option:{option.id}",
                severity=severity,
                facts={"option": option.text.sv},
            )
        else:
            for problem in FIELD_KINDS[option.field.kind].check(option.field, detail):
                yield problem.within(f"option:{option.id}")


def atoms(spec: Choice, value: Value) -> tuple[Atom, ...]:
    return chosen_options(spec, value)


def sent(spec: Choice, value: Value) -> Value:
    """What is chosen, and what stands after what is chosen."""
    chosen = chosen_options(spec, value)
    details = {key: item for key, item in value["details"].items() if key in chosen}
    return {"chosen": value["chosen"], "details": details} if chosen else None


def files(spec: Choice, value: Value) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for option in spec.options:
        detail = value["details"].get(option.id)
        if option.field is not None and detail is not None:
            found += FIELD_KINDS[option.field.kind].files(option.field, detail)
    return found
