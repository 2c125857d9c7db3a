"""What travelled through the sign-in page, told in the words of the page that it was typed on.

Only for whoever has signed in and may read the submission; before that, and for anybody else,
nothing is looked up and the form's own names have to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from survey_app.core.evaluation import NOTHING
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.actor import Actor
from survey_app.services.refusal import Refused
from survey_app.services.reports.report import ReportView, find_report
from survey_app.services.submission import Dossier, open_submission
from survey_app.web.catalogue import gettext as _
from survey_app.web.fields import QuestionField, build_form
from survey_app.web.language import words
from survey_app.web.place import reading
from survey_app.web.plain_text import plain_text
from survey_app.web.report_view import TEXT, TITLE, is_changed, label_of
from survey_app.web.wording.labels import DIRECTIONS, DOCUMENTS
from survey_app.web.wording.mark import N_

Pairs = list[tuple[str, str]]

UNKEPT_FILE = "unkept_file"
"""The field that carries the name of a file: the file itself cannot travel along."""

SECRET = {"csrf_token", "password", "new_password", "sessions_password", "tokens_password", "code",
          "present_code", "sealed"}  # fmt: skip
"""Fields that go nowhere but where they were sent."""

SILENT = {"then", "whole", "content_sha256", "question", "version", "keep", "place", "rest", "step",
          "steps", "return", "shown_sha256", "show", "task", "section", "only_free", "unit",
          "questionnaire_sha256", "seed", "do", "moves", "sort", "to", UNKEPT_FILE}  # fmt: skip
"""Fields that nobody typed."""


@dataclass(frozen=True, slots=True)
class HeldText:
    """One thing that was typed: what the page called it, and what was written there."""

    label: str
    text: str


def posted_fields() -> Pairs:
    """The fields of the request's form that can be kept, and the names of its files, which
    cannot."""
    held = [(name, value) for name, value in request.form.items(multi=True) if name not in SECRET]
    files = [file.filename for _name, file in request.files.items(multi=True)]
    return held + [(UNKEPT_FILE, name) for name in files if name]


def describe_held(target: str, held: Pairs, reader: Actor | None) -> list[HeldText]:
    """What was typed on the page that posts to ``target``, as ``reader`` may see it; of nobody
    nothing is looked up.

    Of a submission's questions, and of a report's pieces, only those that are not stored as they
    were typed.
    """
    dossier = _dossier(target, reader) if reader else None
    report = _report(target, reader) if reader else None
    questions = dossier.questionnaire.by_id if dossier else {}
    told = list(_answers(dossier, held)) if dossier else []
    told += _wordings(report, dict(held)) if report else []
    for name, value in held:
        first, _dot, rest = name.partition(".")
        if not value.strip() or first in SILENT or ((dossier or report) and first == "q"):
            continue
        told.append(_other(first, rest.partition(".")[0], value, dict(held), questions))
    return told


def leads_to_a_page(target: str) -> bool:
    """Whether an address also shows a page, or only takes forms."""
    return _match(target, "GET") is not None


def _match(target: str, method: str) -> Mapping[str, object] | None:
    try:
        return current_app.url_map.bind("").match(target, method)[1]
    except HTTPException:
        return None


def _dossier(target: str, reader: Actor) -> Dossier | None:
    submission = (_match(target, "POST") or {}).get("submission_id")
    if not isinstance(submission, int):
        return None
    try:
        with reading() as session:
            return open_submission(session, reader, submission, Action.READ)
    except Refused:
        return None


def _report(target: str, reader: Actor) -> ReportView | None:
    match = _match(target, "POST") or {}
    number, report = match.get("diary_number"), match.get("report_id")
    if not isinstance(number, str) or not isinstance(report, int):
        return None
    try:
        with reading() as session:
            return find_report(session, reader, number, report)
    except Refused:
        return None


def _wordings(report: ReportView, held: Mapping[str, str]) -> Iterator[HeldText]:
    for piece in report.by_id.values():
        for name, label in ((TITLE, _("Rubrik")), (TEXT, _("Text"))):
            typed = held.get(f"q.{piece.id}.{name}")
            if typed is not None and is_changed(piece, {name: typed}):
                yield HeldText(f"{label}: {label_of(piece)}", typed or _("Tomt"))


def _answers(dossier: Dossier, held: Pairs) -> Iterator[HeldText]:
    questions = [item for item in dossier.questionnaire.questions() if KINDS[item.kind].answered]
    form = build_form([(item, dossier.answers.get(item.id, NOTHING)) for item in questions])
    form.process(MultiDict(held))
    for question in questions:
        posted: QuestionField = form[question.id]
        if posted.present and posted.changed():
            yield HeldText(_asked(question), typed_in(posted) or _("Tomt"))


def typed_in(posted: QuestionField) -> str:
    """What was typed in a question's fields, as text."""
    try:
        given = posted.given()
    except Malformed:
        return str(posted.data)
    if given.blank and given.blank["code"] == "cannot_be_stated":
        return words(posted.question.cannot_be_stated) or _("Kan inte anges")
    return plain_text(posted.question, given.value)


