"""What every kind of question answers for. Each kind is a module beside this one.

A value is JSON. ``parse`` gives it its stored shape, and refuses only a shape that no person could
have made; what a person typed is kept, and ``check`` says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from survey_app.core.condition import Atom
from survey_app.core.problem import Problem

Value = Any
"""A JSON value; its shape is told by the docstring of the kind's module. None is no answer."""


def _whole(spec: Any, value: Value) -> Value:
    return value


def _no_files(spec: Any, value: Value) -> list[dict[str, Any]]:
    return []


@dataclass(frozen=True, slots=True)
class Kind:
    """The rules of one kind of question.

    parse     (spec, raw) -> the stored value, None if empty; raises ``Malformed``
    check     (spec, value) -> problems of a value that is not None
    atoms     (spec, value) -> what conditions see of it
    sent      (spec, value) -> the part of the value that is handed in
    files     (spec, sent value) -> the files that it encloses
    """

    name: str
    parse: Callable[[Any, object], Value]
    check: Callable[[Any, Value], Iterator[Problem]]
    atoms: Callable[[Any, Value], tuple[Atom, ...]]
    sent: Callable[[Any, Value], Value] = _whole
    files: Callable[[Any, Value], list[dict[str, Any]]] = _no_files
    answered: bool = True
    """False for what nobody types: computed values, and the attestation, made at approval."""
