"""Who is told by mail: whoever gets a question, and whoever a comment calls on; once each."""

from __future__ import annotations

import datetime
import json
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from survey_app.services.mail.outbox import choose_mode
from survey_app.store.tables import OutboxMessage
from survey_app.web.wording.mails import mail_words
from tests.stage import Stage, address

from .work import assign, change, comment


def told(stage: Stage) -> list[tuple[str, str, dict[str, Any]]]:
    """What lies in the outbox: kind, address, facts."""
    with stage.database.reading() as session:
        rows = session.execute(select(OutboxMessage).order_by(col(OutboxMessage.id))).scalars()
        return [(row.kind, row.address, json.loads(row.facts)) for row in rows]


def words(stage: Stage) -> list[str]:
    return [" ".join(mail_words(kind, facts, "https://r.example")) for kind, _, facts in
            told(stage)]  # fmt: skip


def test_whoever_gets_a_question_is_told(stage: Stage) -> None:
    due = datetime.date(2026, 3, 12)
    change(stage, owner="strategist_2", due=due)
    change(stage, due=due + datetime.timedelta(days=1))
    change(stage, "3", owner="strategist")
    assert [(kind, to) for kind, to, _ in told(stage)] == [("assigned", address("strategist_2"))]
    [said] = words(stage)
    assert said.startswith("Du äger fråga 1: Prov (RS2501)")
    assert "strategist har gett dig fråga 1 i svaret till Myndigheten." in said
    assert "Klar senast 12 mars 2026." in said
    assert "https://r.example/submissions/1/sections/a#question-1" in said


def test_of_a_whole_section_one_is_told_once(stage: Stage) -> None:
    change(stage, "3", owner="strategist_2", by="strategist_2")
    assert told(stage) == [], "who takes a question knows"
    assign(stage, ["a"], owner="strategist_2", only_free=False)
    assign(stage, ["a"], due=stage.today, only_free=False)
    [said] = words(stage)
    assert said.startswith("Du äger 3 frågor: ")
    assert "https://r.example/mine" in said
    assign(stage, ["a"], owner="strategist", only_free=False)
    assign(stage, ["a"], owner="strategist_2", only_free=False)
    assert len(told(stage)) == 2, "given again is another event"


def test_whoever_is_called_on_is_told_but_not_of_what_was_said(stage: Stage) -> None:
    comment(stage, "Hemligt, @strategist_2 och @approver_with_delegation och @strategist_2")
    assert [(kind, to) for kind, to, _ in told(stage)] == [
        ("mentioned", address("strategist_2")),
        ("mentioned", address("approver_with_delegation")),
    ]
    assert all("https://r.example/submissions/1/comments/1#comment-1" in said
               for said in words(stage))  # fmt: skip
    assert "Hemligt" not in str(told(stage))
    comment(stage, "Igen @strategist_2")
    assert len(told(stage)) == 3


def test_who_wants_no_mail_gets_none(stage: Stage) -> None:
    with stage.database.writing() as session:
        choose_mode(session, stage.actor("strategist_2"), "off")
    change(stage, owner="strategist_2")
    comment(stage, "@strategist_2")
    assert told(stage) == []
