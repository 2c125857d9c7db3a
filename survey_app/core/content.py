"""The content of a submission as one JSON document that reads alone: questions with answers.

The approver is shown this content, its hash is what an approval names, and the record freezes it.
Everything that is exported comes from here.
"""

from __future__ import annotations

import hashlib
from typing import Any

import rfc8785

from survey_app.core.condition import is_shown
from survey_app.core.evaluation import (
    NOTHING,
    Answers,
    Evaluation,
    Given,
    evaluate,
    rows_shown,
    sent_value,
)
from survey_app.core.kinds import KINDS
from survey_app.core.passage import written_passages as written_passages
from survey_app.core.questionnaire import Question, Questionnaire, Section
from survey_app.core.wording import Bilingual

FORMAT = "redogor/content/1"
Content = dict[str, Any]


def canonical_json(document: Any) -> bytes:
    """The one way to write a document (RFC 8785), so that its hash can be found again."""
    return rfc8785.dumps(document)


def sha256_of(document: Any) -> str:
    """SHA-256 of the canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_json(document)).hexdigest()


def build_content(
    questionnaire: Questionnaire,
    answers: Answers,
    heading: dict[str, Any],
    *,
    draft: bool = False,
    evaluation: Evaluation | None = None,
) -> Content:
    """The content of a submission, in the authority's order and in Swedish.

    heading  what the questionnaire does not know: ``case`` (diary_number, title, practice),
             ``unit`` (name, organisation_number), ``submission`` (id, corrects), ``deadline``
             (ISO date or None) and ``questionnaire_sha256``
    draft    also carries hidden answers, under ``not_sent``; its hash is no approval's
    """
    verdict = evaluation or evaluate(questionnaire, answers)
    sections = [
        _section(section, answers, verdict, draft=draft) for section in questionnaire.sections
    ]
    content: Content = {
        "format": FORMAT,
        "case": heading["case"],
        "unit": heading["unit"],
        "submission": heading["submission"],
        "period": questionnaire.period,
        "deadline": heading["deadline"],
        "questionnaire": {
            "id": questionnaire.id,
            "version": questionnaire.version,
            "sha256": heading["questionnaire_sha256"],
            "title": questionnaire.title.sv,
            "authority": questionnaire.authority.name,
            "reference": questionnaire.authority.reference,
            "legal_ground": _sv(questionnaire.legal_ground),
            "consequence": _sv(questionnaire.consequence),
            "intro": written_passages(questionnaire.intro),
        },
        "sections": sections,
        "enclosures": _enclosures(questionnaire, answers, verdict),
    }
    if questionnaire.layout != "answers":
        content["questionnaire"]["layout"] = questionnaire.layout
    if draft:
        content["draft"] = True
    return content


def _sv(words: Bilingual | None) -> str | None:
    return words.sv if words else None


def _section(
    section: Section, answers: Answers, verdict: Evaluation, *, draft: bool
) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": section.title.sv,
        "asked": section.id in verdict.sections,
        "intro": written_passages(section.intro),
        "questions": [
            _question(question, answers.get(question.id, NOTHING), verdict, draft=draft)
            for question in section.questions
        ],
    }


def _question(
    question: Question, given: Given, verdict: Evaluation, *, draft: bool
) -> dict[str, Any]:
    asked = question.id in verdict.shown
    value = sent_value(question, given, verdict) if asked else None
    entry: dict[str, Any] = {
        "id": question.id,
        "number": question.number,
        "kind": question.kind,
        "text": question.text.sv,
        "before": written_passages(question.before),
        "help": written_passages(question.help),
        "label": _sv(getattr(question, "label", None)),
        "after": written_passages(
            [item for item in question.after if is_shown(item.shown_when, verdict.atoms)]
        ),
        "required": question.required,
        "filled_by": question.filled_by,
        "asked": asked,
        "value": value,
        "blank": _blank(question, given) if asked and value is None else None,
    }
    entry.update(KINDS[question.kind].shape(question, value, rows_shown(question, verdict)))
    if draft and given.value is not None and given.value != value:
        entry["not_sent"] = given.value
    return entry


def _blank(question: Question, given: Given) -> dict[str, str] | None:
    if given.blank is None:
        return None
    words = question.cannot_be_stated.sv if question.cannot_be_stated else "Kan inte anges"
    text = given.blank["text"]
    if given.blank["code"] == "cannot_be_stated":
        return {"code": "cannot_be_stated", "words": words, "text": text}
    return {"code": "reason", "words": "Lämnas obesvarad", "text": text}


def _enclosures(
    questionnaire: Questionnaire, answers: Answers, verdict: Evaluation
) -> list[dict[str, Any]]:
    """All files that are handed in, in the order of the questions, numbered from 1."""
    found: list[dict[str, Any]] = []
    for question in questionnaire.questions():
        given = answers.get(question.id, NOTHING)
        if question.id not in verdict.shown or question.kind == "computed":
            continue
        value = sent_value(question, given, verdict)
        if value is not None:
            for file in KINDS[question.kind].files(question, value):
                found.append({"number": len(found) + 1, "question": question.id, **file})
    return found
