"""What of an earlier answer has no place in a question here."""

from __future__ import annotations

from typing import Any, NamedTuple


class Misfit(NamedTuple):
    """A part of an earlier answer that has no place here.

    code   why: other_kind, no_such_option, no_such_row, no_such_box, no_field, one_only, taken,
           no_such_column, no_such_field, no_such_place
    part   where it stood: ``option:ja``, ``row:psykolog``, ``box:2``,
           ``entry:<id>:<field>``, ``cell:<row>:<column>``; empty for the whole answer
    value  what it was, in the shape of that part
    """

    code: str
    part: str
    value: Any
