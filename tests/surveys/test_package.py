"""The archive package of a case that has a survey and nothing else."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pypdf
import pytest

from survey_app.core.workflow import Role, State
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity
from survey_app.services.archives.archive import case_package
from survey_app.services.archives.packaging import Packing
from survey_app.services.case import open_case
from survey_app.services.refusal import WrongState
from tests.stage import OWN
from tests.surveys import asking
from tests.surveys.asking import GOOD, Poll


def package(poll: Poll, *, draft: bool = False, **packing: Any) -> bytes:
    with poll.stage.database.reading() as session:
        return case_package(
            session, poll.stage.actor("archivist"), asking.NUMBER, poll.stage.now, draft=draft,
            packing=Packing(signer=poll.stage.key, **packing),
        ).data  # fmt: skip


@pytest.fixture
def alone(poll: Poll, monkeypatch: pytest.MonkeyPatch) -> Poll:
    monkeypatch.setattr(asking, "NUMBER", "RS2599")
    actor = poll.stage.actor("strategist")
    assert Role.STRATEGIST in actor.roles_in(poll.stage.units[OWN])
    with poll.stage.database.writing() as session:
        open_case(session, actor, unit_id=poll.stage.units[OWN], diary_number="RS2599",
                  title="Utvärdering", specifications=[], now=poll.stage.now,
                  for_rounds=True)  # fmt: skip
    poll.open()
    poll.cast_many(6)
    return poll


@pytest.mark.parametrize("packed_as", ["eark", "bagit"])
def test_it_verifies_and_holds_the_result_and_no_ballot(alone: Poll, packed_as: str) -> None:
    alone.close()
    alone.weed()
    data = package(alone, packed_as=packed_as)
    verdict = verify_package(data, alone.stage.key.public_key, [])
    assert verdict.findings == ()
    assert verdict.authenticity == Authenticity.AUTHENTIC
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        [result] = [name for name in names if name.endswith(".json") and "resultat" in name]
        told = json.loads(archive.read(result))
        [case] = [name for name in names if name.endswith("case.pdf")]
        pages = pypdf.PdfReader(io.BytesIO(archive.read(case))).pages
        assert "resultat" in pages[0].extract_text()
    assert told["ballots"] == 6
    assert told["sections"][1]["questions"][0]["texts"] == [GOOD] * 6


def test_while_it_is_open_there_is_no_package_but_a_draft(alone: Poll) -> None:
    with pytest.raises(WrongState):
        package(alone)
    with pytest.raises(WrongState):
        package(alone, draft=True)


def test_a_package_that_was_kept_gives_way_to_one_with_the_result(poll: Poll) -> None:
    poll.stage.bring(1, State.ARCHIVED)
    kept = package(poll)
    assert package(poll) == kept
    poll.open()
    poll.cast_many(5)
    poll.stage.now = poll.stage.now.replace(microsecond=poll.stage.now.microsecond + 1)
    poll.close()
    with zipfile.ZipFile(io.BytesIO(package(poll))) as archive:
        assert [name for name in archive.namelist() if "resultat" in name]
