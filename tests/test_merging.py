"""Two people, or twenty, in one list or table: nothing is lost, and what cannot be both is told."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlmodel import col, select

from survey_app.core.workflow import Action, Role
from survey_app.services.answer import Saved, Stale
from survey_app.services.approvals.approval import own_work
from survey_app.services.specification import add_specification
from survey_app.services.submission import open_submission
from survey_app.store.tables import Answer, AuditEntry, Revision

from .stage import Stage
from .workflow.decisions import DIRECTOR, give_role

FORM: dict[str, Any] = {
    "id": "prov-lista",
    "version": "1.0.0",
    "title": "Prov",
    "authority": {"name": "Myndigheten"},
    "period": "2025",
    "unanswered": "allow",
    "sections": [{"id": "a", "title": "A", "questions": [
        {"id": "l", "kind": "list", "text": "Exempel?", "entry": "Exempel", "max_entries": 200,
         "cannot_be_stated": "Inga exempel",
         "fields": [{"id": "text", "kind": "text", "text": "Text"},
                    {"id": "niva", "kind": "integer", "text": "Nivå"}]},
        {"id": "t", "kind": "table", "text": "Antal?",
         "columns": [{"id": f"k{n}", "text": "K"} for n in range(20)],
         "rows": [{"id": "r", "text": "R"}, {"id": "s", "text": "S"}]},
        {"id": "3", "kind": "text", "text": "Övrigt"},
    ]}],
}  # fmt: skip
A, B, C = "aaaaaaaa", "bbbbbbbb", "cccccccc"


def entries(**said: str) -> dict[str, Any]:
    """Entries by their first letter, each with its text."""
    return {"entries": [{"id": name * 8, "values": {"text": text}} for name, text in said.items()],
            "removed": []}  # fmt: skip


@pytest.fixture
def made(stage: Stage) -> tuple[Stage, int]:
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(FORM), stage.now)
    return stage, stage.open("RS250001")[0]


def taken(outcome: Saved | Stale) -> Saved:
    assert isinstance(outcome, Saved)
    return outcome


def test_two_who_add_are_both_there(made: tuple[Stage, int]) -> None:
    stage, one = made
    assert taken(stage.save(one, "l", entries(a="1"), 0)).merged is None
    taken(stage.save(one, "l", entries(a="1", b="2"), 1))
    late = taken(stage.save(one, "l", entries(a="9", c="3"), 1, by="strategist_2"))
    assert (late.merged is not None, late.version) == (True, 3)
    assert late.given.value == entries(a="9", b="2", c="3")
    with stage.database.reading() as session:
        facts = session.scalars(select(col(AuditEntry.kind)).where(
            col(AuditEntry.kind).startswith("answer_"))).all()  # fmt: skip
    assert set(facts) == {"answer_saved"}


def test_sending_again_what_was_merged_is_taken_as_done(made: tuple[Stage, int]) -> None:
    stage, one = made
    taken(stage.save(one, "l", entries(a="1"), 0))
    taken(stage.save(one, "l", entries(a="1", b="2"), 1))
    for _ in range(3):
        late = taken(stage.save(one, "l", entries(a="1", c="3"), 1, by="strategist_2"))
        assert (late.version, late.merged is not None) == (3, True)


def test_the_same_field_is_a_conflict_and_nothing_is_lost(made: tuple[Stage, int]) -> None:
    stage, one = made
    taken(stage.save(one, "l", entries(a="1"), 0))
    taken(stage.save(one, "l", entries(a="2"), 1))
    stale = stage.save(one, "l", entries(a="3", b="ny"), 1, by="strategist_2")
    assert isinstance(stale, Stale)
    assert stale.theirs.value == entries(a="2")
    with stage.database.reading() as session:
        kept = session.scalars(select(col(Revision.value)).where(~col(Revision.accepted))).all()
    assert [json.loads(value or "") for value in kept] == [entries(a="3", b="ny")]


def test_a_text_is_never_merged(made: tuple[Stage, int]) -> None:
    stage, one = made
    taken(stage.save(one, "3", "ett", 0))
    assert isinstance(stage.save(one, "3", "två", 0, by="strategist_2"), Stale)


def test_a_version_that_is_not_yet_is_no_base(made: tuple[Stage, int]) -> None:
    stage, one = made
    taken(stage.save(one, "l", entries(a="1"), 0))
    assert isinstance(stage.save(one, "l", entries(b="1"), 7, by="strategist_2"), Stale)


def test_a_reason_for_a_blank_is_merged_too(made: tuple[Stage, int]) -> None:
    stage, one = made
    blank = {"code": "cannot_be_stated", "text": ""}
    taken(stage.save(one, "l", None, 0, blank=blank))
    late = taken(stage.save(one, "l", entries(a="1"), 0, by="strategist_2"))
    assert (late.given.value, late.given.blank) == (entries(a="1"), blank)
    other = stage.save(one, "l", None, 0, blank={"code": "reason", "text": "x"}, by="strategist_2")
    assert isinstance(other, Stale)


def test_cells_of_one_table(made: tuple[Stage, int]) -> None:
    stage, one = made
    cells = {"r": {"k0": 1, "k1": None}}
    taken(stage.save(one, "t", {"cells": cells}, 0))
    taken(stage.save(one, "t", {"cells": {"r": {"k0": 2, "k1": None}}}, 1))
    late = taken(stage.save(one, "t", {"cells": {"r": {"k0": 1}, "s": {"k9": 5}},
                                       "notes": {"": "n"}}, 1, by="strategist_2"))  # fmt: skip
    assert late.given.value == {"cells": {"r": {"k0": 2}, "s": {"k9": 5}}, "notes": {"": "n"}}
    clash = stage.save(one, "t", {"cells": {"r": {"k0": 7, "k1": None}}}, 1, by="strategist_2")
    assert isinstance(clash, Stale)


def test_twenty_people_in_one_list_and_one_table(made: tuple[Stage, int]) -> None:
    """Each adds five entries, and fills a column of its own; each knows only what it wrote."""
    stage, one = made

    def work(number: int) -> None:
        mine = [{"id": f"person{number:02}{place}", "values": {"text": f"{number}:{place}"}}
                for place in range(5)]  # fmt: skip
        by = "strategist" if number % 2 else "strategist_2"
        for place in range(5):
            outcome = stage.save(one, "l", {"entries": mine[: place + 1], "removed": []}, 0, by=by)
            assert isinstance(outcome, Saved)
        cells = {"r": {f"k{number}": number}, "s": {f"k{number}": None}}
        assert isinstance(stage.save(one, "t", {"cells": cells, "notes": {}}, 0, by=by), Saved)

    with ThreadPoolExecutor(8) as people:
        list(people.map(work, range(20)))
    with stage.database.reading() as session:
        held = dict(session.execute(select(col(Answer.question), col(Answer.value))).all())
    said = [item["values"]["text"] for item in json.loads(held["l"])["entries"]]
    assert sorted(said) == sorted(f"{n}:{place}" for n in range(20) for place in range(5))
    assert json.loads(held["t"])["cells"]["r"] == {f"k{n}": n for n in range(20)}


def test_who_wrote_an_entry_wrote_in_the_list_whoever_saved_it_last(
    made: tuple[Stage, int],
) -> None:
    stage, one = made
    give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    taken(stage.save(one, "l", entries(a="1"), 0, by=DIRECTOR))
    taken(stage.save(one, "l", entries(a="1", b="2"), 1))
    taken(stage.save(one, "3", "ett", 0, by=DIRECTOR))
    taken(stage.save(one, "3", "två", 1))
    with stage.database.reading() as session:
        dossier = open_submission(session, stage.actor(DIRECTOR), one, Action.READ)
        assert own_work(session, dossier, stage.actor(DIRECTOR)) == ["l"]
        assert set(own_work(session, dossier, stage.actor("strategist"))) == {"l", "3"}
        assert own_work(session, dossier, stage.actor("strategist_2")) == []


def test_what_was_kept_aside_is_nobody_s_work(made: tuple[Stage, int]) -> None:
    """A save that lost stands in the history and in no answer: who made it may approve."""
    stage, one = made
    give_role(stage, DIRECTOR, {Role.STRATEGIST, Role.APPROVER})
    taken(stage.save(one, "l", entries(a="1"), 0))
    taken(stage.save(one, "l", entries(a="2"), 1))
    assert isinstance(stage.save(one, "l", entries(a="3"), 1, by=DIRECTOR), Stale)
    with stage.database.reading() as session:
        dossier = open_submission(session, stage.actor(DIRECTOR), one, Action.READ)
        assert own_work(session, dossier, stage.actor(DIRECTOR)) == []


def test_what_stands_already_upon_a_version_that_is_not_yet_is_not_taken_as_done(
    made: tuple[Stage, int],
) -> None:
    """No page was ever given that version: whoever names it has mistaken something."""
    stage, one = made
    taken(stage.save(one, "3", "ett", 0))
    assert isinstance(stage.save(one, "3", "ett", 2), Stale)
    assert taken(stage.save(one, "3", "ett", 1)).version == 1
    with stage.database.reading() as session:
        kept = session.execute(select(col(Revision.version)).where(~col(Revision.accepted))).all()
    assert [tuple(row) for row in kept] == [(2,)]
