"""Handing over keeps exactly what stood; sending back opens it again; closing makes records."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import delete, insert, select, update
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.record import check_record
from survey_app.core.workflow import State
from survey_app.export.record_schema import shape_errors
from survey_app.services.refusal import Forbidden, Invalid, WrongState
from survey_app.services.rounds.answer import values_of
from survey_app.store.tables import (
    Account,
    Event,
    FrozenRecord,
    Round,
    RoundUnit,
    Snapshot,
    Submission,
    Unit,
)
from tests.rounds.asking import THEIRS, TOWN, VILLAGE, Table
from tests.stage import OTHER


def test_what_was_handed_over_is_seen_and_stands_still(table: Table) -> None:
    table.open()
    made = table.handed_over()
    dossier = table.stage.read(made)
    assert dossier.answers["exempel"].value == THEIRS
    for who in ("approver_with_delegation", "archivist"):
        assert table.stage.read(made, who).id == made
    with pytest.raises(WrongState):
        table.save(OTHER, "exempel", "Efteråt", 1)
    with pytest.raises(WrongState):
        table.hand_over()
    with pytest.raises(WrongState):
        table.recall()
    assert table.mails("round_handed_over") == ["strategist@demo.example"]
    with table.stage.database.reading() as session:
        row = session.get(RoundUnit, (table.id, table.stage.units[OTHER]))
        assert row is not None
        assert row.handed_over_by == table.stage.accounts["other_strategist"]
        assert row.handed_over_at == table.stage.now
        event = session.execute(
            select(Event).where(col(Event.kind) == "handed_over")
        ).scalars().one()  # fmt: skip
        assert event.content_sha256 == sha256_of(dossier.content())
        assert session.get(Snapshot, (event.content_sha256, made)) is not None


def test_what_is_missing_must_be_explained(table: Table) -> None:
    table.open()
    with pytest.raises(Invalid, match="nothing_handed_over"):
        table.hand_over()
    table.save(OTHER, "exempel", THEIRS)
    with pytest.raises(Invalid) as refused:
        table.hand_over()
    assert refused.value.code == "not_all_explained"
    assert {problem.question for problem in refused.value.problems} == {"niva", "antal"}
    for question in ("niva", "antal"):
        table.save(OTHER, question, None, 0, blank={"code": "reason", "text": "Vet inte"})
    table.hand_over()


def test_results_are_made_of_what_was_handed_over(table: Table) -> None:
    table.open()
    table.save(OTHER, "varfor", "Visas inte")
    made = table.handed_over()
    assert table.rows() == {
        (made, "exempel"): (json.dumps(THEIRS, ensure_ascii=False), None, True),
        (made, "niva"): ('{"chosen":"dialog","details":{}}', None, True),
        (made, "varfor"): (None, None, False),
        (made, "antal"): ("11", None, True),
    }
    with table.stage.database.reading() as session:
        [snapshot] = session.execute(select(Snapshot)).scalars()
        rebuilt = values_of(table.id, made, json.loads(snapshot.body))
    assert table.rows() == {
        (row["submission_id"], row["question"]): (row["value"], row["blank"], row["shown"])
        for row in rebuilt
    }
    table.send_back(exempel="Skriv mer")
    assert table.rows() == {}


def test_sent_back_only_what_was_named_opens_again(table: Table) -> None:
    table.open()
    made = table.handed_over()
    with pytest.raises(Invalid, match="return_reason_missing"):
        table.send_back(exempel=" ")
    with pytest.raises(Forbidden):
        table.send_back(by="other_strategist", exempel="Nej")
    table.send_back(exempel="Skriv mer")
    with pytest.raises(WrongState):
        table.stage.read(made)
    assert table.mails("round_sent_back") == ["other-strategist@demo.example"]
    with pytest.raises(Forbidden):
        table.save(OTHER, "antal", 12, 1)
    table.save(OTHER, "exempel", "Mer", 1)
    table.hand_over()
    assert table.rows()[made, "exempel"][0] == '"Mer"'
    assert table.breaks() == []


def test_closing_freezes_what_was_handed_over_as_it_was_then(table: Table) -> None:
    table.open()
    made = table.handed_over()
    content = table.stage.read(made).content()
    with table.stage.database.writing() as session:  # both are renamed while the round is open
        session.execute(update(Unit).where(col(Unit.name) == OTHER).values(name="Nytt namn"))
        session.execute(
            update(Account).where(col(Account.name) == "other_strategist").values(name="Ny")
        )
    table.save(TOWN, "exempel", "Aldrig lämnat", 0, "town_strategist")
    [sha256] = table.close()
    with table.stage.database.reading() as session:
        [row] = session.execute(select(FrozenRecord)).scalars()
        assert (row.submission_id, row.sha256, row.basis) == (made, sha256, "handed_over")
        assert row.delegation_id is None
        record = check_record(json.loads(row.body))
        assert record["content"] == content
        assert record["content"]["unit"]["name"] == OTHER
        assert record["approval"]["approver"]["name"] == "other_strategist"
        assert (record["approval"]["basis"], record["approval"]["delegation"]) == (
            "handed_over", None,
        )  # fmt: skip
        assert shape_errors(record) == []
        states = {
            name: session.get(Submission, table.answers[name]).state  # type: ignore[union-attr]
            for name in (OTHER, TOWN)
        }
    assert states == {OTHER: State.HANDED_IN, TOWN: State.DRAFT}
    assert table.mails("round_closed") == [
        "other-strategist@demo.example", "town-strategist@demo.example",
    ]  # fmt: skip
    assert table.breaks() == []


def test_nothing_is_done_in_a_closed_round(table: Table) -> None:
    table.open()
    table.handed_over()
    table.close()
    for act in (
        lambda: table.save(TOWN, "exempel", "För sent", 0, "town_strategist"),
        lambda: table.hand_over(TOWN, "town_strategist"),
        lambda: table.send_back(exempel="För sent"),
        lambda: table.recall(TOWN),
        lambda: table.extend(TOWN),
        lambda: table.add(VILLAGE),
        table.close,
    ):
        with pytest.raises(WrongState, match="round_closed"):
            act()
    assert not table.view().is_open
    assert table.stage.read(table.answers[OTHER]).answers["antal"].value == 11
    assert table.breaks() == []


def test_a_round_that_nobody_answered_is_closed_without_records(table: Table) -> None:
    table.open()
    assert table.close() == []
    assert table.breaks() == []


@pytest.mark.parametrize(
    "what", ["record", "approver", "title", "gone", "event", "swapped with another unit's"]
)
def test_the_chain_vouches_for_rounds_and_their_records(table: Table, what: str) -> None:
    """Whoever swaps a record, its person or the round's terms in the database is found."""
    table.open()
    made = table.handed_over()
    table.handed_over(TOWN, "town_strategist", antal=12)
    if what == "event":
        with table.stage.database.writing() as session:
            event = session.execute(
                select(Event).where(col(Event.kind) == "handed_over")
            ).scalars().first()  # fmt: skip
            assert event is not None
            event.facts = json.dumps({"by": {"name": "Annan", "title": "", "email": ""}})
    table.close()
    if what in ("record", "approver"):
        with table.stage.database.writing() as session:
            row = session.get(FrozenRecord, made)
            assert row is not None
            record = json.loads(row.body)
            if what == "record":
                record["content"]["sections"][0]["questions"][3]["value"] = 99
            else:
                record["approval"]["approver"]["name"] = "Annan"
            row.body = json.dumps(record)
    elif what == "title":
        with table.stage.database.writing() as session:
            session.execute(update(Round).values(title="Annan").where(col(Round.id) == table.id))
    elif what.startswith("swapped"):
        places = {made: table.answers[TOWN], table.answers[TOWN]: made}
        with table.stage.database.writing() as session:
            rows = [row.model_dump() for row in session.execute(select(FrozenRecord)).scalars()]
            session.execute(delete(FrozenRecord))
            for row in rows:
                there = places[row.pop("submission_id")]
                session.execute(insert(FrozenRecord).values(**row, submission_id=there))
    elif what == "gone":
        with table.stage.database.writing() as session:
            session.delete(session.get(FrozenRecord, made))
    assert set(table.breaks()) == {
        "changed_round", *(["changed_step"] if what == "event" else []),
    }  # fmt: skip
