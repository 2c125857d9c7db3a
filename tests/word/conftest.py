"""A stage, its application, and a draft whose Word file can be filled in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from survey_app.core.workflow import State
from survey_app.services import word
from survey_app.services.upload import received_file
from tests.stage import Stage, build_stage


@pytest.fixture(scope="module")
def stage(database_kind: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """One for all tests of a file; each opens cases of its own."""
    made = build_stage(tmp_path_factory.mktemp("word"))
    made.delegate("approver_with_delegation")
    yield made
    made.database.close()


@pytest.fixture(scope="module")
def app(stage: Stage) -> Iterator[Any]:
    made = stage.app()
    yield made
    made.extensions["redogor"].database.close()


@pytest.fixture
def draft(stage: Stage) -> int:
    """A draft in which questions 1, 2 and 2a are answered, and 3 is not."""
    return opened(stage)


_NUMBERS = count(2501)


def opened(stage: Stage) -> int:
    """Another such draft, in a case of its own."""
    [submission] = stage.open(f"RS{next(_NUMBERS)}")
    stage.bring(submission, State.DRAFT)
    return submission


def exported(stage: Stage, submission: int) -> bytes:
    with stage.database.reading() as session:
        actor = stage.actor("strategist")
        return word.export_word(session, actor, submission, stage.now).data


def received(stage: Stage, submission: int, data: bytes, name: str = "svar.docx") -> int:
    """Hand a file in; its id."""
    with (
        received_file(io.BytesIO(data), name) as upload,
        stage.database.writing() as session,
    ):
        actor = stage.actor("strategist_2")
        file = word.receive_file(session, actor, submission, upload, stage.now)
        assert file.id is not None
        return file.id


def taken_in(stage: Stage, submission: int, data: bytes) -> int:
    """Hand a file in and take it in; its id."""
    file = received(stage, submission, data)
    with stage.database.writing() as session:
        word.take_in(session, stage.actor("strategist_2"), submission, file, stage.now)
    return file
