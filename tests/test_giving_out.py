"""Giving out: copies under masks and decisions not to, from the page to the log."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlmodel import col
from werkzeug.test import TestResponse

from survey_app.core.workflow import State
from survey_app.export.copy import masking
from survey_app.export.copy.masking import Mask
from survey_app.export.pdf.words import read_words
from survey_app.services.audit import verify_chain
from survey_app.services.refusal import Forbidden, Invalid, NotFound, Refused, WrongState
from survey_app.services.register.chain import given_digest
from survey_app.services.register.giving_out import give_out, list_given, refuse
from survey_app.store.engine import sqlite_module
from survey_app.store.tables import AuditEntry, Case, Event, FrozenRecord, GivenCopy
from survey_app.web.wording.concerns import CONCERNS

from .conftest import Person
from .stage import PDF_BYTES, Stage, build_stage

NUMBER = "RS250001"
CASE = f"/cases/{NUMBER}/giving-out"
MASKS = [Mask("answer:2", "Skälet", "OSL 25 kap. 1 §"),
         Mask("passage:1", "Skälet", "OSL 21 kap. 3 §", ("gjort mycket",))]  # fmt: skip
FORM = {"mask": ["answer:2", "approval:name", "approval:email"], "passages.q-1": "gjort mycket",
        "reason": "Skälet", "ground": "OSL 25 kap. 1 §",
        "ground.q-1": "OSL 21 kap. 3 §"}  # fmt: skip
DECISION = {"what": "Svaret på fråga 1", "reasons": "Rör en enskild.",
            "ground": "OSL 25 kap. 1 §", "decided_by": "Arkivarie"}  # fmt: skip


@dataclass
class Desk:
    """An archivist with a submission that is handed in."""

    stage: Stage
    app: Flask
    archivist: Person
    submission: int

    @property
    def url(self) -> str:
        return f"/submissions/{self.submission}/giving-out"

    def post(self, step: str, **more: object) -> TestResponse:
        return self.archivist.post(self.url, {**FORM, "step": step, **more})

    def give(self, by: str = "archivist", masks: list[Mask] | None = None) -> int:
        with self.stage.database.writing() as session:
            row = give_out(
                session, self.stage.actor(by), self.submission, MASKS if masks is None else masks,
                now=self.stage.now, signer=self.stage.key,
            )  # fmt: skip
            assert row.id is not None
            return row.id

    def refuse(self, by: str = "archivist", **more: str) -> int:
        with self.stage.database.writing() as session:
            row = refuse(
                session, self.stage.actor(by), NUMBER, {**DECISION, **more}, self.stage.now,
                self.stage.key,
            )  # fmt: skip
            assert row.id is not None
            return row.id

    def rows(self) -> list[GivenCopy]:
        with self.stage.database.reading() as session:
            return list(session.execute(select(GivenCopy)).scalars())

    def breaks(self) -> list[object]:
        with self.stage.database.reading() as session:
            return list(verify_chain(session, 1, self.stage.key))


@pytest.fixture(scope="module")
def first_desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Any]]:
    stage = build_stage(tmp_path_factory.mktemp("giving-out"))
    [submission] = stage.open(NUMBER)
    stage.bring(submission, State.HANDED_IN)
    app = stage.app()
    desk = Desk(stage, app, stage.sign_in(app, "archivist"), submission)
    snapshot = sqlite_module().connect(":memory:")
    with contextlib.closing(sqlite_module().connect(path_of(stage))) as source:
        source.backup(snapshot)
    yield desk, snapshot
    snapshot.close()
    for database in (stage.database, app.extensions["redogor"].database):
        database.close()


@pytest.fixture
def desk(first_desk: tuple[Desk, Any]) -> Iterator[Desk]:
    """The desk; what a test did to it is undone."""
    found, snapshot = first_desk
    yield found
    with contextlib.closing(sqlite_module().connect(path_of(found.stage))) as target:
        snapshot.backup(target)


def path_of(stage: Stage) -> str:
    return stage.database.url.removeprefix("sqlite:///")


def summary(reply: TestResponse) -> list[tuple[str, str]]:
    """The error summary: where each link leads, and what it says."""
    found = re.search(r'id="problem-summary".*?</div>', reply.text, re.S)
    assert found, reply.text
    return re.findall(r'href="#([^"]*)">([^<]*)</a>', found[0])


def test_the_whole_way_through_the_pages(desk: Desk) -> None:
    """Choose, read, make, download; the files are what the log says."""
    assert "Lämna ut en kopia" in desk.archivist.get(f"/submissions/{desk.submission}").text
    page = desk.archivist.get(desk.url)
    assert page.status_code == 200
    preview = desk.post("preview")
    assert preview.status_code == 200
    assert "Vi har <mark>[maskerat: 1]</mark>." in preview.text
    assert "Visa ändå: Fråga 2a" in preview.text
    assert desk.rows() == []
    made = desk.post("make")
    assert made.status_code == 302
    shown = desk.archivist.get(made.location)
    assert "Godkännarens namn" in shown.text
    [row] = desk.rows()
    for kind, sha256 in (("pdf", row.pdf_sha256), ("json", row.json_sha256),
                         ("zip", row.zip_sha256)):  # fmt: skip
        file = desk.archivist.get(f"{made.location}/{kind}")
        assert hashlib.sha256(file.data).hexdigest() == sha256
        assert f"{NUMBER}-kopia-1.{kind}" in file.headers["Content-Disposition"]
        assert sha256 in shown.text


def test_what_is_masked_is_nowhere_and_the_log_does_not_hold_it(desk: Desk) -> None:
    desk.give()
    [row] = desk.rows()
    with desk.stage.database.reading() as session:
        [given] = list_given(session, desk.stage.actor("archivist"), NUMBER)
        facts = session.execute(select(col(AuditEntry.facts))).scalars().all()
        record = session.get(FrozenRecord, desk.submission)
        assert record is not None
    said = desk.archivist.get(f"{CASE}/1/json").text
    bundle = zipfile.ZipFile(io.BytesIO(desk.archivist.get(f"{CASE}/1/zip").data))
    words = read_words(desk.archivist.get(f"{CASE}/1/pdf").data)
    assert bundle.namelist() == ["kopia.pdf", "kopia.json", "copy.schema.json"]
    for text in (said, words, row.masks, *facts):
        assert "gjort mycket" not in text
    for sha256 in (record.sha256, record.content_sha256, hashlib.sha256(PDF_BYTES).hexdigest()):
        assert sha256 not in said
        assert sha256 not in words
    assert "underlag.pdf" not in said + words
    assert [(mask["target"], mask["follows"]) for mask in given.masks] == [
        ("passage:1", None), ("answer:2", None), ("answer:2a", 2),
    ]  # fmt: skip


def test_it_is_logged_and_the_chain_holds(desk: Desk) -> None:
    desk.give()
    desk.refuse(addressee="En som frågade")
    assert desk.breaks() == []
    with desk.stage.database.reading() as session:
        entries = session.execute(select(AuditEntry).order_by(col(AuditEntry.number))).scalars()
        last = [(entry.kind, json.loads(entry.facts)) for entry in entries][-2:]
        events = session.execute(select(Event).order_by(col(Event.id))).scalars().all()
        case = session.get(Case, 1)
        assert case is not None
    copy, refusal = desk.rows()
    assert [kind for kind, _ in last] == ["copy_given", "giving_out_refused"]
    assert last[0][1] == {
        "submission": desk.submission, "event": events[-1].id, "given_copy": copy.id,
        "pdf": copy.pdf_sha256, "json": copy.json_sha256, "zip": copy.zip_sha256,
        "row": given_digest(copy),
    }  # fmt: skip
    assert last[1][1] == {
        "given_copy": refusal.id, "pdf": refusal.pdf_sha256, "row": given_digest(refusal)
    }  # fmt: skip
    assert events[-1].kind == "copy_given"
    page = desk.archivist.get(f"/submissions/{desk.submission}").text
    assert "Kopia med maskerade uppgifter gjord" in page


def test_a_case_can_be_archived_after_a_copy_was_given(desk: Desk) -> None:
    """The archive's package tells the submission's own life; giving out is in the list."""
    desk.give()
    desk.stage.archive(desk.submission)
    assert desk.archivist.get(f"/cases/{NUMBER}/package.zip").status_code == 200
    desk.give()
    assert desk.archivist.get(f"/cases/{NUMBER}/package.zip").status_code == 200
    assert desk.breaks() == []


@pytest.mark.parametrize(
    "changed",
    [
        {"masks": "[]"},
        {"submission_id": None},
        {"actor_id": 1},
        {"at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"kind": "refusal"},
        {"zip_sha256": None},
        None,
    ],
    ids=lambda changed: "deleted" if changed is None else next(iter(changed)),
)
def test_a_changed_row_of_the_log_is_not_what_the_chain_says(
    desk: Desk, changed: dict[str, object] | None
) -> None:
    desk.give()
    assert desk.breaks() == []
    with desk.stage.database.writing() as session:
        row = session.execute(select(GivenCopy)).scalar_one()
        if changed is None:
            session.delete(row)
        for name, value in (changed or {}).items():
            setattr(row, name, value)
    assert "changed_register" in {found.code for found in desk.breaks()}


def test_a_row_that_no_link_names_is_found(desk: Desk) -> None:
    desk.give()
    with desk.stage.database.writing() as session:
        row = session.execute(select(GivenCopy)).scalar_one()
        session.add(GivenCopy(**row.model_dump(exclude={"id"})))
    assert {found.code for found in desk.breaks()} == {"unlinked_register"}


def test_nobody_is_asked_who_wants_it(desk: Desk) -> None:
    """TF 2 kap. 18 §: no field of the page, no column of the table."""
    fields = set(re.findall(r'name="([^"]+)"', desk.archivist.get(desk.url).text))
    assert {name.partition(".")[0] for name in fields} <= {
        "viewport", "csrf-token", "color-scheme", "csrf_token", "next", "language",
        "mask", "passages", "reason", "ground", "step",
    }  # fmt: skip
    assert set(GivenCopy.model_fields) == {
        "id", "case_id", "submission_id", "kind", "at", "actor_id", "masks", "pdf_sha256",
        "json_sha256", "zip_sha256",
    }  # fmt: skip


def test_nothing_is_lost_on_an_error(desk: Desk) -> None:
    reply = desk.post("preview", **{"passages.q-1": "gjort mycket\nfinns inte så", "reason": ""})
    assert reply.status_code == 422
    told = summary(reply)
    assert ("reason", "Skriv skälet till maskeringen.") in told
    assert ("passages.q-1", "”finns inte så” står inte så i svaret. "
            "Kopiera texten precis som den står.") in told  # fmt: skip
    for name in ("reason", "passages.q-1"):
        assert f'id="{name}"' in reply.text
        assert re.search(rf'id="{re.escape(name)}"[^>]*aria-invalid="true"', reply.text)
    text = html.unescape(reply.text)
    assert "gjort mycket\nfinns inte så</textarea>" in text
    assert 'value="OSL 21 kap. 3 §"' in text
    assert re.search(r'value="answer:2" checked', text)
    assert desk.rows() == []


def test_the_form_comes_back_as_it_was(desk: Desk) -> None:
    """From the preview one can go back and change, and what was decided there is kept."""
    reply = desk.post("edit", show="answer:2a")
    assert reply.status_code == 200
    assert re.search(r'value="approval:name" checked', reply.text)
    assert '<input type="hidden" name="show" value="answer:2a">' in reply.text


@pytest.mark.parametrize(
    ("form", "status", "field"),
    [
        ({"mask": [], "passages.q-1": ""}, 422, "questions"),
        ({"mask": ["answer:nix"]}, 422, "questions"),
        ({"mask": ["section:a"], "passages.q-1": ""}, 422, "questions"),
        ({"ground": ""}, 422, "ground"),
    ],
)
def test_what_cannot_be_made(desk: Desk, form: dict[str, object], status: int, field: str) -> None:
    reply = desk.post("make", **form)
    assert reply.status_code == status
    assert field in [name for name, _ in summary(reply)]
    assert desk.rows() == []


def test_what_may_tell_has_to_be_confirmed(desk: Desk) -> None:
    reply = desk.post("make", show="answer:2a")
    assert reply.status_code == 422
    assert "Fråga 2a visas, men det röjer svaret" in reply.text
    assert summary(reply)[0][0] == "confirmed"
    assert desk.rows() == []
    assert desk.post("make", show="answer:2a", confirmed="1").status_code == 302
    said = json.loads(desk.archivist.get(f"{CASE}/1/json").text)
    assert [file["name"] for file in said["content"]["enclosures"]] == ["underlag.pdf"]
    bundle = zipfile.ZipFile(io.BytesIO(desk.archivist.get(f"{CASE}/1/zip").data))
    assert bundle.read("bilagor/01-underlag.pdf") == PDF_BYTES


def test_the_list_tells_when_who_what_and_why(desk: Desk) -> None:
    desk.give()
    desk.refuse()
    page = html.unescape(desk.archivist.get(CASE).text)
    for said in ("Kopia 1", "Beslut 2 att inte lämna ut", "archivist", "Fråga 2: Skälet",
                 "OSL 21 kap. 3 §", "Svaret på fråga 1"):  # fmt: skip
        assert said in page
    assert CASE in desk.archivist.get(f"/cases/{NUMBER}").text
    stranger = desk.stage.sign_in(desk.app, "strategist")
    assert CASE not in stranger.get(f"/cases/{NUMBER}").text


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("strategist", Forbidden),
        ("approver_with_delegation", Forbidden),
        ("administrator", NotFound),
        ("other_archivist", NotFound),
    ],
)
def test_only_the_units_archivist(desk: Desk, who: str, error: type[Refused]) -> None:
    with pytest.raises(error):
        desk.give(who)
    with pytest.raises(error):
        desk.refuse(who)
    with desk.stage.database.reading() as session, pytest.raises(error):
        list_given(session, desk.stage.actor(who), NUMBER)
    assert desk.rows() == []


def test_a_draft_has_nothing_to_give_out(desk: Desk) -> None:
    [draft] = desk.stage.open("RS250002")
    with desk.stage.database.writing() as session, pytest.raises(WrongState):
        give_out(session, desk.stage.actor("archivist"), draft, MASKS, now=desk.stage.now,
                 signer=desk.stage.key)  # fmt: skip


def test_a_copy_without_masks_is_no_copy_under_masks(desk: Desk) -> None:
    with pytest.raises(Invalid, match="nothing_masked"):
        desk.give(masks=[])


def test_a_decision_is_written_kept_and_says_how_to_appeal(desk: Desk) -> None:
    url = f"{CASE}/refusal"
    assert desk.archivist.get(url).status_code == 200
    reply = desk.archivist.post(url, {**DECISION, "addressee": "E. Frågare, Brevgatan"})
    assert reply.status_code == 302
    [row] = desk.rows()
    assert (row.kind, row.json_sha256, row.zip_sha256) == ("refusal", None, None)
    words = read_words(desk.archivist.get(f"{reply.location}/pdf").data)
    for said in (*DECISION.values(), "E. Frågare, Brevgatan", "kammarrätten", "tre veckor",
                 "Region Egen avslår"):  # fmt: skip
        assert said in words
    page = desk.archivist.get(reply.location).text
    assert "Rör en enskild." in page
    assert "Frågare" not in page + row.masks
    assert desk.archivist.get(f"{reply.location}/json").status_code == 404


def test_a_decision_that_lacks_something_comes_back(desk: Desk) -> None:
    reply = desk.archivist.post(f"{CASE}/refusal", {**DECISION, "reasons": " ", "ground": ""})
    assert reply.status_code == 422
    assert [name for name, _ in summary(reply)] == ["reasons", "ground"]
    assert "Svaret på fråga 1</textarea>" in reply.text
    assert 'aria-describedby="reasons-help reasons-error"' in reply.text
    assert desk.rows() == []


def test_every_concern_has_a_sentence() -> None:
    source = Path(masking.__file__).read_text(encoding="utf-8")
    assert set(CONCERNS) == set(re.findall(r'Concern\(\s*"(\w+)"', source))
    for sentence in CONCERNS.values():
        assert sentence.endswith(".")