def _asked(question: Question) -> str:
    return f"{question.number or ''} {words(question.text)}".strip()


def _other(
    name: str, part: str, value: str, held: Mapping[str, str], questions: Mapping[str, Question]
) -> HeldText:
    """A field that is no answer: a reason for a question, or something of a page of its own."""
    if name == "mask":
        return HeldText(_("Maskera"), _masked(value, questions))
    question = questions.get(held.get("question", "") if name == "yours_json" else part)
    if question is None:
        return HeldText(_label(name, part), _value(name, value))
    if name == "yours_json":
        value = _kept(question, value)
    elif name == "code":
        value = _("Kan inte anges") if value == "cannot_be_stated" else _("Skäl")
    return HeldText(_asked(question), value)


def _kept(question: Question, value: str) -> str:
    """One's own text from the page that shows both."""
    try:
        return plain_text(
            question, KINDS[question.kind].parse(question, json.loads(value)["value"])
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return value


def _label(name: str, part: str) -> str:
    labels = {
        "q": _("Fråga %(number)s", number=part),
        "reason": _("Skäl"),
        "own_work_reason": _("Skäl"),
        "day": _("Dag"),
        "receipt_number": _("Kvittonummer eller referens"),
        "diary_number": _("Diarienummer"),
        "title": _("Rubrik"),
        "kind": _("Slag"),
        "direction": _("Inkommen, skickad eller upprättad"),
        "counterpart": _("Avsändare eller mottagare"),
        "subject": _("Vad handlingen rör, i korthet"),
        "ground": _("Lagrum"),
        "conceals_counterpart": _("Utelämna i förteckningen som lämnas ut"),
        "conceals_subject": _("Utelämna i förteckningen som lämnas ut"),
        "decision": _("Beslut"),
        "confirmed": _("Bekräftat"),
        "passages": _("Text att maskera, ett avsnitt per rad"),
        "what": _("Vad som inte lämnas ut"),
        "reasons": _("Skäl"),
        "note": _("Vad ni behöver, med egna ord"),
        "decided_by": _("Beslutet är fattat av"),
        "addressee": _("Mottagare av beslutet (frivilligt)"),
        "key": _("Organisationens öppna nyckel"),
        "comment": _("Kommentar"),
        "text": _("Text"),
    }
    return labels.get(name, f"{name} {part}".strip())


def _masked(target: str, questions: Mapping[str, Question]) -> str:
    """What a mask covers, such as ``box:1:2``; no more closely than by its question."""
    sort, _colon, rest = target.partition(":")
    question = questions.get(rest.partition(":")[0])
    if sort == "approval":
        return _("Godkännandet")
    if sort == "enclosure":
        return f"{_('Bilaga')} {rest}"
    return _asked(question) if question else target


def _value(name: str, value: str) -> str:
    """What was chosen, in the words of the form; what was typed stays as it is."""
    chosen = {
        "kind": DOCUMENTS.get(value),
        "direction": DIRECTIONS.get(value),
        "conceals_counterpart": N_("avsändare eller mottagare"),
        "conceals_subject": N_("vad handlingen rör"),
        "confirmed": N_("Ja"),
    }.get(name)
    return _(chosen) if chosen else value
