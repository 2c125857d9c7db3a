"""Nothing that names a person is forgotten: every column of every table is accounted for."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlmodel import SQLModel

import survey_app
from survey_app.services.persons.holdings import (
    GIVES_WAY,
    HOLDS,
    column_of,
    columns_that_name_people,
    reason_of,
)
from survey_app.web.wording.persons import PARTS, PLACES, UNTILS, WHYS


def test_every_column_that_names_somebody_says_why_and_how_long() -> None:
    missing = set(columns_that_name_people()) - set(HOLDS)
    assert not missing, f"say in HOLDS (services/persons/holdings.py) why and how long: {missing}"
    for name, held in HOLDS.items():
        table, _column = column_of(name)  # what is gone from the tables is gone from there
        assert {*held.texts, *held.told} <= set(table.c.keys()), name
        assert held.part in PARTS
        assert held.why in WHYS
        assert held.until in UNTILS


@pytest.mark.parametrize("planted", [
    Column("clerk", Integer, ForeignKey("account.id")), Column("blamed_by", Integer),
    Column("reply_address", Integer),
], ids=lambda column: column.name)  # fmt: skip
def test_a_new_column_is_found(monkeypatch: pytest.MonkeyPatch, planted: Column[int]) -> None:
    before = set(columns_that_name_people())
    metadata = MetaData()
    for table in SQLModel.metadata.sorted_tables:
        table.to_metadata(metadata)
    Table("planted", metadata, Column("id", Integer, primary_key=True), planted._copy())
    monkeypatch.setattr(SQLModel, "metadata", metadata)
    assert set(columns_that_name_people()) - before == {f"planted.{planted.name}"}


def test_what_goes_is_deleted_and_nothing_else() -> None:
    going = {name.partition(".")[0] for name, held in HOLDS.items() if held.goes}
    assert going == {*GIVES_WAY, "account"} - {"sign_in_flow"}  # that goes with a confirmation
    staying = {name.partition(".")[0] for name, held in HOLDS.items() if not held.goes}
    assert staying & {*GIVES_WAY} <= {"one_time_link"}  # those that somebody made for others


def test_parts_say_one_thing_each() -> None:
    """The page tells a part as one: all of it goes, or all of it stays, for one reason."""
    for part in PARTS:
        held = [item for item in HOLDS.values() if item.part == part]
        assert held, part
        if part != "links":
            assert len({item.goes for item in held}) == 1, part
    assert set(PLACES) <= set(SQLModel.metadata.tables)


def test_the_paper_for_the_register_names_every_part() -> None:
    paper = Path(survey_app.__file__).parent / "papers" / "behandlingsregister.md"
    rows = [line.split("|") for line in paper.read_text(encoding="utf-8").splitlines()]
    said = {row[1].strip(): row[2].split("·") for row in rows if len(row) == 4}
    for part, label in PARTS.items():
        until = UNTILS["removed" if part == "links" else reason_of(part).until]
        assert label in [item.strip() for item in said[until]], f"{label}: {until}"
