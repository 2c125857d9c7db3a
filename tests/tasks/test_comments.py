"""Comments: who may write them, whom they call on; no record, and held to the chain."""

from __future__ import annotations

import datetime

import pytest
from sqlalchemy import Executable, delete, select, update
from sqlmodel import col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.services.comment import LONGEST_COMMENT, list_comments
from survey_app.services.refusal import Refused
from survey_app.services.removals.weeding import Material, remove_material, survey_material
from survey_app.store.tables import Comment, FrozenRecord, Mention, Task
from tests.stage import Stage

from .work import DONE, breaks, change, comment, links, work


def called(stage: Stage) -> list[int]:
    with stage.database.reading() as session:
        return list(session.execute(select(col(Mention.account_id))).scalars())


def test_a_thread(stage: Stage) -> None:
    comment(stage, "Har vi siffror?")
    comment(stage, "Ja, i bilagan.", by="approver_with_delegation")
    comment(stage, "Annat", "3")
    with stage.database.reading() as session:
        said = [(item.author, item.text) for item in list_comments(session, [1], "1")]
    assert said == [("strategist", "Har vi siffror?"),
                    ("approver_with_delegation", "Ja, i bilagan.")]  # fmt: skip
    assert (work(stage).comments, work(stage, "3").comments) == (2, 1)
    assert breaks(stage) == set()
    assert "siffror" not in str(links(stage, "comment_added")), "the chain holds no content"


def test_a_comment_calls_on_those_who_may_answer_it(stage: Stage) -> None:
    """Not on who wrote it, nor on somebody of another unit, nor on who only archives."""
    comment(stage, "@strategist_2 och @approver_with_delegation, @strategist, @archivist, "
                   "@other_strategist")  # fmt: skip
    assert called(stage) == [
        stage.accounts["strategist_2"], stage.accounts["approver_with_delegation"]]  # fmt: skip
    with stage.database.reading() as session:
        naming = list_comments(session, [1], naming=stage.accounts["strategist_2"])
        assert [item.author for item in naming] == ["strategist"]
        assert list_comments(session, [1], naming=stage.accounts["strategist"]) == []


@pytest.mark.parametrize("state", list(State))
def test_who_may_comment_when(stage: Stage, state: State) -> None:
    stage.bring(1, state)
    open_then = state in (State.DRAFT, State.AWAITING_APPROVAL, State.APPROVED)
    for by in ("strategist", "approver_with_delegation", "archivist", "other_strategist",
               "administrator"):  # fmt: skip
        if open_then and by in ("strategist", "approver_with_delegation"):
            assert comment(stage, "Hej", by=by)
        else:
            with pytest.raises(Refused):
                comment(stage, "Hej", by=by)


def test_what_is_no_comment(stage: Stage) -> None:
    for text, question, refused in (
        (" \n", "1", "comment_empty"), ("å" * (LONGEST_COMMENT + 1), "1", "comment_too_long"),
        ("Hej", "intyg", "no_work_on_question"), ("Hej", "99", "no_question"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=refused):
            comment(stage, text, question)
    assert links(stage, "comment_added") == []
    assert comment(stage, "å" * LONGEST_COMMENT)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (update(Comment).values(text="Något annat"), "changed_comment"),
        (update(Comment).values(author_id=1), "changed_comment"),
        (delete(Comment), "missing_comment"),
        (update(Comment).values(id=99), "unlinked_comment"),
    ],
    ids=["text", "author", "gone", "slipped in"],
)
def test_the_chain_finds_what_was_done_to_a_comment(
    stage: Stage, statement: Executable, found: str
) -> None:
    stage.now += datetime.timedelta(seconds=1)
    comment(stage, "Har vi siffror?", by="strategist_2")
    with stage.database.writing() as session:
        session.execute(statement)
    assert found in breaks(stage)


def _survey(stage: Stage) -> Material:
    with stage.database.reading() as session:
        return survey_material(session, stage.actor("archivist"), 1)


def _remove(stage: Stage, shown: str) -> None:
    with stage.database.writing() as session:
        remove_material(
            session, stage.actor("archivist"), 1, decision="Plan 1", shown_sha256=shown,
            now=stage.now, signer=stage.key,
        )  # fmt: skip


def test_the_work_is_no_part_of_what_is_approved_and_is_removed_by_decision(stage: Stage) -> None:
    before = sha256_of(stage.read(1).content(draft=True))
    comment(stage, "Har vi siffror, @strategist_2?")
    change(stage, "3", owner="strategist", mark=DONE)
    assert sha256_of(stage.read(1).content(draft=True)) == before
    stage.bring(1, State.HANDED_IN)
    material = _survey(stage)
    assert (material.counts["comments"], material.counts["tasks"]) == (1, 1)
    assert [item.text for item in material.comments] == ["Har vi siffror, @strategist_2?"]
    with stage.database.reading() as session:
        record = session.get(FrozenRecord, 1)
        assert record is not None
        assert "siffror" not in record.body
    with pytest.raises(Refused, match="material_changed"):
        _remove(stage, "något annat")
    _remove(stage, material.sha256)
    with stage.database.reading() as session:
        for table in (Comment, Mention, Task):
            assert session.execute(select(table)).first() is None
    assert _survey(stage).counts == {}
    assert breaks(stage) == set()


def test_a_comment_that_a_decision_did_not_name_is_missed(stage: Stage) -> None:
    comment(stage, "Först")
    comment(stage, "Sedan")
    stage.bring(1, State.HANDED_IN)
    with stage.database.writing() as session:
        session.execute(delete(Comment).where(col(Comment.text) == "Sedan"))
    _remove(stage, _survey(stage).sha256)
    assert breaks(stage) == {"missing_comment"}


def test_a_button_that_is_pressed_twice_says_it_once(stage: Stage) -> None:
    first = comment(stage, "Har vi siffror? @strategist_2")
    assert comment(stage, " Har vi siffror? @strategist_2\n") == first
    assert len(links(stage, "comment_added")) == 1
    assert comment(stage, "Har vi siffror? @strategist_2", by="strategist_2") != first
    assert comment(stage, "Har vi siffror? @strategist_2") != first, "somebody spoke in between"
    assert comment(stage, "Har vi siffror? @strategist_2", question="3") != first
    assert breaks(stage) == set()
