"""Choices at work: what is told of them, in parts, carried, put together and typed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from survey_app.core.field import Field, as_typed
from survey_app.core.kinds.choice import (
    FIELD_KINDS,
    Choice,
    Option,
    atoms,
    check,
    chosen_options,
    files,
    parse_multiple,
    parse_single,
    sent,
)
from survey_app.core.kinds.kind import Carried, Kind, Parts, Value
from survey_app.core.kinds.text import one_after_the_other
from survey_app.core.misfit import Misfit

if TYPE_CHECKING:
    from survey_app.core.questionnaire import Continues


def shape(spec: Choice, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    """Every option, chosen or not, with what was written after it."""
    chosen = value["chosen"] if value else []
    chosen = chosen if isinstance(chosen, list) else [chosen]
    details = value["details"] if value else {}
    return {"options": [_told(option, chosen, details) for option in spec.options]}


def _told(option: Option, chosen: list[str], details: Mapping[str, Value]) -> dict[str, Any]:
    label = option.field.label if option.field else None
    told = {
        "id": option.id,
        "text": option.text.sv,
        "help": option.help.sv if option.help else None,
        "chosen": option.id in chosen,
        "field": option.field.kind if option.field else None,
        "label": label.sv if label else None,
        "detail": details.get(option.id),
    }
    return told | ({"group": option.group.sv} if option.group else {})


def _detail_key(option: str, key: str) -> str:
    """``detail:ja`` of ``text``, ``detail:ja:2`` of ``box:2``."""
    rest = key.partition(":")[2]
    return f"detail:{option}:{rest}" if rest else f"detail:{option}"


def parts(spec: Choice, value: Value) -> Iterator[tuple[str, str | bool]]:
    chosen = chosen_options(spec, value)
    details = value["details"] if value else {}
    for option in spec.options:
        yield f"option:{option.id}", option.id in chosen
        if option.field is not None:
            kind = FIELD_KINDS[option.field.kind]
            for key, part in kind.parts(option.field, details.get(option.id)):
                yield _detail_key(option.id, key), part


def from_parts(spec: Choice, value: Value, parts: Parts) -> Any:
    held = value["details"] if value else {}
    return {
        "chosen": [item.id for item in spec.options if parts[f"option:{item.id}"]],
        "details": {
            option.id: _detail_from(option, held.get(option.id), parts)
            for option in spec.options
            if option.field is not None
        },
    }


def _detail_from(option: Option, held: Value, parts: Parts) -> Any:
    assert option.field is not None
    kind = FIELD_KINDS[option.field.kind]
    own = {key: parts[_detail_key(option.id, key)] for key, _ in kind.parts(option.field, None)}
    return kind.from_parts(option.field, held, own)


def group(spec: Choice, key: str) -> str:
    """One choice among options is one part."""
    sort = key.partition(":")[0]
    return sort if sort == "option" and spec.kind == "single" else key


def field_of(spec: Choice, key: str) -> Any:
    sort, _colon, rest = key.partition(":")
    name = rest.partition(":")[0] if sort == "detail" else None
    for option in spec.options:
        if option.id == name and option.field is not None:
            return option.field
    return spec


def carry(spec: Choice, link: Continues, earlier: Choice, value: Value) -> Carried:
    here = {option.id: option for option in spec.options}
    fields = {option.id: option.field for option in earlier.options}
    chosen: list[str] = []
    details: dict[str, Value] = {}
    misfits: list[Misfit] = []
    was_chosen = chosen_options(earlier, value)
    for option in dict.fromkeys([*was_chosen, *value["details"]]):
        target = here.get(link.options.get(option, option))
        detail = value["details"].get(option)
        if target is None:
            misfits.append(Misfit("no_such_option", f"option:{option}", detail))
            continue
        if option in was_chosen:
            chosen.append(target.id)
        if detail is not None:
            misfits += _carry_detail(target, fields[option], f"option:{option}", detail, details)
    if spec.kind == "single" and len(set(chosen)) > 1:
        return None, [*misfits, Misfit("one_only", "", value)]
    return {"chosen": list(dict.fromkeys(chosen)), "details": details}, misfits


def _carry_detail(
    target: Option, field: Any, part: str, detail: Value, details: dict[str, Value]
) -> Iterator[Misfit]:
    """Put what was written after an option after the option here, if it can stand there."""
    if target.field is None:
        yield Misfit("no_field", part, detail)
    elif target.field.kind != field.kind or _boxes(target.field) != _boxes(field):
        yield Misfit("other_kind", part, detail)
    elif target.id not in details:
        details[target.id] = detail
    elif isinstance(detail, str) and target.field.kind == "text":
        details[target.id] = one_after_the_other(details[target.id], detail)
    elif details[target.id] != detail:
        yield Misfit("taken", part, detail)


def _boxes(field: Any) -> int:
    """How many boxes the field after an option has; 1 where it is no text."""
    return int(getattr(field, "boxes", 1))


def join(spec: Choice, standing: Value, added: Value) -> Value:
    """The same option, or any where several may be chosen."""
    chosen = standing["chosen"] or added["chosen"]
    if spec.kind == "multiple":
        both = {*standing["chosen"], *added["chosen"]}
        chosen = [option.id for option in spec.options if option.id in both]
        if len(chosen) > 1 and any(o.exclusive and o.id in both for o in spec.options):
            return None
    elif added["chosen"] not in (None, chosen):
        return None
    details = dict(standing["details"])
    for option in spec.options:
        if option.field is not None and option.id in added["details"]:
            held, more = details.get(option.id), added["details"][option.id]
            if held is not None and held != more:
                more = FIELD_KINDS[option.field.kind].join(option.field, held, more)
            if more is None:
                return None
            details[option.id] = more
    return {"chosen": chosen, "details": details}


def written(spec: Choice, value: Value) -> int:
    return sum(
        FIELD_KINDS[option.field.kind].written(option.field, value["details"][option.id])
        for option in spec.options
        if option.field is not None and option.id in value["details"]
    )


def typed(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[Field]:
    fields = {option.id: option.field for option in spec.options}
    for option in entry["options"]:
        key, text = f"{entry['id']}/option/{option['id']}", as_typed(option["text"])
        if option["chosen"]:
            yield Field(key, "choice", text)
        if option["detail"] is not None:
            label = as_typed(option["label"] or option["text"])
            kind, own = FIELD_KINDS[option["field"]], {"id": f"{key}/text"}
            for field in kind.typed(own, option["detail"], fields.get(option["id"])):
                yield field if field.label else replace(field, label=label)


def _kind(name: str, parse: Any) -> Kind:
    return Kind(
        name, parse, check, atoms, sent, files, shape=shape, parts=parts, from_parts=from_parts,
        group=group, field_of=field_of, carry=carry, join=join, written=written, typed=typed,
    )  # fmt: skip


SINGLE = _kind("single", parse_single)
MULTIPLE = _kind("multiple", parse_multiple)
