"""Tables that came as files, when working material is removed by decision."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from survey_app.core.workflow import State
from survey_app.services.table_file import look_at, receive_table, take_in
from survey_app.store.tables import TableFile
from tests.short_form import WITH_TABLE
from tests.stage import Stage, build_stage
from tests.weeding.material import breaks, remove, survey

SECRET, LEFT = "Anna Svenssons siffror.csv", "Inte inläst.csv"
DATA = b"\tA\tB\nEtt\t1\t2\n"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    made = build_stage(tmp_path, questionnaire=WITH_TABLE)
    yield made
    made.database.close()


def test_names_go_and_so_does_what_nobody_took_in(stage: Stage) -> None:
    [submission] = stage.open("RS2501")
    actor = stage.actor("strategist")
    with stage.database.writing() as session:
        for name in (SECRET, LEFT):
            file = receive_table(session, actor, submission, "tabell", DATA, name, stage.now)
            assert file.id is not None
            if name == SECRET:
                look = look_at(session, actor, submission, "tabell", file.id)
                take_in(session, actor, submission, "tabell", file.id, look.placement.choices, 0,
                        look.version, stage.now)  # fmt: skip
    stage.bring(submission, State.HANDED_IN)
    material = survey(stage, submission)
    assert [file.name for file in material.table_files] == [SECRET, LEFT]
    assert material.counts["table_files"] == 2
    app = stage.app()
    page = stage.sign_in(app, "archivist").get(f"/submissions/{submission}/weeding").text
    assert SECRET in page
    assert LEFT in page
    remove(stage, submission)
    with stage.database.reading() as session:
        [left] = session.execute(select(TableFile)).scalars()
        assert (left.name, left.sheets, left.state) == ("", None, "taken")
    assert "table_files" not in survey(stage, submission).counts
    assert breaks(stage) == set()
    app.extensions["redogor"].database.close()
