"""A small world for tests of rights and life: two units, a person for every part, a short form.

All is made through the services. Everybody's password is ``PASSWORD``.
"""

from __future__ import annotations

import datetime
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session

from survey_app import create_app
from survey_app.config import Settings, read_settings
from survey_app.core.content import sha256_of
from survey_app.core.workflow import Action, Role, State
from survey_app.export.copy.masking import Mask
from survey_app.services import word
from survey_app.services.accounts import account as accounts
from survey_app.services.accounts.confirmation import Confirmation
from survey_app.services.actor import Actor, find_actor
from survey_app.services.answer import Saved, Stale, save_answer
from survey_app.services.approvals.approval import approve, send_for_approval, withdraw
from survey_app.services.approvals.delegation import grant_delegation
from survey_app.services.approvals.endorsing import endorse
from survey_app.services.approvals.order import set_order
from survey_app.services.approvals.returning import return_questions
from survey_app.services.approvals.stand_in import name_stand_in
from survey_app.services.archives.archiving import archive_submission, prepare_archiving
from survey_app.services.attachment import attach_file
from survey_app.services.case import correct_submission, open_case, submissions_of
from survey_app.services.completion import open_completion
from survey_app.services.extension import extend_deadline
from survey_app.services.handing_in import hand_in
from survey_app.services.keys.key import InstallationKey, open_key
from survey_app.services.mail.notice import swedish_day
from survey_app.services.register.giving_out import give_out, refuse
from survey_app.services.register.registration import Secrecy, register_document
from survey_app.services.specification import add_specification
from survey_app.services.submission import Dossier, open_submission
from survey_app.services.transcription import Transcription, tick_fields
from survey_app.services.upload import received_file
from survey_app.store.engine import Database
from survey_app.store.tables import FrozenRecord, Unit

from .bare_database import lay_tables
from .conftest import CHEAP, Person, sign_in
from .databases import database_for
from .short_form import QUESTIONNAIRE
from .word.filling import filled

PASSWORD = "lösenord-för-prov"
OWN, OTHER = "Region Egen", "Region Annan"
PDF_BYTES = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

PEOPLE: dict[str, tuple[str, Role]] = {
    "strategist": (OWN, Role.STRATEGIST),
    "strategist_2": (OWN, Role.STRATEGIST),
    "approver_with_delegation": (OWN, Role.APPROVER),
    "approver_without_delegation": (OWN, Role.APPROVER),
    "archivist": (OWN, Role.ARCHIVIST),
    "administrator": (OWN, Role.ADMINISTRATOR),
    "other_strategist": (OTHER, Role.STRATEGIST),
    "other_approver": (OTHER, Role.APPROVER),
    "other_archivist": (OTHER, Role.ARCHIVIST),
    "other_administrator": (OTHER, Role.ADMINISTRATOR),
}


def address(name: str) -> str:
    """The e-mail address of one of the people."""
    return f"{name.replace('_', '-')}@demo.example"


