"""The entries of the registrar's list, made from what stands.

What was born in the product is read from there: approved answers, their enclosures, the receipt,
copies given out. The rest (the authority's request, a letter, a decision) is registered by hand.
The order is that of the audit chain, to which nothing is ever added but at its end: so a number,
once given, stays, whatever day a document that is registered later bears.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.content import Content
from survey_app.export import attested, subjects
from survey_app.export.memo import is_memo, matter_of
from survey_app.export.registry import Entry, EntryFile
from survey_app.export.swedish import STOCKHOLM
from survey_app.services.scope import is_completion
from survey_app.store.tables import (
    AuditEntry,
    Case,
    CaseDocument,
    FrozenRecord,
    GivenCopy,
    HandingIn,
    RoundUnit,
    SecrecyMark,
    StoredCopy,
    Submission,
)

_LISTED = (
    "approved",
    "handed_in",
    "document_registered",
    "copy_given",
    "giving_out_refused",
    "round_closed",
)


def entries_of(session: Session, case_id: int) -> list[Entry]:
    """Every document of a case, numbered from 1 in the order of the audit chain."""
    links = session.execute(
        select(col(AuditEntry.kind), col(AuditEntry.facts))
        .where(col(AuditEntry.case_id) == case_id, col(AuditEntry.kind).in_(_LISTED))
        .order_by(col(AuditEntry.number))
    )
    found: list[Entry] = []
    for kind, facts in links:
        told = json.loads(facts)
        if kind == "document_registered":
            found = _registered(session, told["document"], found)
        elif kind == "approved":
            found += _approved(session, told["submission"], found)
        elif kind == "handed_in":
            found = _sent(session, told["submission"], found)
        elif kind == "round_closed":
            found += _answered(session, case_id, list(told["records"]), len(found))
        else:
            found += _given(session, told["given_copy"], found)
    marks = _marks(session, case_id)
    return [
        _marked(replace(entry, number=number), marks.get(entry.key))
        for number, entry in enumerate(found, 1)
    ]


def _day(moment: datetime.datetime) -> datetime.date:
    return moment.astimezone(STOCKHOLM).date()


def _registered(session: Session, document_id: int, before: list[Entry]) -> list[Entry]:
    """The list with a document; a memo is there since it was approved, and gets its file."""
    row = session.get(CaseDocument, document_id)
    if row is None:
        return before
    file = EntryFile(row.name, row.sha256) if row.sha256 and row.name else None
    if row.submission_id:
        memo = f"record:{row.submission_id}"
        return [replace(item, file=file) if item.key == memo else item for item in before]
    days = {"in": "received", "out": "sent", "own": "drawn_up"}
    entry = Entry(
        number=0,
        key=f"document:{row.id}",
        kind=row.made or row.kind,
        subject=row.subject,
        counterpart=row.counterpart,
        file=file,
        struck=row.struck_reason,
    )
    return [*before, replace(entry, **{days[row.direction]: row.day})]  # type: ignore[arg-type]


def _approved(session: Session, submission_id: int, before: list[Entry]) -> list[Entry]:
    row = session.get(FrozenRecord, submission_id)
    if row is None:
        return []
    record = json.loads(row.body)
    content, day = record["content"], _day(row.at)
    title = content["questionnaire"]["title"]
    corrected = _number_of(f"record:{content['submission']['corrects']}", before)
    kind, subject = "answer", title
    if is_memo(content):
        kind, subject = "memo", matter_of(content)
        subject = subjects.correction(subject, corrected) if corrected else subject
    elif corrected and is_completion(session, submission_id):
        kind, subject = "completed", subjects.completed(title, corrected)
    elif corrected:
        kind, subject = "correction", subjects.correction(title, corrected)
    answer = Entry(
        number=0,
        key=f"record:{submission_id}",
        kind=kind,
        subject=subject,
        drawn_up=day,
        submission_id=submission_id,
        file=_kept_pdf(session, submission_id),
    )
    number = len(before) + 1
    enclosures = _enclosures(answer, content, number)
    approval = _approval(submission_id, record["approval"], number, day)
    if kind == "memo":
        approval = replace(approval, kind="memo_approval")
    return [answer, *enclosures, approval]


def _kept_pdf(session: Session, submission_id: int) -> EntryFile | None:
    kept = session.execute(
        select(StoredCopy).where(
            col(StoredCopy.submission_id) == submission_id, col(StoredCopy.kind) == "pdf"
        )
    ).scalars().first()  # fmt: skip
    return EntryFile(kept.name, kept.sha256) if kept else None


def _enclosures(answer: Entry, content: Content, number: int) -> list[Entry]:
    """The enclosures of an answer with a number: their days and whom they are from are its."""
    return [
        replace(
            answer,
            key=f"enclosure:{answer.submission_id}:{file['number']}",
            kind="enclosure",
            subject=subjects.enclosure(file["name"], file["number"], number),
            file=EntryFile(file["name"], file["sha256"]),
        )
        for file in content["enclosures"]
    ]


def _answered(session: Session, case_id: int, records: list[str], before: int) -> list[Entry]:
    """What units answered in a round, in the order of the units; it came in on the day on which it
    was handed over. What the case's own unit answered was drawn up here."""
    rows = session.execute(
        select(FrozenRecord, col(Submission.unit_id), col(Case.unit_id))
        .join(Submission, col(Submission.id) == col(FrozenRecord.submission_id))
        .join(RoundUnit, col(RoundUnit.submission_id) == col(Submission.id))
        .join(Case, col(Case.id) == case_id)
        .where(col(FrozenRecord.submission_id).in_([int(item) for item in records]))
        .order_by(col(RoundUnit.position))
    )
    found: list[Entry] = []
    for row, unit, asking in rows:
        content, day = json.loads(row.body)["content"], _day(row.at)
        answer = Entry(
            number=0,
            key=f"record:{row.submission_id}",
            kind="round_answer",
            subject=content["questionnaire"]["title"],
            submission_id=row.submission_id,
            file=_kept_pdf(session, row.submission_id),
        )
        if unit == asking:
            answer = replace(answer, drawn_up=day)
        else:
            answer = replace(answer, received=day, counterpart=content["unit"]["name"])
        found += [answer, *_enclosures(answer, content, before + len(found) + 1)]
    return found


