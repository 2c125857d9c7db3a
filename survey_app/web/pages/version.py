"""A draft takes the next version of its questionnaire: what would happen, and what did."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.continuity import Misfit
from survey_app.core.evaluation import NOTHING
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.succession import Outcome, Succession
from survey_app.core.workflow import Action
from survey_app.services import version as versions
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound, Refused
from survey_app.services.specification import Form
from survey_app.services.submission import Dossier, open_own, open_submission
from survey_app.web.access import action
from survey_app.web.asked import asked_text
from survey_app.web.catalogue import gettext as _
from survey_app.web.earlier import misfit_text, said
from survey_app.web.forms_at_hand import forms_at_hand
from survey_app.web.language import words
from survey_app.web.marking import weave_differences
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, question_url, view_submission

pages = Blueprint("version", __name__)


@pages.get("/submissions/<int:submission_id>/version")
@action(Action.WRITE)
def show(submission_id: int) -> str:
    """What would become of the answers, before anything is done."""
    return _page(submission_id)


def _page(submission_id: int, refused: Refused | None = None) -> str:
    at_hand = forms_at_hand()
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.WRITE)
        if dossier.request is not None:
            raise NotFound("no_submission")
        target = versions.find_next(dossier, at_hand.forms)
        hindrance = versions.hindrance(session, dossier, target) if target else None
    plan = versions.plan_version(dossier, target) if target else Succession()
    return render_template(
        "version/show.html",
        submission=view_submission(dossier),
        own=dossier.questionnaire,
        target=target.questionnaire if target else None,
        damaged=at_hand.damaged,
        hindrance=describe_refusal(Invalid(hindrance)) if hindrance else "",
        error=describe_refusal(refused) if refused else "",
        misfits=[_view(item, target) for item in plan.outcomes if target and not item.fits],
        moved=[_view(item, target) for item in plan.outcomes
               if target and item.fits and not _same(item)],
        reworded=[_reworded(item) for item in plan.outcomes if _same(item) and _is_reworded(item)],
        same=[label_of(item.question) for item in plan.outcomes
              if _same(item) and not _is_reworded(item)],
        added=[{"label": label_of(item), "text": words(item.text)} for item in plan.added],
        deadline=_deadline(dossier, target.questionnaire) if target else None,
        shown_sha256=versions.hash_plan(dossier, target) if target else "",
    )  # fmt: skip


def _same(outcome: Outcome) -> bool:
    """Whether the answer stays where and as it is."""
    return outcome.stays and len(outcome.places) == 1 and (
        outcome.places[0].carried.given == outcome.given
    )  # fmt: skip


def _deadline(dossier: Dossier, target: Questionnaire) -> Any:
    moves = dossier.first_deadline == dossier.questionnaire.deadline
    return target.deadline if moves and target.deadline != dossier.first_deadline else None


def _is_reworded(outcome: Outcome) -> bool:
    """Whether an answer that stays as it is would answer another question than it did."""
    return asked_text(outcome.question) != asked_text(outcome.places[0].question)


def _reworded(outcome: Outcome) -> dict[str, Any]:
    """The question as it was and as it will be, and the answer, which nobody changes."""
    before, after = asked_text(outcome.question), asked_text(outcome.places[0].question)
    return {
        "label": label_of(outcome.question),
        "woven": weave_differences(before, after),
        "text": said(outcome.question, outcome.given),
    }


def _view(outcome: Outcome, target: Form | None) -> dict[str, Any]:
    """An answer with the text it has, and each place where it goes with what it becomes there."""
    text = said(outcome.question, outcome.given)
    return {
        "label": label_of(outcome.question),
        "question": words(outcome.question.text),
        "text": text,
        "places": [
            {
                "label": label_of(place_.question),
                "question": words(place_.question.text),
                "woven": weave_differences(text, said(place_.question, place_.carried.given)),
                "misfits": [misfit_text(outcome.question, item) for item in place_.carried.misfits],
                "empty": place_.carried.given == NOTHING,
            }
            for place_ in outcome.places
        ],
    }


@pages.post("/submissions/<int:submission_id>/version")
@action(Action.WRITE)
def take(submission_id: int) -> Response | tuple[str, int]:
    """Let the draft go on in the version that was shown."""
    shown = request.form.get("shown_sha256", "")
    forms = forms_at_hand().forms
    try:
        with writing() as session:
            dossier = open_submission(session, actor(), submission_id, Action.WRITE)
            target = versions.find_next(dossier, forms)
            if target is None:
                raise ChangedMeanwhile("version_changed")
            change = versions.take_version(
                session, actor(), submission_id, target, shown, now(), place().key
            )
            number = target.questionnaire.version
            change_id = change.id
    except (Invalid, ChangedMeanwhile) as refused:
        return _page(submission_id, refused), refused.status
    flash(_("Utkastet följer nu version %(version)s av formuläret.", version=number), "success")
    return redirect(
        f"{url_for('version.list_all', submission_id=submission_id)}#change-{change_id}"
    )


@pages.get("/submissions/<int:submission_id>/versions")
@action(Action.READ)
def list_all(submission_id: int) -> str:
    """The versions that the draft has taken, with what did not fit and where the rest went."""
    with reading() as session:
        dossier = open_own(session, actor(), submission_id)
        changes = versions.list_changes(session, submission_id)
    return render_template(
        "version/index.html",
        submission=view_submission(dossier),
        changes=[_view_change(dossier, item) for item in changes],
    )


def _view_change(dossier: Dossier, change: versions.Change) -> dict[str, Any]:
    told = [_view_told(dossier, change, item) for item in change.told]
    return {
        "id": change.row.id,
        "at": change.row.at,
        "by": change.by,
        "before": change.before.version,
        "after": change.after.version,
        "misfits": [item for item in told if item["misfit"]],
        "moved": [item for item in told if not item["misfit"] and not item["stays"]],
        "stays": [item["label"] for item in told if item["stays"] and not item["misfit"]],
    }


def _view_told(dossier: Dossier, change: versions.Change, told: versions.Told) -> dict[str, Any]:
    return {
        "label": label_of(told.question),
        "question": words(told.question.text),
        "text": said(told.question, told.given),
        "stays": told.stays,
        "comments": told.comments,
        "misfit": not told.places or any(misfits for _target, misfits in told.places),
        "places": [
            {
                "label": label_of(change.after.by_id[target]),
                "url": question_url(dossier, target)
                if target in dossier.questionnaire.by_id
                else "",
                "misfits": [
                    misfit_text(told.question, Misfit(code, part, None)) for code, part in misfits
                ],
            }
            for target, misfits in told.places
        ],
    }