@dataclass
class Stage:
    """An installation with its people, and what they do, each in a transaction of its own.

    Time stands still unless a test moves ``now``.
    """

    settings: Settings
    database: Database
    key: InstallationKey
    now: datetime.datetime
    units: dict[str, int] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    specification: str = ""

    @property
    def today(self) -> datetime.date:
        """The day in Sweden."""
        return swedish_day(self.now)

    def actor(self, name: str) -> Actor:
        """Somebody, with the roles that they have now."""
        with self.database.reading() as session:
            found = find_actor(session, self.accounts[name])
        assert found is not None
        return found

    def sign_in(self, app: Any, name: str) -> Person:
        """Somebody's signed-in client."""
        return sign_in(app, address(name), PASSWORD)

    def open(self, number: str, by: str = "strategist", count: int = 1) -> list[int]:
        """A new case; the ids of its submissions."""
        actor = self.actor(by)
        with self.database.writing() as session:
            case = open_case(
                session, actor, unit_id=self.units[PEOPLE[by][0]], diary_number=number,
                title="Ärende", specifications=[self.specification] * count, now=self.now,
            )  # fmt: skip
            assert case.id is not None
            return submissions_of(session, case.id)

    def save(
        self, submission: int, question: str, value: object, version: int, by: str = "strategist",
        blank: object = None,
    ) -> Saved | Stale:  # fmt: skip
        with self.database.writing() as session:
            return save_answer(
                session, self.actor(by), submission, question, value, blank, version, self.now
            )

    def attach(self, submission: int, question: str, version: int, by: str = "strategist") -> None:
        with (
            received_file(io.BytesIO(PDF_BYTES), "underlag.pdf") as upload,
            self.database.writing() as session,
        ):
            attach_file(
                session, self.actor(by), submission, question, None, upload, version, self.now
            )

    def send(self, submission: int, by: str = "strategist") -> None:
        with self.database.writing() as session:
            send_for_approval(session, self.actor(by), submission, self.now, self.key)

    def withdraw(self, submission: int, by: str = "strategist") -> None:
        with self.database.writing() as session:
            withdraw(session, self.actor(by), submission, self.now, self.key)

    def send_back(
        self, submission: int, reasons: Mapping[str, str], by: str = "approver_with_delegation",
        *, shown_sha256: str | None = None,
    ) -> None:  # fmt: skip
        with self.database.writing() as session:
            return_questions(
                session, self.actor(by), submission, reasons, self.now, self.today, self.key,
                shown_sha256=self.shown(submission, by) if shown_sha256 is None else shown_sha256,
            )  # fmt: skip

    def read(self, submission: int, by: str = "strategist") -> Dossier:
        with self.database.reading() as session:
            return open_submission(session, self.actor(by), submission, Action.READ)

    def shown(self, submission: int, by: str = "approver_with_delegation") -> str:
        """The hash of the content as it would be shown now."""
        return sha256_of(self.read(submission, by).content())

    def approve(
        self, submission: int, by: str = "approver_with_delegation", *,
        shown_sha256: str | None = None, reason: str = "", fields: dict[str, object] | None = None,
        confirmed_by: str | None = None, confirmed: datetime.datetime | None = None,
        today: datetime.date | None = None, turn: tuple[int, int] = (1, 1),
    ) -> FrozenRecord:  # fmt: skip
        account = self.accounts[confirmed_by or by]
        with self.database.writing() as session:
            return approve(
                session, self.actor(by), submission,
                shown_sha256=self.shown(submission, by) if shown_sha256 is None else shown_sha256,
                fields={"intyg": True} if fields is None else fields,
                own_work_reason=reason,
                confirmation=Confirmation(account, confirmed or self.now),
                now=self.now, today=today or self.today, signer=self.key, shown_turn=turn,
            )  # fmt: skip

    def endorse(
        self, submission: int, by: str, *, shown_sha256: str | None = None,
        turn: tuple[int, int] = (1, 2),
    ) -> None:  # fmt: skip
        """Take a step before the last."""
        with self.database.writing() as session:
            endorse(
                session, self.actor(by), submission,
                shown_sha256=self.shown(submission, by) if shown_sha256 is None else shown_sha256,
                shown_turn=turn, confirmation=Confirmation(self.accounts[by], self.now),
                now=self.now, today=self.today, signer=self.key,
            )  # fmt: skip

    def in_steps(
        self, steps: int, questionnaire: str | None = None, by: str = "administrator"
    ) -> int:
        """Have a unit approve in so many steps from now on."""
        with self.database.writing() as session:
            order = set_order(
                session, self.actor(by), unit_id=self.units[PEOPLE[by][0]],
                questionnaire=questionnaire, steps=steps, decision="Beslut om steg", now=self.now,
            )  # fmt: skip
            assert order.id is not None
            return order.id

    def stand_in(self, name: str, delegation: int, by: str = "administrator", **more: Any) -> int:
        """Have somebody stand in for the holder of a delegation, today and tomorrow."""
        terms: dict[str, Any] = {
            "decision": "Beslut om ersättare", "valid_from": self.today,
            "valid_to": self.today + datetime.timedelta(days=1),
        } | more  # fmt: skip
        with self.database.writing() as session:
            made = name_stand_in(
                session, self.actor(by), account_id=self.accounts[name],
                delegation_id=delegation, **terms,
            )  # fmt: skip
            assert made.id is not None
            return made.id

    def hand_in(self, submission: int, by: str = "strategist") -> None:
        with (
            received_file(io.BytesIO(PDF_BYTES), "kvitto.pdf") as receipt,
            self.database.writing() as session,
        ):
            hand_in(
                session, self.actor(by), submission, day=self.today, receipt_number="K-1",
                receipt=receipt, now=self.now, today=self.today, signer=self.key,
            )  # fmt: skip

    def tick(self, submission: int, by: str = "strategist", **fields: bool) -> Transcription:
        """Say of fields that they are typed over, or not; ``__`` stands for ``/`` in a key."""
        changes = {key.removeprefix("f").replace("__", "/"): done for key, done in fields.items()}
        with self.database.writing() as session:
            return tick_fields(session, self.actor(by), submission, changes, self.now)

    def extend(
        self, submission: int, until: datetime.date, by: str = "strategist", **told: Any
    ) -> None:
        """More time from the authority."""
        said = {"granted_by": "Myndigheten", "day": self.today, "reason": "Sjukdom",
                "upload": None, **told}  # fmt: skip
        with self.database.writing() as session:
            extend_deadline(
                session, self.actor(by), submission, until=until, now=self.now, today=self.today,
                signer=self.key, **said,
            )  # fmt: skip

    def complete(self, submission: int, questions: list[str], **told: Any) -> int:
        """The authority asks for more; the id of the new draft."""
        said = {"asked_by": "Myndigheten", "day": self.today, "until": None,
                "what": "Mer om resultaten", "upload": None, **told}  # fmt: skip
        with self.database.writing() as session:
            made = open_completion(
                session, self.actor("strategist"), submission, questions=questions,
                now=self.now, today=self.today, signer=self.key, **said,
            )  # fmt: skip
            return made.submission_id

    def correct(self, submission: int) -> int:
        """Open a correction; its id."""
        with self.database.writing() as session:
            made = correct_submission(session, self.actor("strategist"), submission, self.now)
            assert made.id is not None
            return made.id

    def archive(self, submission: int, by: str = "archivist") -> None:
        with self.database.writing() as session:
            prepared = prepare_archiving(session, self.actor(by), submission)
            archive_submission(session, self.actor(by), submission, prepared, self.now, self.key)

    def register(self, number: str, by: str = "archivist", **told: Any) -> None:
        """Register the authority's request, with a file."""
        said = {"kind": "request", "direction": "in", "day": self.today, "secrecy": Secrecy(),
                "counterpart": "Myndigheten", "subject": "Enkät", **told}  # fmt: skip
        with (
            received_file(io.BytesIO(PDF_BYTES), "begäran.pdf") as upload,
            self.database.writing() as session,
        ):
            register_document(
                session, self.actor(by), number, upload=upload, now=self.now, today=self.today,
                signer=self.key, **said,
            )  # fmt: skip

    def give_out(self, submission: int, by: str = "archivist") -> None:
        """A copy in which the first answer is masked."""
        masks = [Mask("answer:1", "Skälet", "OSL 25 kap. 1 §")]
        with self.database.writing() as session:
            give_out(
                session, self.actor(by), submission, masks, now=self.now, signer=self.key
            )  # fmt: skip

    def refuse(self, number: str, by: str = "archivist") -> None:
        """A decision not to give out."""
        said = {"what": "Svaret på fråga 1", "reasons": "Rör en enskild.",
                "ground": "OSL 25 kap. 1 §",
                "decided_by": "Chefsjurist, delegationsordningen 3.4"}  # fmt: skip
        with self.database.writing() as session:
            refuse(session, self.actor(by), number, said, self.now, self.key)

    def circulate(
        self, submission: int, by: str = "strategist", *, answer: str = "Ur Word", take: bool = True
    ) -> int:
        """A Word file of the draft, with question 3 filled in, comes back; the file's id."""
        with self.database.reading() as session:
            data = word.export_word(session, self.actor(by), submission, self.now).data
        data = filled(data, {"3.t": answer})
        with (
            received_file(io.BytesIO(data), "svar.docx") as upload,
            self.database.writing() as session,
        ):
            file = word.receive_file(session, self.actor(by), submission, upload, self.now)
            assert file.id is not None
            if take:
                word.take_in(session, self.actor(by), submission, file.id, self.now)
            return file.id

    def bring(self, submission: int, state: State, prefix: str = "") -> None:
        """Fill in a fresh draft and take it as far as a state, by the people of one unit."""
        strategist = f"{prefix}strategist"
        approver = f"{prefix}approver" if prefix else "approver_with_delegation"
        self.save(submission, "1", "Vi har gjort mycket.", 0, strategist)
        self.save(submission, "2", {"chosen": "ja", "details": {}}, 0, strategist)
        self.attach(submission, "2a", 0, strategist)
        steps = [
            lambda: self.send(submission, strategist),
            lambda: self.approve(submission, approver),
            lambda: self.hand_in(submission, strategist),
            lambda: self.archive(submission, f"{prefix}archivist"),
        ]
        for step in steps[: list(State).index(state)]:
            step()

    def delegate(self, name: str, **more: Any) -> int:
        """Register a delegation by the administrator of the person's unit."""
        unit = PEOPLE[name][0]
        admin = "administrator" if unit == OWN else "other_administrator"
        terms: dict[str, Any] = {
            "decision": "Beslut 1",
            "valid_from": self.today - datetime.timedelta(days=30),
            "valid_to": self.today + datetime.timedelta(days=30),
        } | more
        with self.database.writing() as session:
            made = grant_delegation(
                session, self.actor(admin), account_id=self.accounts[name],
                unit_id=self.units[unit], **terms,
            )  # fmt: skip
            assert made.id is not None
            return made.id

    def app(self) -> Any:
        """The web application, with the stage's clock."""
        app = create_app(self.settings)
        app.extensions["redogor"].clock = lambda: self.now
        return app


