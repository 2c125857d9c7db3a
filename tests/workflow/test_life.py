"""The whole life of a submission, by the services and by HTTP."""

from __future__ import annotations

import json
from pathlib import Path

from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.content import sha256_of
from survey_app.core.workflow import State
from survey_app.services.audit import verify_chain
from survey_app.store.tables import Event, StoredCopy
from tests.conftest import GRANT, Installation, Person
from tests.days import swedish_today
from tests.stage import Stage

AREAS = ("kontinuitet", "tillganglighet", "forebyggande", "habiliterande", "personcentrering",
         "planering", "kompetens", "landsbygd")  # fmt: skip


def test_whole_life(stage: Stage) -> None:
    first, second = stage.open("RS2501", count=2)
    for submission in (first, second):
        stage.bring(submission, State.HANDED_IN)
    stage.archive(first)
    with stage.database.reading() as session:
        copies = session.execute(select(col(StoredCopy.kind))).scalars().all()
        assert sorted(copies) == ["json", "pdf"], "the package waits for the last submission"
    stage.archive(second)
    with stage.database.reading() as session:
        kinds = session.execute(select(col(StoredCopy.kind))).scalars().all()
        assert sorted(kinds) == ["json", "json", "pdf", "pdf", "zip"]
        events = session.execute(
            select(col(Event.kind)).where(col(Event.submission_id) == first).order_by(Event.id)
        ).scalars()
        assert list(events) == ["sent", "approved", "handed_in", "archived"]
        assert verify_chain(session, 1, stage.key) == []


def test_whole_life_by_http(installation: Installation, tmp_path: Path) -> None:
    """The grant's own form: strategist, director, strategist, archivist; then what was kept."""
    strateg, director = installation.person("strateg"), installation.person("direktor")
    for question, value in (
        ("rekvirerat", "90 296 880"), ("glesbygdsbidrag", "0"),
        ("utvecklingsomraden", dict.fromkeys(AREAS, "nej")),
        ("glesbygd", "nej"), ("bedomning-syfte", "varken"),
    ):  # fmt: skip
        version = strateg.version(GRANT, question)
        reply = strateg.save(GRANT, question, value, version)
        assert reply.status_code == 200, reply.text
    page = strateg.post(f"/submissions/{GRANT}/sending")
    if page.status_code == 422:
        _answer_what_is_left(strateg)
        page = strateg.post(f"/submissions/{GRANT}/sending")
    assert page.status_code == 302, page.text
    shown = director.submission(GRANT)["content_sha256"]
    reply = _attest(installation, shown)
    assert reply.status_code == 302, reply.text
    assert strateg.submission(GRANT)["content_sha256"] == shown
    form = {"day": swedish_today().isoformat(), "receipt_number": "A-17"}
    assert strateg.post(f"/submissions/{GRANT}/handing-in", form).status_code == 302
    archivist = installation.person("arkivarie")
    assert archivist.post(f"/submissions/{GRANT}/archiving").status_code == 302
    record = archivist.get(f"/submissions/{GRANT}/export.json")
    document = json.loads(record.data)
    assert sha256_of(document["content"]) == document["approval"]["content_sha256"] == shown
    assert document["approval"]["fields"]["godkannande-befattning"] == "Direktör"


def _answer_what_is_left(strateg: Person) -> None:
    """Give a reason for whatever the form still asks for."""
    for problem in strateg.submission(GRANT)["problems"]:
        if problem["severity"] != "warning":
            question = problem["question"]
            version = strateg.version(GRANT, question)
            blank = {"code": "reason", "text": "Inte aktuellt"}
            reply = strateg.save(GRANT, question, None, version, blank=blank)
            assert reply.status_code == 200, reply.text


def _attest(installation: Installation, shown: str, **changed: str) -> TestResponse:
    password = installation.accounts["direktor"]["password"]
    fields = {"intyg": "1", "namn": "Direktören", "befattning": "Direktör",
              "telefon": "035-000 00 00", "epost": "direktor@demo.example"}  # fmt: skip
    form = {f"q.godkannande-{key}": value for key, value in fields.items()}
    form |= {f"q.godkannande-{key}.version": "0" for key in fields}
    form |= {"password": password, "content_sha256": shown, **changed}
    form = {key: value for key, value in form.items() if value != "-"}
    return installation.person("direktor").post(f"/submissions/{GRANT}/approval", form)
