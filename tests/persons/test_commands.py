"""The commands of who runs the installation: show, export, remove."""

from __future__ import annotations

import json

import pytest
from click.testing import Result

from survey_app.core.workflow import State
from survey_app.store.tables import Task
from tests.command import command
from tests.stage import Stage, address

from .people import ADDRESS, NAME, breaks, comment, rename, tables_with


def run(stage: Stage, *arguments: str, typed: str | None = None) -> Result:
    return command(stage.settings, "person", *arguments, typed=typed)


@pytest.mark.both_databases
def test_show_export_and_remove(stage: Stage) -> None:
    rename(stage, "strategist")
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.DRAFT)
    stage.save(submission, "1", f"Fråga {NAME}.", 1, "strategist_2")
    comment(stage, submission, "Siffran är preliminär.")
    shown = run(stage, "show", ADDRESS)
    assert shown.exit_code == 0, shown.output
    for line in (
        f"1: {NAME}, {ADDRESS}",
        "Roller: 1 (för att kunna logga in och få besked; tills personen tas bort)",
        "Kommentarer: 1 (för att dela upp arbetet; tills arbetsmaterialet rensas)",
        "svar: 1 (RS250001)", "svarens historik: 1 (RS250001)",
    ):  # fmt: skip
        assert line in shown.output, line
    told = json.loads(run(stage, "export", ADDRESS).output)
    assert [row["text"] for row in told["comments"]] == ["Siffran är preliminär."]
    decided = ("--decision", "RS 2026/7", "--by", address("administrator"), "--comments")
    assert run(stage, "remove", ADDRESS, *decided, typed="n\n").exit_code == 1
    assert "account" in tables_with(stage.database, NAME)
    done = run(stage, "remove", ADDRESS, *decided, typed="j\ny\n")
    assert "Borttagen: person 1." in done.output, done.output
    assert tables_with(stage.database, NAME) == {"answer", "revision"}
    assert tables_with(stage.database, ADDRESS, "preliminär") == set()
    assert breaks(stage.database, stage.key) == []
    left = run(stage, "show", "removed-1@invalid").output
    assert "enligt RS 2026/7" in left
    assert "Svar och ändringar av svar" in left
    assert run(stage, "show", ADDRESS).exit_code == 1


def test_what_is_refused_is_said(stage: Stage) -> None:
    [submission] = stage.open("RS250001")
    stage.bring(submission, State.DRAFT)
    with stage.database.writing() as session:
        session.add(Task(submission_id=submission, question="1", version=1,
                         owner_id=stage.accounts["strategist"]))  # fmt: skip
    by = ("--decision", "RS 2026/7", "--yes", "--by")
    alone = run(stage, "remove", address("administrator"), *by, address("other_administrator"))
    assert "ensam administratör i Region Egen" in alone.output
    waits = run(stage, "remove", address("strategist"), *by, address("administrator"))
    assert "Frågor att svara på i Region Egen" in waits.output
    assert "väntar på personen" in waits.output
    assert (alone.exit_code, waits.exit_code) == (1, 1)
    foreign = run(stage, "remove", address("strategist_2"), *by, address("other_administrator"))
    assert foreign.exit_code == 1
