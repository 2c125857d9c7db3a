"""What people do with the work on the questions of the stage's one draft, submission 1."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from survey_app.core.task import TaskState
from survey_app.services.audit import verify_chain
from survey_app.services.comment import add_comment
from survey_app.services.task import assign_sections, change_task
from survey_app.services.work import Work, read_work
from survey_app.store.tables import AuditEntry
from tests.stage import Stage

NUMBER = "RS2501"
READY, DONE = TaskState.READY, TaskState.DONE


def work(stage: Stage, question: str = "1") -> Work:
    """The work on a question as it is now."""
    dossier = stage.read(1)
    with stage.database.reading() as session:
        return read_work(session, dossier)[question]


def change(stage: Stage, question: str = "1", by: str = "strategist", **told: Any) -> Work:
    """Change what is told of the work, and leave the rest as it is."""
    now = work(stage, question)
    said = now.state if now.state in (READY, DONE) else None
    owner = stage.accounts[told["owner"]] if told.get("owner") else now.owner_id
    more = {"due": now.due, "mark": said, "version": now.version, **told, "owner": owner}
    with stage.database.writing() as session:
        return change_task(session, stage.actor(by), 1, question, now=stage.now, **more)


def assign(stage: Stage, sections: list[str], by: str = "strategist", **told: Any) -> list[str]:
    owner = stage.accounts.get(told.pop("owner", ""), "keep")
    more = {"due": None, "only_free": True, **told}
    with stage.database.writing() as session:
        return assign_sections(
            session, stage.actor(by), 1, sections, owner=owner, now=stage.now, **more  # type: ignore[arg-type]
        )  # fmt: skip


def comment(stage: Stage, text: str, question: str = "1", by: str = "strategist") -> int:
    with stage.database.writing() as session:
        made = add_comment(session, stage.actor(by), 1, question, text, stage.now)
        assert made.id is not None
        return made.id


def links(stage: Stage, *kinds: str) -> list[dict[str, Any]]:
    """What the audit chain tells of the work, oldest first."""
    query = select(AuditEntry).where(col(AuditEntry.kind).in_(kinds)).order_by(AuditEntry.number)  # type: ignore[arg-type]
    with stage.database.reading() as session:
        return [json.loads(row.facts) for row in session.execute(query).scalars()]


def breaks(stage: Stage) -> set[str]:
    with stage.database.reading() as session:
        return {item.code for item in verify_chain(session, 1, stage.key)}
