"""Whose answers they are: the units of a round, by the names and numbers that files have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.answer_sheets import Place, UnitSaid
from survey_app.core.columns import squeezed
from survey_app.services.rounds.asked import AskedUnit
from survey_app.store.tables import Unit

LEAVE_OUT = 0
"""The choice for a name that is nobody of the round."""


class Unsettled(NamedTuple):
    """A name that is not a unit's in the round. near: the unit that may be meant; elsewhere: there
    is such a unit, that was not asked; chosen: as whose answers they are taken, if it is said."""

    name: str
    place: Place
    near: int | None
    elsewhere: bool
    chosen: int | None


def whose(
    session: Session, said: Sequence[UnitSaid], targets: Sequence[AskedUnit],
    choices: Mapping[str, int],
) -> tuple[list[tuple[UnitSaid, AskedUnit]], list[Unsettled]]:  # fmt: skip
    """Whose answers each are: by a number that one unit has, else by the name."""
    by_name = {squeezed(target.name): target for target in targets}
    by_id = {target.unit_id: target for target in targets}
    numbers = [_digits(target.number) for target in targets]
    by_number = {
        number: target for number, target in zip(numbers, targets, strict=True)
        if number and numbers.count(number) == 1
    }  # fmt: skip
    chosen = {squeezed(name): unit for name, unit in choices.items()}
    elsewhere = {squeezed(name) for name in session.execute(select(col(Unit.name))).scalars()}
    meant, names = [], []
    for unit in said:
        target = by_name.get(squeezed(unit.name)) or by_number.get(_digits(unit.number))
        if target is None:
            name = unit.name or unit.number
            choice = chosen.get(squeezed(name))
            near = get_close_matches(squeezed(name), by_name, 1, 0.6)
            names.append(Unsettled(
                name, unit.place, by_name[near[0]].unit_id if near else None,
                squeezed(name) in elsewhere, choice if choice in (*by_id, LEAVE_OUT) else None,
            ))  # fmt: skip
            target = by_id.get(choice or LEAVE_OUT)
        if target is not None:
            meant.append((unit, target))
    return meant, names


def _digits(text: str) -> str:
    return "".join(sign for sign in text if sign.isdecimal())
