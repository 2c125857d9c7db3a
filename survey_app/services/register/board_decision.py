"""What boards and committees decided in a case: recorded with its place in the register.

The minutes themselves are the board's. Where they are not at hand as a file, a sheet is made of
what was recorded, so that the decision stands in the register and in the package all the same.
"""

from __future__ import annotations

import datetime
import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.characters import tidy
from survey_app.export.board_decision import Minute, sheet_outline
from survey_app.export.package.contents import safe_name
from survey_app.export.pdf.drawing import render
from survey_app.services.actor import Actor
from survey_app.services.archives.packaging import stamp
from survey_app.services.audit import Signer, append_signed
from survey_app.services.line import read_line
from survey_app.services.refusal import Invalid
from survey_app.services.register.chain import DECIDED, decision_digest
from survey_app.services.register.registration import Secrecy, hold_to_register, register_document
from survey_app.services.upload import Upload, store_bytes
from survey_app.store.tables import Account, BoardDecision, Case, CaseDocument, Unit

LONGEST_LINE, LONGEST_TEXT, MOST_LINES = 200, 20_000, 100
LONGEST = {"body": LONGEST_LINE, "paragraph": 20, "matter": 300}
_BARE_NUMBER = re.compile(r"§?\s*(\d.*)")
_MARK = re.compile(r"^\s*[•*–-]\s*")


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says of a decision, as they typed it.

    paragraph   "84", "§ 84" and "§84" are the same
    recipients  who gets it; ``not_sent`` says that nobody does: one of the two
    """

    body: str
    paragraph: str
    day: datetime.date
    matter: str
    decision: str
    about: str = ""
    recipients: Sequence[str] = ()
    not_sent: bool = False
    background: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """A decision as it stands on the case.

    struck  why it does not count; empty where it does
    by_us   whether its file is a sheet made here, not the minutes
    """

    id: int
    minute: Minute
    day: datetime.date
    document_id: int
    file: str
    recorded_by: str
    at: datetime.datetime
    struck: str
    by_us: bool


def record_decision(
    session: Session,
    actor: Actor,
    diary_number: str,
    told: Told,
    minutes: Upload | None,
    *,
    now: datetime.datetime,
    today: datetime.date,
    signer: Signer,
) -> BoardDecision:
    """Record a decision on a case, and give it its place in the register.

    minutes  the board's own minutes as a file, if they are at hand; they came in today then
    Raises NotFound, Forbidden, Invalid (``decision_…_missing``, ``decision_day_in_future``,
    ``decision_sent_and_not``, ``decision_recorded_already``, ``line_too_long``, ``note_too_long``,
    ``too_many_lines``).
    """
    case = hold_to_register(session, actor, diary_number)
    minute = _checked(told, today)
    _require_new(session, case, minute)
    upload = minutes or _sheet(session, case, minute, now)
    document = register_document(
        session, actor, diary_number, kind="decision", direction="in" if minutes else "own",
        day=today, counterpart=minute.body if minutes else "",
        subject=f"{minute.name}: {minute.matter}"[:500], secrecy=Secrecy(), upload=upload, now=now,
        today=today, signer=signer,
    )  # fmt: skip
    assert case.id is not None
    assert document.id is not None
    row = BoardDecision(
        case_id=case.id,
        document_id=document.id,
        body=minute.body,
        paragraph=minute.paragraph,
        day=told.day,
        matter=minute.matter,
        about=minute.about,
        decision=minute.decision,
        recipients=json.dumps(minute.recipients, ensure_ascii=False),
        background=json.dumps(minute.background, ensure_ascii=False),
        author_id=actor.account_id,
        at=now,
        salt=secrets.token_hex(16),
    )
    session.add(row)
    session.flush()
    chain = (case.id, case.audit_length, case.audit_head)
    facts = {"decision": row.id, "document": document.id, "row": decision_digest(row)}
    append_signed(session, chain, signer, at=now, actor=actor.account_id, kind=DECIDED, facts=facts)
    session.refresh(case)
    return row


def _checked(told: Told, today: datetime.date) -> Minute:
    """The decision as it will stand. Raises Invalid."""
    minute = Minute(
        body=_line(told.body, "body"),
        paragraph=_paragraph(told.paragraph),
        day=told.day.isoformat(),
        matter=_line(told.matter, "matter"),
        decision=_text(told.decision, "decision"),
        about=_text(told.about, "about"),
        recipients=_lines(told.recipients, "recipients"),
        background=_lines(told.background, "background"),
    )
    if told.day > today:
        raise Invalid("decision_day_in_future")
    for field in ("body", "paragraph", "matter", "decision"):
        if not getattr(minute, field):
            raise Invalid(f"decision_{field}_missing", field=field)
    if bool(minute.recipients) == told.not_sent:
        code = "decision_sent_and_not" if told.not_sent else "decision_recipients_missing"
        raise Invalid(code, field="recipients")
    return minute


def _line(text: str, field: str) -> str:
    return read_line(text, LONGEST.get(field, LONGEST_LINE), field)


def _paragraph(text: str) -> str:
    found = _BARE_NUMBER.fullmatch(_line(text, "paragraph"))
    return f"§{found[1]}" if found else _line(text, "paragraph")


def _text(text: str, field: str) -> str:
    said = tidy(text).strip()
    if len(said) > LONGEST_TEXT:
        raise Invalid("note_too_long", field=field, max=LONGEST_TEXT)
    return said


def _lines(lines: Sequence[str], field: str) -> tuple[str, ...]:
    """What stands on each line, without the mark of a list that was pasted."""
    said = [_MARK.sub("", _line(line, field)) for line in lines]
    if len(said) > MOST_LINES:
        raise Invalid("too_many_lines", field=field, max=MOST_LINES)
    return tuple(filter(None, said))


def _require_new(session: Session, case: Case, minute: Minute) -> None:
    """Raise Invalid if the same paragraph of the same day stands there already: a second click."""
    for other in decisions_of(session, case):
        same = (minute.body, minute.paragraph, minute.day)
        if not other.struck and same == (
            other.minute.body, other.minute.paragraph, other.minute.day
        ):  # fmt: skip
            raise Invalid("decision_recorded_already", field="paragraph", name=minute.name)


def _sheet(session: Session, case: Case, minute: Minute, now: datetime.datetime) -> Upload:
    unit = session.get(Unit, case.unit_id)
    assert unit is not None
    heading = {"diary_number": case.diary_number, "title": case.title, "practice": case.practice}
    data = render(sheet_outline(heading, minute, unit.name, stamp(now)))
    name = safe_name(f"{case.diary_number}-beslut-{minute.paragraph}-{minute.day}.pdf")
    return store_bytes(session, data, name, "application/pdf")


def decisions_of(session: Session, case: Case) -> list[Recorded]:
    """The decisions of a case in the order of their days, also those that were struck."""
    query = (
        select(BoardDecision, CaseDocument, col(Account.name))
        .join(CaseDocument, col(CaseDocument.id) == col(BoardDecision.document_id))
        .join(Account, col(Account.id) == col(BoardDecision.author_id))
        .where(col(BoardDecision.case_id) == case.id)
        .order_by(col(BoardDecision.day), col(BoardDecision.id))
    )
    return [
        Recorded(
            row.id, _minute(row), row.day, row.document_id, document.name or "", name, row.at,
            document.struck_reason, document.direction == "own",
        )
        for row, document, name in session.execute(query)
    ]  # fmt: skip


def standing_minutes(session: Session, case: Case) -> list[Minute]:
    """What was decided, in the order of days, without what was struck."""
    return [item.minute for item in decisions_of(session, case) if not item.struck]


def _minute(row: BoardDecision) -> Minute:
    return Minute(
        row.body, row.paragraph, row.day.isoformat(), row.matter, row.decision, row.about,
        tuple(json.loads(row.recipients)), tuple(json.loads(row.background)),
    )  # fmt: skip