def _approval(
    submission_id: int, approval: dict[str, Any], number: int, day: datetime.date
) -> Entry:
    decision = attested.decision(approval)
    steps = map(attested.endorsed, attested.steps_of(approval))
    return Entry(
        number=0,
        key=f"approval:{submission_id}",
        kind="approval",
        subject=subjects.approval(number, attested.who(approval), decision)
        + "".join(map(subjects.endorsement, steps)),
        drawn_up=day,
        submission_id=submission_id,
    )


def _number_of(key: str, entries: list[Entry]) -> int:
    """The number of an entry in a list that is not yet numbered; 0 if it is not there."""
    return next((number for number, entry in enumerate(entries, 1) if entry.key == key), 0)


def _sent(session: Session, submission_id: int, before: list[Entry]) -> list[Entry]:
    """The list after a handing in: the answer and its enclosures were sent, a receipt came in."""
    row = session.get(HandingIn, submission_id)
    record = session.get(FrozenRecord, submission_id)
    if row is None or record is None:
        return before
    authority = json.loads(record.body)["content"]["questionnaire"]["authority"]
    answer = f"record:{submission_id}"
    receipt = Entry(
        number=0,
        key=f"receipt:{submission_id}",
        kind="receipt",
        subject=subjects.receipt(row.receipt_number, _number_of(answer, before)),
        counterpart=authority,
        received=row.day,
        submission_id=submission_id,
        file=EntryFile(row.receipt_name or "", row.receipt_sha256) if row.receipt_sha256 else None,
    )
    return [
        *(
            replace(entry, sent=row.day, counterpart=authority)
            if entry.key == answer or entry.key.startswith(f"enclosure:{submission_id}:")
            else entry
            for entry in before
        ),
        *([receipt] if row.receipt_number or row.receipt_sha256 else []),
    ]


def _given(session: Session, given_id: int, before: list[Entry]) -> list[Entry]:
    """A copy under masks that was made to be given out, or the decision not to."""
    row, case = session.get(GivenCopy, given_id), None
    if row is not None:
        case = session.get(Case, row.case_id)
    if row is None or case is None:
        return []
    told, copied = json.loads(row.masks), row.kind == "copy"
    of = _number_of(f"record:{row.submission_id}", before)
    entry = Entry(
        number=0,
        key=f"given:{row.id}",
        kind="given_copy" if copied else "refusal",
        subject=subjects.given_copy(of) if copied else str(told["what"]),
        drawn_up=_day(row.at),
        submission_id=row.submission_id,
        file=EntryFile(given_name(case.diary_number, row, "pdf"), row.pdf_sha256),
    )
    return [entry]


def given_name(diary_number: str, row: GivenCopy, kind: str) -> str:
    """The name of a file that was given out, or of the decision not to: ``kind`` is its ending."""
    word = "kopia" if row.kind == "copy" else "avslag"
    return f"{diary_number}-{word}-{row.id}.{kind}"


def _marks(session: Session, case_id: int) -> dict[str, SecrecyMark]:
    query = select(SecrecyMark).where(col(SecrecyMark.case_id) == case_id)
    rows = session.execute(query.order_by(col(SecrecyMark.id))).scalars()
    return {row.entry: row for row in rows}


def _marked(entry: Entry, mark: SecrecyMark | None) -> Entry:
    if mark is None:
        return entry
    return replace(
        entry,
        secrecy=mark.ground,
        conceals_counterpart=mark.conceals_counterpart,
        conceals_subject=mark.conceals_subject,
    )
