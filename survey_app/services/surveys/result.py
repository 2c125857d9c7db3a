"""What a survey came to: read as far as it may be, and at closing made a document of the case."""

from __future__ import annotations

import datetime
from typing import Any

from sqlmodel import Session

from survey_app.core.tally import WITHHELD
from survey_app.core.workflow import Role
from survey_app.export.pdf.drawing import render
from survey_app.export.survey_result import FORMAT, question_result, result_json, result_outline
from survey_app.export.swedish import swedish_day
from survey_app.services.actor import Actor
from survey_app.services.archives.archive import JSON, PDF
from survey_app.services.archives.packaging import stamp
from survey_app.services.audit import Signer
from survey_app.services.register.registration import add_document
from survey_app.services.surveys.survey import SurveyView, close_survey, read_tally, read_texts
from survey_app.services.upload import store_bytes

MADE = "result"


def read_result(session: Session, survey: SurveyView) -> dict[str, Any] | None:
    """What may be shown now: of a closed survey all but what few answered, of an open one what it
    shows in steps of five; None if nothing yet."""
    tally = read_tally(survey)
    if tally is None:
        return None
    view, form = survey.round, survey.round.questionnaire
    texts = read_texts(session, survey)
    closed = view.row.closed_at
    return {
        "format": FORMAT,
        "case": {"diary_number": view.case.diary_number, "title": view.case.title,
                 "practice": view.case.practice},
        "unit": {"name": view.unit_name},
        "questionnaire": {"id": form.id, "version": form.version,
                          "sha256": view.row.specification, "title": form.title.sv},
        "title": view.row.title,
        "opens": view.row.opens.isoformat() if view.row.opens else None,
        "closed": swedish_day(closed).isoformat() if closed else None,
        "ballots": survey.at_least,
        "left_out": _left_out(survey),
        "sections": [
            {
                "title": section.title.sv,
                "questions": [
                    question_result(
                        item, tally.get(item.id, dict(WITHHELD)),
                        texts.get(item.id, []) if item.kind == "text" and closed else None,
                    )
                    for item in section.questions
                    if item.kind != "computed"
                ],
            }
            for section in form.sections
        ],
    }  # fmt: skip


def _left_out(survey: SurveyView) -> int:
    """How many answers are not in what is shown, since it was shown in steps of five."""
    if survey.round.is_open or survey.row.shown != "in_fives":
        return 0
    return survey.at_least % 5


def close_with_result(
    session: Session,
    actor: Actor,
    diary_number: str,
    round_id: int,
    now: datetime.datetime,
    signer: Signer,
) -> SurveyView:
    """Close a survey; its result becomes two documents of the case, PDF and JSON.

    Raises as ``survey.close_survey``.
    """
    survey = close_survey(session, actor, diary_number, round_id, now, signer)
    result = read_result(session, survey)
    assert result is not None
    name = f"{diary_number}-{survey.round.questionnaire.id}-resultat-{round_id}"
    subject = f"Resultat av enkäten {survey.round.row.title}"
    files = (
        (f"{name}.pdf", render(result_outline(result, stamp(now))), PDF, subject),
        (f"{name}.json", result_json(result), JSON, f"{subject}, som data"),
    )
    for file, data, media_type, what in files:
        upload = store_bytes(session, data, file, media_type)
        add_document(
            session, actor, survey.round.case, kind="other", direction="own", day=swedish_day(now),
            subject=what[:500], upload=upload, made=MADE, now=now, signer=signer,
        )  # fmt: skip
    return survey


def may_weed(survey: SurveyView, actor: Actor) -> bool:
    """Whether the actor may have the single answers removed now."""
    archivist = Role.ARCHIVIST in actor.roles_in(survey.round.unit_id)
    return archivist and not survey.round.is_open and not survey.row.weeded
