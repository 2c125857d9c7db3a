"""The demo: a region, one account a role, and two cases made through the services themselves.

RS250393 is in draft with the answers of the source, and three made-up units are asked to contribute
to it; RS259999 is a practice case that has gone the
whole way; RS240001 holds a made-up questionnaire of the year before, to stand beside. Titles and
made-up addresses stand in for the persons of the source.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from survey_app.core.content import sha256_of
from survey_app.core.task import TaskState
from survey_app.core.workflow import Action, Role
from survey_app.export.enclosure_sheet import render_sheet
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts import password as passwords
from survey_app.services.accounts.confirmation import Confirmation
from survey_app.services.actor import Actor, find_actor
from survey_app.services.answer import Saved, save_answer
from survey_app.services.approvals.approval import approve, send_for_approval
from survey_app.services.approvals.delegation import grant_delegation
from survey_app.services.archives.archiving import archive_submission, prepare_archiving
from survey_app.services.attachment import attach_file
from survey_app.services.audit import Signer
from survey_app.services.case import open_case, submissions_of
from survey_app.services.comment import add_comment
from survey_app.services.contributions.contribution import ask_for_contributions, hand_over
from survey_app.services.handing_in import hand_in
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.services.specification import add_specification, find_questionnaire
from survey_app.services.submission import open_submission
from survey_app.services.task import assign_sections, change_task
from survey_app.services.upload import received_file
from survey_app.store.tables import Unit

DATA = Path(__file__).resolve().parent.parent / "demo"
DOMAIN = "demo.example"
FILES = ("gnv-2025", "statsbidrag-2025")
EARLIER = "gnv-2024-exempel"
CASE_TITLE = "Två digitala enkäter om god och nära vård 2025 till Socialstyrelsen"
AUTHORITY = "Socialstyrelsen, registrator@socialstyrelsen.example"
REQUEST = "svar på två digitala enkäter om god och nära vård 2025 (dnr 72505/2025)"

PEOPLE: tuple[tuple[str, str, Role], ...] = (
    ("strateg", "Hälso- och sjukvårdsstrateg", Role.STRATEGIST),
    ("strateg2", "Hälso- och sjukvårdsstrateg 2", Role.STRATEGIST),
    ("direktor", "Hälso- och sjukvårdsdirektör", Role.APPROVER),
    ("arkivarie", "Arkivarie", Role.ARCHIVIST),
    ("admin", "Administratör", Role.ADMINISTRATOR),
)

CONTRIBUTORS: tuple[tuple[str, str], ...] = (
    ("sjukhus", "Exempelsjukhuset"),
    ("kommun", "Exempelkommunen"),
    ("forening", "Föreningen Exempel"),
)
"""Made-up units that are asked for contributions, each with one person."""


@dataclass(slots=True)
class DemoStage:
    """What every part of the making needs. Time goes on by a minute a step."""

    session: Session
    signer: Signer
    moment: datetime.datetime
    people: dict[str, Actor]
    data: Path = DATA

    def tick(self) -> datetime.datetime:
        self.moment += datetime.timedelta(seconds=20)
        return self.moment

    def read(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.data / f"{name}.json").read_text("utf-8"))
        return found


def make_demo(
    session: Session,
    signer: Signer,
    specifications: dict[str, str],
    now: datetime.datetime,
    hash_password: Callable[[str], str] = passwords.hash_password,
) -> list[dict[str, str]] | None:
    """Make the demo in an empty database; None if there is a unit already.

    specifications  the text of each questionnaire by its id
    now             when the demo shall seem to have been archived
    Returns the accounts: ``role``, ``email``, ``password``.
    """
    if session.exec(select(Unit)).first() is not None:
        return None
    unit = Unit(name="Region Halland", organisation_number="232100-0115")
    session.add(unit)
    session.flush()
    assert unit.id is not None
    told, people = _make_people(session, unit.id, hash_password)
    units = _make_contributors(session, told, people, hash_password)
    stage = DemoStage(session, signer, now - datetime.timedelta(hours=3), people)
    _delegate(stage, unit.id)
    hashes = [add_specification(session, specifications[name], stage.tick()) for name in FILES]
    draft = _make_draft(stage, unit.id, hashes)
    _make_practice(stage, unit.id, hashes)
    _make_earlier(stage, unit.id)
    _ask_for_contributions(stage, draft, units)
    return told


def _make_people(
    session: Session, unit_id: int, hash_password: Callable[[str], str]
) -> tuple[list[dict[str, str]], dict[str, Actor]]:
    told: list[dict[str, str]] = []
    people: dict[str, Actor] = {}
    for name, title, role in PEOPLE:
        make_person(session, told, people, name, title, unit_id, role, hash_password)
    return told, people


def make_person(
    session: Session, told: list[dict[str, str]], people: dict[str, Actor], name: str, title: str,
    unit_id: int, role: Role, hash_password: Callable[[str], str],
) -> None:  # fmt: skip
    """Somebody with a role in a unit, added to the accounts that are ``told`` and to the people."""
    email, password = f"{name}@{DOMAIN}", accounts.make_password()
    account = accounts.open_account(
        session, email=email, name=title, title=title, password_hash=hash_password(password)
    )
    assert account.id is not None
    accounts.add_membership(session, account.id, unit_id, role)
    actor = find_actor(session, account.id)
    assert actor is not None
    people[name] = actor
    told.append({"role": title, "email": email, "password": password})


def _make_contributors(
    session: Session, told: list[dict[str, str]], people: dict[str, Actor],
    hash_password: Callable[[str], str],
) -> list[int]:  # fmt: skip
    """The other units, with the same administrator; their ids."""
    made = []
    for name, title in CONTRIBUTORS:
        unit = Unit(name=title)
        session.add(unit)
        session.flush()
        assert unit.id is not None
        made.append(unit.id)
        make_person(session, told, people, name, f"Handläggare, {title}", unit.id,
                     Role.STRATEGIST, hash_password)  # fmt: skip
        admin = people["admin"].account_id
        accounts.add_membership(session, admin, unit.id, Role.ADMINISTRATOR)
    return made


def _ask_for_contributions(stage: DemoStage, draft: int, units: list[int]) -> None:
    """Three are asked; the first has handed over, the others have it before them."""
    asked = stage.read("contributions")
    made = ask_for_contributions(
        stage.session, stage.people["strateg"], draft, units=units,
        questions=list(asked["questions"]),
        until=stage.moment.date() + datetime.timedelta(days=14), note=asked["note"],
        now=stage.tick(), today=stage.moment.date(), signer=stage.signer,
    )  # fmt: skip
    first = stage.people[CONTRIBUTORS[0][0]]
    for question, value in asked["questions"].items():
        save_answer(stage.session, first, made[0], question, value, None, 0, stage.tick())
    hand_over(stage.session, first, made[0], stage.tick(), stage.signer)


def _delegate(stage: DemoStage, unit_id: int) -> None:
    first = stage.moment.date().replace(month=1, day=1)
    grant_delegation(
        stage.session,
        stage.people["admin"],
        account_id=stage.people["direktor"].account_id,
        unit_id=unit_id,
        decision="Delegationsordning för regionstyrelsen, exempelpunkt 4.2",
        valid_from=first,
        valid_to=first.replace(year=first.year + 2) - datetime.timedelta(days=1),
    )


def _open(stage: DemoStage, unit_id: int, hashes: list[str], number: str, title: str,
          *, practice: bool) -> list[int]:  # fmt: skip
    case = open_case(
        stage.session, stage.people["strateg"], unit_id=unit_id, diary_number=number,
        title=title, specifications=hashes, now=stage.tick(), practice=practice,
    )  # fmt: skip
    assert case.id is not None
    register_document(
        stage.session, stage.people["arkivarie"], number, kind="request", direction="in",
        day=stage.moment.date(), counterpart=AUTHORITY, subject=REQUEST, secrecy=Secrecy(),
        upload=None, now=stage.tick(), today=stage.moment.date(), signer=stage.signer,
    )  # fmt: skip
    return submissions_of(stage.session, case.id)


def _make_draft(stage: DemoStage, unit_id: int, hashes: list[str]) -> int:
    ids = _open(stage, unit_id, hashes, "RS250393", CASE_TITLE, practice=False)
    for submission_id, name in zip(ids, FILES, strict=True):
        _fill_in(stage, submission_id, stage.read(name)["answers"])
    _share_work(stage, ids[0])
    return ids[0]


def _share_work(stage: DemoStage, submission_id: int) -> None:
    """Some of the draft's questions have an owner and a day; two are ready, one is asked about."""
    first, second = stage.people["strateg"], stage.people["strateg2"]
    for actor, owner, section, days in (
        (first, first, "delaktighet", 14),
        (first, second, "psykisk-ohalsa", 21),
        (second, second, "vardplatser", 7),
    ):
        assign_sections(
            stage.session, actor, submission_id, [section], owner=owner.account_id,
            due=stage.moment.date() + datetime.timedelta(days=days), only_free=True,
            now=stage.tick(),
        )  # fmt: skip
    for actor, question in ((first, "19"), (second, "42")):
        change_task(
            stage.session, actor, submission_id, question, owner=actor.account_id,
            due=stage.moment.date() + datetime.timedelta(days=7), mark=TaskState.READY,
            version=1, now=stage.tick(),
        )  # fmt: skip
    told = f"@{first.name} är det här hela underlaget, eller väntar vi på mer?"
    add_comment(stage.session, second, submission_id, "22", told, stage.tick())


