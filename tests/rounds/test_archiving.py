"""What units answered goes into the archive with the case: copies, package, verdict, weeding."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from pypdf import PdfReader

from survey_app.core.workflow import State
from survey_app.export import case_answers
from survey_app.export.verification.look import verify_package
from survey_app.export.verification.verdict import Authenticity
from survey_app.services.archives.packaging import Packing
from survey_app.services.refusal import Forbidden, WrongState
from survey_app.services.removals.weeding import remove_material, survey_material
from survey_app.services.rounds.archiving import archive_round, prepare_round
from survey_app.store.tables import FrozenRecord
from tests.rounds.asking import NUMBER, THEIRS, TOWN, Table
from tests.stage import OTHER, OWN


def archive(table: Table, by: str = "archivist") -> int:
    stage, packing = table.stage, Packing(signer=table.stage.key)
    with stage.database.reading() as session:
        prepared = prepare_round(session, stage.actor(by), NUMBER, table.id, packing)
    with stage.database.writing() as session:
        return archive_round(
            session, stage.actor(by), NUMBER, table.id, prepared, stage.now, stage.key, packing
        )


@pytest.fixture
def closed(table: Table) -> Table:
    table.open(OWN, OTHER, TOWN)
    table.handed_over()
    table.handed_over(TOWN, "town_strategist", exempel="Med å och <tecken>")
    table.send_back(TOWN, antal="Räkna om")
    table.save(TOWN, "antal", 12, 1, "town_strategist")
    table.hand_over(TOWN, "town_strategist")
    table.close()
    return table


def test_the_package_has_the_answers_and_tells_who_handed_them_over(
    closed: Table, app: Any
) -> None:
    stage = closed.stage
    stage.bring(closed.main, State.ARCHIVED)
    person = stage.sign_in(app, "archivist")
    assert f"{NUMBER}.zip" not in person.get(f"/cases/{NUMBER}").text
    assert archive(closed) == 2
    data = person.get(f"/cases/{NUMBER}/package.zip").data
    verdict = verify_package(data, stage.key.public_key)
    assert verdict.intact, verdict.findings
    assert verdict.authenticity == Authenticity.AUTHENTIC
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = package.namelist()
        records = [json.loads(package.read(name)) for name in names
                   if name.endswith("record.json")]  # fmt: skip
        [told] = [package.read(name).decode() for name in names if "metadata/preservation/premis"
                  in name and "rep1" not in name]  # fmt: skip
        mets = [package.read(name).decode() for name in names if name.endswith("METS.xml")]
        [guide] = [package.read(name).decode() for name in names if name.endswith("LASMIG.txt")]
    assert [item["content"]["unit"]["name"] for item in records] == [OWN, OTHER, TOWN]
    assert records[1]["approval"]["basis"] == "handed_over"
    assert "handing over" in told
    assert told.count("<eventType>approval</eventType>") == 1
    assert f"besvarat av {TOWN}" in guide
    for text in mets:  # SIP9, SIP15: one made the archive and hands it over
        assert text.count('ROLE="ARCHIVIST"') == 1
        assert OTHER not in text
    assert closed.breaks() == []


def test_the_order_of_archiving_makes_no_difference(closed: Table) -> None:
    stage = closed.stage
    assert archive(closed) == 2
    with pytest.raises(WrongState, match="round_not_to_archive"):
        archive(closed)
    stage.bring(closed.main, State.ARCHIVED)
    app = stage.app()
    person = stage.sign_in(app, "archivist")
    kept = person.get(f"/cases/{NUMBER}").text
    assert f"{NUMBER}.zip" in kept
    verdict = verify_package(person.get(f"/cases/{NUMBER}/package.zip").data, stage.key.public_key)
    assert verdict.intact, verdict.findings
    app.extensions["redogor"].database.close()


def test_while_a_round_is_open_the_package_waits(table: Table, app: Any) -> None:
    table.open(OTHER)
    table.stage.bring(table.main, State.ARCHIVED)
    person = table.stage.sign_in(app, "archivist")
    assert f"{NUMBER}.zip" not in person.get(f"/cases/{NUMBER}").text
    with pytest.raises(WrongState, match="round_not_to_archive"):
        archive(table)
    table.handed_over()
    table.close()
    with pytest.raises(Forbidden):
        archive(table, "strategist")
    here = f"/cases/{NUMBER}/rounds/{table.id}"
    assert "Arkivera 1 svar" in person.get(here).text
    assert person.post(f"{here}/archive").status_code == 302
    assert "Arkivera 1 svar" not in person.get(here).text
    assert f"{NUMBER}.zip" in person.get(f"/cases/{NUMBER}").text


def test_the_answer_says_that_it_was_handed_over_and_not_approved(closed: Table, app: Any) -> None:
    """In the paper, for the unit and for who asked."""
    made = closed.answers[OTHER]
    for who in ("strategist", "other_strategist"):
        person = closed.stage.sign_in(app, who)
        reply = person.get(f"/submissions/{made}/export.pdf")
        assert reply.data.startswith(b"%PDF")
        assert f"svar-{made}" in reply.headers["Content-Disposition"]
        record = person.get(f"/submissions/{made}/export.json").get_json()
        assert record["approval"]["approver"]["name"] == "other_strategist"


def test_what_led_to_it_is_weeded_by_who_asked(closed: Table) -> None:
    """Older wordings, the reason for sending back, and the contents that were kept."""
    stage, made = closed.stage, closed.answers[TOWN]
    with stage.database.reading() as session:
        material = survey_material(session, stage.actor("archivist"), made)
    assert material.counts == {"older": 1, "reasons": 1, "snapshots": 2}
    with stage.database.writing() as session:
        remove_material(
            session, stage.actor("archivist"), made, decision="Plan 1",
            shown_sha256=material.sha256, now=stage.now, signer=stage.key,
        )  # fmt: skip
    assert stage.read(made).answers["antal"].value == 12
    assert closed.rows()[made, "antal"][0] == "12"
    assert closed.breaks() == []


def test_an_answer_is_given_out_with_what_is_secret_masked(closed: Table, app: Any) -> None:
    made = closed.answers[OTHER]
    person = closed.stage.sign_in(app, "archivist")
    page = person.get(f"/submissions/{made}/giving-out").text
    assert THEIRS in page
    masks = {"mask": "answer:exempel", "reason": "Rör en enskild", "ground": "OSL 25 kap. 1 §"}
    reply = person.post(f"/submissions/{made}/giving-out", {**masks, "step": "make"})
    assert reply.status_code == 302, reply.text
    told = person.get(f"{reply.location}/json")
    text = told.text if told.status_code == 200 else person.get(reply.location).text
    assert THEIRS not in text
    assert "OSL 25 kap. 1 §" in text
    assert closed.breaks() == []


def test_the_register_tells_from_whom_and_when(closed: Table, app: Any) -> None:
    page = closed.stage.sign_in(app, "archivist").get(f"/cases/{NUMBER}/registry").text
    for unit in (OTHER, TOWN):
        assert f"Från: {unit}" in page
    assert f"Från: {OWN}" not in page, "it was asked and did not answer"


def _words(data: bytes) -> str:
    pages = PdfReader(io.BytesIO(data)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_document_of_the_case_names_each_answer_by_its_unit(closed: Table, app: Any) -> None:
    closed.stage.bring(closed.main, State.ARCHIVED)
    person = closed.stage.sign_in(app, "archivist")
    data = person.get(f"/cases/{NUMBER}/case.pdf").data
    words = _words(data)
    assert f"Svar som enheter har lämnat till {OWN} i omgångar" in words
    assert "Kort uppföljning: två enheter" in words
    for unit in (OTHER, TOWN):
        assert words.count(f"{unit}: Kort uppföljning") == 2, "in the contents and above it"
    assert f"Underlag med svar från {OWN} för en digital enkät" in words
    metadata = PdfReader(io.BytesIO(data)).metadata
    assert metadata is not None
    assert metadata.author == OWN


def test_very_many_answers_are_listed_in_it_and_whole_in_the_package(
    closed: Table, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_answers, "MOST_WHOLE", 1)
    closed.stage.bring(closed.main, State.ARCHIVED)
    person = closed.stage.sign_in(app, "archivist")
    words = _words(person.get(f"/cases/{NUMBER}/case.pdf").data)
    assert "Svaren är 2 och står inte här" in words
    assert THEIRS not in words
    with closed.stage.database.reading() as session:
        for made in (closed.answers[OTHER], closed.answers[TOWN]):
            frozen = session.get_one(FrozenRecord, made)
            assert frozen.content_sha256 in words.replace(" ", "")
    archive(closed)
    data = person.get(f"/cases/{NUMBER}/package.zip").data
    assert verify_package(data, closed.stage.key.public_key).intact
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        answers = [name for name in package.namelist() if name.endswith("answers.pdf")]
        assert THEIRS in _words(package.read(answers[1]))
