"""In weeding contributions are listed and removed by decision; tombstones stay, the chain holds."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from survey_app.store.tables import (
    Answer,
    Attachment,
    Contribution,
    Proposal,
    Removal,
    Revision,
    WordFile,
)
from tests.contributions.asking import NOTE, THEIRS, Desk
from tests.contributions.test_lists import finish
from tests.stage import OTHER
from tests.weeding.material import DECISION, remove, survey


def contributed(desk: Desk) -> int:
    """A contribution with drafts, a file, a return and an insertion; the main one is archived."""
    made = desk.ask("2a", "3")
    desk.write(made, "3", "Ett tidigt utkast")
    desk.write(made, "3", THEIRS, 1)
    desk.stage.circulate(made, "other_strategist", answer="Ett förslag ur Word")
    desk.stage.attach(made, "2a", 0, "other_strategist")
    desk.hand_over(made)
    desk.send_back(made, {"3": "Skriv om"})
    desk.write(made, "3", "Om igen.", 2)
    desk.hand_over(made)
    desk.insert(made)
    finish(desk)
    return made


def test_all_of_it_is_working_material(desk: Desk, app: Any) -> None:
    contributed(desk)
    material = survey(desk.stage, desk.main)
    [item] = material.contributed
    assert (item.unit_name, item.note) == (OTHER, NOTE)
    assert [value.stood for value in item.values if value.question == "3"] == [False, False, True]
    assert material.counts["contributions"] == 4
    assert material.counts["notes"] == 1
    page = desk.stage.sign_in(app, "archivist").get(f"/submissions/{desk.main}/weeding").text
    for said in (THEIRS, "Om igen.", "Skriv om", NOTE, f"Underlag från {OTHER}", "underlag.pdf"):
        assert said in page
    assert page.count("Aldrig överlämnat") == 1
    assert "Ett tidigt utkast" not in page, "it never left the unit"
    assert "svar.docx" not in page
    assert material.counts["word_files"] == 1


def test_it_is_removed_by_the_same_decision(desk: Desk, app: Any) -> None:
    made = contributed(desk)
    kept = survey(desk.stage, desk.main).kept
    remove(desk.stage, desk.main)
    with desk.stage.database.reading() as session:
        left = session.execute(
            select(Revision).where(col(Revision.submission_id) == made)
        ).scalars().all()  # fmt: skip
        assert {(row.value, row.salt) for row in left} == {(None, "")}
        assert all(row.removal_id for row in left)
        for table in (Answer, Attachment, Proposal, WordFile):
            query = select(func.count()).select_from(table)
            found = session.execute(query.where(col(table.submission_id) == made)).scalar_one()
            assert found == 0
        row = session.get(Contribution, made)
        assert row is not None
        assert row.note == ""
        removal = session.execute(
            select(Removal).where(col(Removal.submission_id) == made)
        ).scalars().one()  # fmt: skip
        assert removal.decision == DECISION
    assert desk.breaks() == []
    after = survey(desk.stage, desk.main)
    assert after.kept == kept
    assert after.contributed == []
    assert desk.stage.read(desk.main).answers["3"].value == "Om igen.", "ours by now"
    page = desk.stage.sign_in(app, "archivist").get(f"/submissions/{desk.main}/weeding").text
    assert "Underlag från andra enheter" in page
    person = desk.stage.sign_in(app, "strategist")
    assert OTHER in person.get(f"/submissions/{desk.main}/history/3").text
    assert person.get(f"/submissions/{desk.main}/contributions").status_code == 200
    theirs = desk.stage.sign_in(app, "other_strategist")
    assert "Borttaget" in theirs.get(f"/submissions/{made}/history/3").text


def test_a_tombstone_that_nobody_decided_is_found(desk: Desk) -> None:
    made = contributed(desk)
    remove(desk.stage, desk.main)
    with desk.stage.database.writing() as session:
        row = session.execute(
            select(Revision).where(col(Revision.submission_id) == made)
        ).scalars().first()  # fmt: skip
        assert row is not None
        row.value = '"Återuppstånden"'
    assert set(desk.breaks()) == {"filled_tombstone"}
