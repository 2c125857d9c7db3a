"""Working material for tests: a submission that has every sort of it, and how it is removed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from survey_app.services.audit import verify_chain
from survey_app.services.removals.weeding import Material, remove_material, survey_material
from survey_app.store.tables import Case, Removal
from tests.stage import Stage

DRAFT, LOSER, REASON, ASIDE = "Ett hemligt utkast", "En förlorare", "Skriv om", "Aldrig valt"
DECISION = "Informationshanteringsplan 2025, punkt 3.2"
CHOICES = {
    "id": "4", "number": "4", "kind": "multiple", "text": "Insatser", "options": [
        {"id": "a", "text": "A", "field": {"kind": "text"}},
        {"id": "b", "text": "B", "field": {"kind": "text"}},
    ],
}  # fmt: skip


def work(stage: Stage, number: str = "RS2501") -> int:
    """A submission handed in, with working material of every sort."""
    [submission] = stage.open(number)
    stage.save(submission, "1", DRAFT, 0)
    stage.save(submission, "1", "Bättre text", 1, by="strategist_2")
    stage.save(submission, "1", LOSER, 1)
    stage.save(submission, "2", {"chosen": "ja", "details": {}}, 0)
    stage.attach(submission, "2a", 0)
    stage.save(submission, "2", {"chosen": "nej", "details": {}}, 1)
    told = {"chosen": ["a"], "details": {"a": "Gjort", "b": ASIDE}}
    stage.save(submission, "4", told, 0)
    stage.send(submission)
    stage.send_back(submission, {"1": REASON})
    stage.save(submission, "1", "Godkänd text", 2)
    stage.send(submission)
    stage.approve(submission)
    stage.hand_in(submission)
    return submission


def survey(stage: Stage, submission: int, by: str = "archivist") -> Material:
    with stage.database.reading() as session:
        return survey_material(session, stage.actor(by), submission)


def remove(
    stage: Stage, submission: int, by: str = "archivist", *, shown: str | None = None,
    decision: str = DECISION,
) -> Removal:  # fmt: skip
    """Remove the working material; the decision on the submission's own."""
    with stage.database.writing() as session:
        [first, *_contributed] = remove_material(
            session, stage.actor(by), submission, decision=decision,
            shown_sha256=survey(stage, submission).sha256 if shown is None else shown,
            now=stage.now, signer=stage.key,
        )  # fmt: skip
        return first


def breaks(stage: Stage) -> set[str]:
    with stage.database.reading() as session:
        cases = session.execute(select(col(Case.id))).scalars().all()
        return {item.code for case in cases if case for item in
                verify_chain(session, case, stage.key)}  # fmt: skip


def count(stage: Stage, table: Any) -> int:
    with stage.database.reading() as session:
        return int(session.execute(select(func.count()).select_from(table)).scalar_one())
