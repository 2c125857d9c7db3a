"""From a file that came back to proposals beside the answers, and from those to answers."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from survey_app.services import word
from survey_app.services.audit import verify_chain
from survey_app.services.history import read_history
from survey_app.services.proposal import dismiss, list_proposals, sources_of, take_over
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, NotFound, WrongState
from survey_app.store.tables import AuditEntry, Blob, Proposal, WordFile
from tests.stage import Stage
from tests.word.conftest import exported, opened, received, taken_in
from tests.word.filling import edited, filled, typed_beside

TEXT, NEW = "1.t", "Vi har gjort ännu mer."
HELD = "Vi har gjort mycket."


def proposals(stage: Stage, submission: int, **more: Any) -> list[Any]:
    dossier = stage.read(submission)
    with stage.database.reading() as session:
        return list_proposals(session, dossier, **more)


def take(
    stage: Stage, submission: int, proposal: int, version: int, keep: Any = "theirs",
    by: str = "strategist",
) -> None:  # fmt: skip
    with stage.database.writing() as session:
        take_over(session, stage.actor(by), submission, proposal, version, keep, stage.now)


def value(stage: Stage, submission: int, question: str) -> Any:
    given = stage.read(submission).answers.get(question)
    return given.value if given else None


def test_a_file_becomes_proposals_and_no_answer_changes(stage: Stage, draft: int) -> None:
    before = stage.read(draft).stored
    file = taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW, "3.t": "Eget"}))
    assert stage.read(draft).stored == before
    first, second = proposals(stage, draft, only="open")
    assert (first.question.id, first.row.version, first.theirs.value) == ("1", 1, NEW)
    assert (second.question.id, second.row.version, second.theirs.value) == ("3", 0, "Eget")
    assert first.author == "strategist_2"
    with stage.database.reading() as session:
        kept = session.get(WordFile, file)
        assert kept is not None
        assert first.file.sha256 == kept.sha256
        assert session.get(Blob, kept.sha256) is not None


def test_what_is_taken_over_is_an_answer_with_its_source(stage: Stage, draft: int) -> None:
    file = taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW}))
    [found] = proposals(stage, draft, only="open")
    take(stage, draft, found.row.id, 1)
    assert value(stage, draft, "1") == NEW
    assert proposals(stage, draft, only="open") == []
    [done] = proposals(stage, draft, only="taken")
    assert (done.decided_by, done.row.taken_version) == ("strategist", 2)
    with stage.database.reading() as session:
        _dossier, past = read_history(session, stage.actor("strategist"), draft, "1")
        assert [item.given.value for item in past] == [NEW, HELD]
        assert sources_of(session, draft, "1")[2].id == file
        case = _dossier.case_id
        kinds = session.execute(
            select(col(AuditEntry.kind)).where(col(AuditEntry.case_id) == case)
            .order_by(col(AuditEntry.number).desc())
        ).scalars().all()  # fmt: skip
        assert kinds[:3] == ["proposal_taken", "answer_saved", "word_taken_in"]
        assert verify_chain(session, case, stage.key) == []


def test_what_was_changed_meanwhile_in_another_part_stays(stage: Stage, draft: int) -> None:
    """A choice in the file, a file in Redogör: both hold."""
    data = filled(exported(stage, draft), {"2a.t": "Se bilagan."})
    taken_in(stage, draft, data)
    stage.save(draft, "2a", None, 1)
    [found] = proposals(stage, draft)
    take(stage, draft, found.row.id, 2)
    assert value(stage, draft, "2a") == {"files": [], "text": "Se bilagan."}


def test_a_text_changed_meanwhile_is_told_and_both_can_be_had(stage: Stage, draft: int) -> None:
    taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW}))
    stage.save(draft, "1", "Skrivet under tiden.", 1)
    [found] = proposals(stage, draft)
    assert found.weighed.moved
    with pytest.raises(ChangedMeanwhile, match="proposal_answer_changed"):
        take(stage, draft, found.row.id, 1)
    assert value(stage, draft, "1") == "Skrivet under tiden."
    take(stage, draft, found.row.id, 2, "both")
    assert value(stage, draft, "1") == f"Skrivet under tiden.\n\n{NEW}"


def test_two_ticks_by_two_people_are_no_answer(stage: Stage, draft: int) -> None:
    """Cannot arise from one choice, which is one part; so taking over replaces the whole choice."""
    taken_in(stage, draft, filled(exported(stage, draft), {"2.o.ja": False, "2.o.nej": True}))
    [found] = proposals(stage, draft)
    take(stage, draft, found.row.id, 1)
    assert value(stage, draft, "2")["chosen"] == "nej"


def test_a_dismissed_proposal_stays_on_the_list(stage: Stage, draft: int) -> None:
    taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW}))
    [found] = proposals(stage, draft)
    with stage.database.writing() as session:
        dismiss(session, stage.actor("strategist"), draft, found.row.id, stage.now)
    assert value(stage, draft, "1") == HELD
    [gone] = proposals(stage, draft)
    assert (gone.row.state, gone.decided_by) == ("dismissed", "strategist")
    assert gone.theirs.value == NEW
    with pytest.raises(ChangedMeanwhile, match="proposal_decided"):
        take(stage, draft, found.row.id, 1)


def test_the_same_is_not_proposed_twice(stage: Stage, draft: int) -> None:
    data = filled(exported(stage, draft), {TEXT: NEW})
    taken_in(stage, draft, data)
    taken_in(stage, draft, data)
    [found] = proposals(stage, draft)
    take(stage, draft, found.row.id, 1)
    taken_in(stage, draft, data)
    assert len(proposals(stage, draft)) == 1


def test_a_file_is_looked_at_before_anything_happens(stage: Stage, draft: int) -> None:
    data = edited(filled(exported(stage, draft), {TEXT: NEW}),
                  lambda root: typed_beside(root, "Fråga chefen"))  # fmt: skip
    file = received(stage, draft, data)
    assert proposals(stage, draft) == []
    actor = stage.actor("strategist")
    with stage.database.reading() as session:
        _dossier, _file, comparison = word.look_at(session, actor, draft, file, stage.now)
    assert [item.question for item in comparison.changed] == ["1"]
    assert set(comparison.equal) == {"2", "2a", "3"}
    assert comparison.strays == ["Fråga chefen"]
    with stage.database.writing() as session:
        word.throw_away(session, actor, draft, file)
    with stage.database.reading() as session:
        assert word.list_files(session, draft) == []
        assert session.get(Blob, _file.sha256) is None


def test_what_was_taken_in_cannot_be_thrown_away_nor_taken_in_again(
    stage: Stage, draft: int
) -> None:
    file = taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW}))
    actor = stage.actor("strategist")
    with stage.database.writing() as session, pytest.raises(Invalid, match="word_taken_in"):
        word.throw_away(session, actor, draft, file)
    with stage.database.writing() as session, pytest.raises(Invalid, match="word_taken_in"):
        word.take_in(session, actor, draft, file, stage.now)


def test_a_file_of_another_submission_changes_nothing(stage: Stage, draft: int) -> None:
    other = opened(stage)
    file = taken_in(stage, other, filled(exported(stage, draft), {TEXT: NEW}))
    assert proposals(stage, other) == []
    with stage.database.reading() as session:
        kept = session.get(WordFile, file)
        assert kept is not None
        assert "other_submission" in kept.report
        assert NEW in kept.report


def test_a_file_without_our_controls_is_refused(stage: Stage, draft: int) -> None:
    def bare(root: Any) -> None:
        body = root[0]
        body[:] = body[-1:]

    with pytest.raises(Invalid, match="word_no_controls"):
        received(stage, draft, edited(exported(stage, draft), bare))
    with stage.database.reading() as session:
        assert word.list_files(session, draft) == []


def test_after_a_return_only_what_was_sent_back_can_be_taken_over(stage: Stage, draft: int) -> None:
    stage.send(draft)
    stage.send_back(draft, {"3": "Skriv mer"})
    taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW, "3.t": "Mer"}))
    closed, open_ = proposals(stage, draft)
    take(stage, draft, open_.row.id, 0)
    assert value(stage, draft, "3") == "Mer"
    with pytest.raises(Forbidden, match="not_returned"):
        take(stage, draft, closed.row.id, 1)


def test_an_approved_answer_is_no_draft_and_takes_no_proposal(stage: Stage, draft: int) -> None:
    data = filled(exported(stage, draft), {TEXT: NEW})
    taken_in(stage, draft, data)
    [found] = proposals(stage, draft)
    stage.send(draft)
    assert exported(stage, draft)
    for refuse in (lambda: take(stage, draft, found.row.id, 1),
                   lambda: received(stage, draft, data)):  # fmt: skip
        with pytest.raises(WrongState):
            refuse()
    stage.approve(draft)
    with pytest.raises(WrongState, match="no_draft"):
        exported(stage, draft)


def test_another_units_people_find_nothing(stage: Stage, draft: int) -> None:
    taken_in(stage, draft, filled(exported(stage, draft), {TEXT: NEW}))
    [found] = proposals(stage, draft)
    with pytest.raises(NotFound):
        take(stage, draft, found.row.id, 1, by="other_strategist")
    with pytest.raises(Forbidden):
        take(stage, draft, found.row.id, 1, by="archivist")
    [other] = stage.open("ANN25001", "other_strategist")
    with pytest.raises(NotFound, match="no_proposal"):
        take(stage, other, found.row.id, 1, by="other_strategist")
    with stage.database.reading() as session:
        assert session.get(Proposal, found.row.id).state == "open"  # type: ignore[union-attr]
