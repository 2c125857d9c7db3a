"""What can be wrong with a list and its fields, beyond the shape of their parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from survey_app.core.comparison import spec_findings
from survey_app.core.condition import Condition
from survey_app.core.finding import Found, Path, nearest
from survey_app.core.kinds.entry import ListField, MultipleField, SingleField, TextField
from survey_app.core.kinds.list import ListAnswer


def list_findings(path: Path, question: str, spec: ListAnswer) -> Iterator[Found]:
    """What is wrong with a list; what its fields have in common with questions stands elsewhere."""
    ids = [field.id for field in spec.fields]
    if spec.min_entries > spec.max_entries:
        facts = {"min": str(spec.min_entries), "max": str(spec.max_entries)}
        yield (*path, "max_entries"), "min_above_max", facts
    if spec.title_field is not None and spec.title_field not in ids:
        yield _unknown((*path, "title_field"), question, spec.title_field, ids)
    earlier: dict[str, ListField] = {}
    for number, field in enumerate(spec.fields):
        place = (*path, "fields", number)
        yield from _plain(place, field)
        for condition_place, condition in _conditions(place, field):
            yield from _condition(condition_place, condition, question, earlier, ids)
        earlier.setdefault(field.id, field)


def _unknown(path: Path, question: str, named: str, ids: Sequence[str]) -> Found:
    facts = {"question": question, "field": named, "fields": ", ".join(ids)}
    return path, "unknown_field", {**facts, **nearest(named, ids)}


def _plain(path: Path, field: ListField) -> Iterator[Found]:
    """A field is one box of text, and its options bear no fields of their own."""
    if isinstance(field, TextField) and field.boxes > 1:
        yield (*path, "boxes"), "boxes_in_list", {"field": field.id}
    if isinstance(field, SingleField | MultipleField):
        for number, option in enumerate(field.options):
            if option.field is not None:
                yield (*path, "options", number, "field"), "field_in_list", {"option": option.id}


def _conditions(path: Path, field: ListField) -> Iterator[tuple[Path, Condition]]:
    if field.shown_when is None:
        return
    join = "all" if field.shown_when.all else "any"
    for number, condition in enumerate(field.shown_when.conditions):
        yield (*path, "shown_when", join, number), condition


def _condition(
    path: Path,
    condition: Condition,
    question: str,
    earlier: Mapping[str, ListField],
    ids: Sequence[str],
) -> Iterator[Found]:
    """A condition within an entry looks at an earlier field of it, and at nothing else."""
    named = condition.question
    if condition.row or condition.column or condition.field:
        yield path, "condition_within_field", {"field": named}
    elif named in earlier:
        yield from spec_findings(path, condition, earlier[named])
    elif named in ids:
        yield (*path, "question"), "forward_field", {"field": named}
    else:
        yield _unknown((*path, "question"), question, named, ids)