def _make_practice(stage: DemoStage, unit_id: int, hashes: list[str]) -> None:
    title = f"Övningsärende: {CASE_TITLE}"
    ids = _open(stage, unit_id, hashes, "RS259999", title, practice=True)
    for submission_id, name in zip(ids, FILES, strict=True):
        demo = stage.read(name)
        _fill_in(stage, submission_id, demo["answers"] | demo["practice"])
        _go_the_whole_way(stage, submission_id, demo["approver"])


def _make_earlier(stage: DemoStage, unit_id: int) -> None:
    """Last year's answers: questionnaire and answers are made up, and say so."""
    told = stage.read(EARLIER)
    body = json.dumps(told["specification"], ensure_ascii=False, indent=2)
    sha256 = add_specification(stage.session, body, stage.tick())
    case = open_case(
        stage.session, stage.people["strateg"], unit_id=unit_id, diary_number="RS240001",
        title="Påhittat exempel: svar för 2024", specifications=[sha256], now=stage.tick(),
    )  # fmt: skip
    assert case.id is not None
    [submission_id] = submissions_of(stage.session, case.id)
    _fill_in(stage, submission_id, told["answers"])
    _go_the_whole_way(stage, submission_id, told["approver"])


def _fill_in(stage: DemoStage, submission_id: int, answers: dict[str, Any]) -> None:
    """Save answers as two strategists would, in turn; files by the name of their enclosure."""
    for turn, (question, told) in enumerate(answers.items()):
        actor = stage.people["strateg2" if turn % 3 == 2 else "strateg"]
        value, files = _without_files(told["value"])
        version = 0
        if value is not None or told.get("blank") is not None or not files:
            saved = save_answer(
                stage.session, actor, submission_id, question, value, told.get("blank"),
                version, stage.tick(), derived=bool(told.get("derived")),
            )  # fmt: skip
            assert isinstance(saved, Saved)
            version = saved.version
        for enclosure in files:
            version = _attach(stage, actor, submission_id, question, enclosure, version)


