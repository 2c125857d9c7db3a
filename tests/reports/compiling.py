"""Reports of the demo's rounds, made and read by the services."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lxml import etree
from sqlalchemy import select
from sqlmodel import col

from survey_app.core.workflow import ContributionState
from survey_app.export.pdf.words import read_words, squeezed
from survey_app.services.accounts.account import find_account
from survey_app.services.actor import Actor, find_actor
from survey_app.services.answer import Saved, save_answer
from survey_app.services.contributions.contribution import hand_over, send_back
from survey_app.services.keys.key import open_key
from survey_app.services.mail.notice import swedish_day
from survey_app.services.reports import piece as report_piece
from survey_app.services.reports import report as reports
from survey_app.services.reports import settling as report_settling
from survey_app.services.reports.compiling import Change
from survey_app.services.reports.report import ReportView
from survey_app.services.rounds.round import close_round
from survey_app.services.rounds.units import add_units
from survey_app.store.tables import Case, Round, RoundUnit, Unit
from tests.conftest import Installation

FOLLOW_UPS, INDICATORS, COUNTY, PRACTICE = "RS241041", "RS259997", "RS179001", "RS259998"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass
class Office:
    """The region's office at work upon a round in a case, and the units that answer it."""

    installation: Installation
    number: str
    round_id: int
    report_id: int = 0

    def __post_init__(self) -> None:
        self.key = open_key(self.installation.settings.instance)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def actor(self, name: str = "strateg") -> Actor:
        with self.installation.database.reading() as session:
            account = find_account(session, f"{name}@demo.example")
            assert account is not None
            found = find_actor(session, account.id or 0)
        assert found is not None
        return found

    def compile(self, arrange: str = "", told: str = "") -> ReportView:
        """A report of the round."""
        with self.installation.database.writing() as session:
            view = reports.make_report(
                session, self.actor(), self.number, title="", rounds=[self.round_id],
                arrange=arrange, told=told, now=self.now, signer=self.key,
            )  # fmt: skip
        self.report_id = view.id
        return view

    def again(self) -> list[Change]:
        """The report compiled anew."""
        with self.installation.database.writing() as session:
            return reports.compile_report(
                session, self.actor(), self.number, self.report_id, self.now
            )

    def view(self, by: str = "strateg") -> ReportView:
        with self.installation.database.reading() as session:
            return reports.find_report(session, self.actor(by), self.number, self.report_id)

    def document(self) -> dict[str, Any]:
        """The report as it stands, as its JSON says it."""
        with self.installation.database.reading() as session:
            return report_settling.draft_document(
                session, self.actor(), self.number, self.report_id
            )[1]

    def files(self) -> dict[str, bytes]:
        return report_settling.report_files(self.document(), "2026-11-22T12:00:00+00:00")

    def piece(self, entry: str) -> Any:
        """The piece that an entry of somebody's list made."""
        return next(item for item, _ in self.view().pieces if item.source_entry == entry)

    def write(self, piece_id: str, text: str, version: int = 0) -> Any:
        with self.installation.database.writing() as session:
            return report_piece.save_piece(
                session, self.actor(), self.number, self.report_id, piece_id, title=None,
                text=text, version=version, now=self.now,
            )  # fmt: skip

    def decide(self, piece_id: str, choice: str, version: int) -> Any:
        with self.installation.database.writing() as session:
            return report_piece.settle_source(
                session, self.actor(), self.number, self.report_id, piece_id, choice, version,
                self.now,
            )  # fmt: skip

    def answer_of(self, unit: str) -> int:
        """The submission in which a unit answers."""
        query = (
            select(col(RoundUnit.submission_id))
            .join(Unit, col(Unit.id) == col(RoundUnit.unit_id))
            .where(col(RoundUnit.round_id) == self.round_id, col(Unit.name) == unit)
        )
        with self.installation.database.reading() as session:
            return int(session.execute(query).scalar_one())

    def send_back(self, unit: str, question: str) -> None:
        with self.installation.database.writing() as session:
            send_back(session, self.actor(), self.answer_of(unit), {question: "Se över."},
                      self.now, self.key, today=swedish_day(self.now))  # fmt: skip

    def answer(self, person: str, unit: str, question: str, value: Any, version: int) -> None:
        """Somebody of a unit answers a question anew, and hands it over."""
        submission = self.answer_of(unit)
        with self.installation.database.writing() as session:
            saved = save_answer(session, self.actor(person), submission, question, value, None,
                                version, self.now)  # fmt: skip
            assert isinstance(saved, Saved)
            hand_over(session, self.actor(person), submission, self.now, self.key)

    def units(self) -> list[str]:
        """The units that have handed over their answers."""
        query = (
            select(col(Unit.name))
            .join(RoundUnit, col(RoundUnit.unit_id) == col(Unit.id))
            .where(
                col(RoundUnit.round_id) == self.round_id,
                col(RoundUnit.state) == ContributionState.HANDED_OVER,
            )
        )
        with self.installation.database.reading() as session:
            return list(session.execute(query).scalars())

    def add_unit(self, name: str) -> None:
        """Ask one more unit of the demo."""
        with self.installation.database.writing() as session:
            found = session.execute(select(col(Unit.id)).where(col(Unit.name) == name)).scalar_one()
            add_units(session, self.actor(), self.number, self.round_id, [found or 0], self.now,
                      swedish_day(self.now), self.key)  # fmt: skip

    def close(self) -> list[str]:
        with self.installation.database.writing() as session:
            return close_round(session, self.actor(), self.number, self.round_id, self.now,
                               swedish_day(self.now), self.key)  # fmt: skip

    def shown(self) -> str:
        """The report's hash as the page carries it on which it is read and settled."""
        with self.installation.database.reading() as session:
            return report_settling.read_for_settling(
                session, self.actor(), self.number, self.report_id
            )[1]

    def settle(self) -> None:
        moment = self.now
        with self.installation.database.reading() as session:
            made = report_settling.prepare_settling(
                session, self.actor(), self.number, self.report_id, shown_sha256=self.shown(),
                now=moment,
            )  # fmt: skip
        with self.installation.database.writing() as session:
            report_settling.settle_report(
                session, self.actor(), self.number, self.report_id, made, moment,
                swedish_day(moment), self.key,
            )  # fmt: skip


def office(installation: Installation, number: str, title: str) -> Office:
    """The office at a round of the demo."""
    query = (
        select(col(Round.id))
        .join(Case, col(Case.id) == col(Round.case_id))
        .where(col(Case.diary_number) == number, col(Round.title) == title)
    )
    with installation.database.reading() as session:
        return Office(installation, number, session.execute(query).scalar_one() or 0)


def words_of(files: dict[str, bytes]) -> dict[str, str]:
    """What each file of a report says, without its spaces."""
    with zipfile.ZipFile(io.BytesIO(files["docx"])) as archive:
        body = etree.fromstring(archive.read("word/document.xml"))
    said = {
        "pdf": read_words(files["pdf"]),
        "docx": " ".join("".join(part.itertext(f"{W}t")) for part in body.iter(f"{W}p")),
        "json": " ".join(
            f"{part['title']} {part['text']}" for part in json.loads(files["json"])["parts"]
        ),
    }
    return {kind: squeezed(text) for kind, text in said.items()}
