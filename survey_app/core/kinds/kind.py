"""What every kind of question answers for. Each kind is a module beside this one.

A value is JSON. ``parse`` gives it its stored shape, and refuses only a shape that no person could
have made; what a person typed is kept, and ``check`` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from survey_app.core.condition import Atom, ShownWhen
from survey_app.core.field import Field, as_typed
from survey_app.core.misfit import Misfit
from survey_app.core.problem import Problem

if TYPE_CHECKING:  # a questionnaire is made of kinds
    from survey_app.core.questionnaire import Continues

Value = Any
"""A JSON value; its shape is told by the docstring of the kind's module. None is no answer."""

Carried = tuple[Value, list[Misfit]]
"""A value in the shape of another question, for ``parse``, and what of it has no place there."""

Parts = Mapping[str, str | bool]
"""An answer in the parts that somebody fills in one by one; keys as in ``core.parts``."""


class Row(Protocol):
    """A row that comes and goes with the answers before."""

    @property
    def id(self) -> str: ...

    @property
    def shown_when(self) -> ShownWhen | None: ...


def _whole(spec: Any, value: Value) -> Value:
    return value


def _no_files(spec: Any, value: Value) -> list[dict[str, Any]]:
    return []


def _no_rows(spec: Any) -> Sequence[Row]:
    return ()


def _any_rows(spec: Any, value: Value, shown: AbstractSet[str]) -> Value:
    return value


def _nothing_missing(spec: Any, value: Value, shown: AbstractSet[str]) -> Iterator[Problem]:
    yield from ()


def _no_places(spec: Any, value: Value) -> Mapping[str, tuple[Atom, ...]]:
    return {}


def _no_shape(spec: Any, value: Value, shown: AbstractSet[str]) -> dict[str, Any]:
    return {}


def _one_part(spec: Any, value: Value) -> Iterator[tuple[str, str | bool]]:
    yield "text", value or ""


def _from_one_part(spec: Any, value: Value, parts: Parts) -> Any:
    return parts["text"]


def _itself(spec: Any, key: str) -> str:
    return key


def _own_field(spec: Any, key: str) -> Any:
    return spec


def _carried_whole(spec: Any, link: Continues, earlier: Any, value: Value) -> Carried:
    return value, []


def _no_joining(spec: Any, standing: Value, added: Value) -> Value:
    return None


def _nothing_written(spec: Any, value: Value) -> int:
    return 0


def _typed_line(entry: Mapping[str, Any], value: Value, spec: Any) -> Iterator[Field]:
    yield Field(entry["id"], "text", as_typed(str(value)))


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules of one kind of question.

    parse       (spec, raw) -> the stored value, None if empty; raises ``Malformed``
    check       (spec, value) -> problems of a value that is not None
    atoms       (spec, value) -> what conditions see of it
    sent        (spec, value) -> the part of the value that is handed in
    files       (spec, sent value) -> the files that it encloses
    rows        (spec) -> its rows, where these are shown or not as the answers before say
    within      (spec, value, shown) -> the value without what stands in rows that are not shown;
                the very same value where that is nothing
    missing     (spec, sent value, shown) -> what else is to be filled in; severity ``blank`` where
                the questionnaire says how grave that is
    seen        (spec, value) -> what conditions see of its places: atoms by what follows the
                question's id in their key, such as ``.psykolog``
    shape       (spec, sent value or None, shown) -> what a content tells beside the value
    parts       (spec, value or None) -> its parts in the order of the form, empty ones too
    from_parts  (spec, value or None, parts) -> what ``parse`` takes; all parts are there
    group       (spec, key) -> the parts that are changed as one, by a name
    field_of    (spec, key) -> what may stand in a part
    merge       (spec, base, theirs, mine) -> both changes of a base, for ``parse``, or CONFLICT
                (``core.merging``); each may be None, no answer;
                None where two changes of an answer are always a conflict
    carry       (spec, link, earlier spec, value) -> the value here, and what has no place
    join        (spec, standing, added) -> both; None where that cannot be without a loss
    written     (spec, sent value) -> how many characters of it are free text
    typed       (entry, value, spec) -> what is typed over of it, field by field

    ``shown`` holds the ids of the rows that are shown.
    """

    name: str
    parse: Callable[[Any, object], Value]
    check: Callable[[Any, Value], Iterator[Problem]]
    atoms: Callable[[Any, Value], tuple[Atom, ...]]
    sent: Callable[[Any, Value], Value] = _whole
    files: Callable[[Any, Value], list[dict[str, Any]]] = _no_files
    answered: bool = True
    """False for what nobody types: computed values, and the attestation, made at approval."""
    rows: Callable[[Any], Sequence[Row]] = _no_rows
    within: Callable[[Any, Value, AbstractSet[str]], Value] = _any_rows
    missing: Callable[[Any, Value, AbstractSet[str]], Iterator[Problem]] = _nothing_missing
    seen: Callable[[Any, Value], Mapping[str, tuple[Atom, ...]]] = _no_places
    shape: Callable[[Any, Value, AbstractSet[str]], dict[str, Any]] = _no_shape
    parts: Callable[[Any, Value], Iterator[tuple[str, str | bool]]] = _one_part
    from_parts: Callable[[Any, Value, Parts], Any] = _from_one_part
    group: Callable[[Any, str], str] = _itself
    field_of: Callable[[Any, str], Any] = _own_field
    merge: Callable[[Any, Value, Value, Value], Value] | None = None
    carry: Callable[[Any, Continues, Any, Value], Carried] = _carried_whole
    join: Callable[[Any, Value, Value], Value] = _no_joining
    written: Callable[[Any, Value], int] = _nothing_written
    typed: Callable[[Mapping[str, Any], Value, Any], Iterator[Field]] = _typed_line