def _make_people(session: Session, stage: Stage) -> None:
    password_hash = CHEAP.hash(PASSWORD)
    for unit_name in (OWN, OTHER):
        unit = Unit(name=unit_name, organisation_number="232100-0115")
        session.add(unit)
        session.flush()
        assert unit.id is not None
        stage.units[unit_name] = unit.id
    for name, (unit_name, role) in PEOPLE.items():
        account = accounts.open_account(
            session, email=address(name), name=name, title=role.value, password_hash=password_hash
        )
        assert account.id is not None
        stage.accounts[name] = account.id
        accounts.add_membership(session, account.id, stage.units[unit_name], role)


def build_stage(
    folder: Path, environment: dict[str, str] | None = None,
    questionnaire: dict[str, Any] = QUESTIONNAIRE,
) -> Stage:  # fmt: skip
    """A stage in an empty folder: the people, two delegations, the form and its next version
    (``prov-2025-ny.json``), no cases."""
    forms = folder / "questionnaires"
    forms.mkdir(parents=True)
    body = json.dumps(questionnaire, ensure_ascii=False)
    (forms / "prov-2025.json").write_text(body, encoding="utf-8")
    newer = json.dumps({**questionnaire, "version": "1.1.0"}, ensure_ascii=False)
    (forms / "prov-2025-ny.json").write_text(newer, encoding="utf-8")
    settings = read_settings(
        {"SURVEY_APP_QUESTIONNAIRES": str(forms), **database_for(environment or {})},
        instance=folder / "instance", https=False, testing=True,
    )  # fmt: skip
    lay_tables(database := Database(settings.database_url))
    now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
    stage = Stage(settings, database, open_key(settings.instance), now)
    with database.writing() as session:
        _make_people(session, stage)
        stage.specification = add_specification(session, body, now)
    for name in ("approver_with_delegation", "other_approver"):
        stage.delegate(name)
    return stage