def _without_files(value: Any) -> tuple[Any, list[str]]:
    if not isinstance(value, dict) or "files" not in value:
        return value, []
    names = [entry["enclosure"] for entry in value["files"]]
    return {"files": [], "text": value.get("text", "")}, names


def _attach(
    stage: DemoStage, actor: Actor, submission_id: int, question: str, enclosure: str, version: int
) -> int:
    sheets = {sheet["id"]: sheet for sheet in stage.read("enclosures")["enclosures"]}
    sheet = sheets[enclosure]
    data = render_sheet(sheet, mark="Exempelbilaga", author="Region Halland")
    with received_file(io.BytesIO(data), sheet["file_name"]) as upload:
        saved = attach_file(
            stage.session, actor, submission_id, question, None, upload, version, stage.tick()
        )
    assert isinstance(saved, Saved)
    return saved.version


def _go_the_whole_way(stage: DemoStage, submission_id: int, fields: dict[str, Any]) -> None:
    session, people = stage.session, stage.people
    send_for_approval(session, people["strateg"], submission_id, stage.tick(), stage.signer)
    director = people["direktor"]
    shown = open_submission(session, director, submission_id, Action.APPROVE)
    moment = stage.tick()
    approve(
        session, director, submission_id,
        shown_sha256=sha256_of(shown.content()), fields=fields, own_work_reason="",
        confirmation=Confirmation(director.account_id, moment), now=moment,
        today=moment.date(), signer=stage.signer,
    )  # fmt: skip
    moment = stage.tick()
    hand_in(
        session, people["strateg"], submission_id, day=moment.date(),
        receipt_number=f"EXEMPEL-{submission_id:04d}", receipt=None, now=moment,
        today=moment.date(), signer=stage.signer,
    )  # fmt: skip
    prepared = prepare_archiving(session, people["arkivarie"], submission_id)
    archive_submission(
        session, people["arkivarie"], submission_id, prepared, stage.tick(), stage.signer
    )


def specifications_in(
    files: list[Path], session: Session, now: datetime.datetime
) -> dict[str, str]:
    """The texts of questionnaire files by the questionnaire's id."""
    found = {}
    for path in files:
        body = path.read_text("utf-8")
        found[find_questionnaire(session, add_specification(session, body, now)).id] = body
    return found
