"""The JSON API, version 1: what the pages themselves use to save, open to other programs too."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response

from survey_app.core.content import sha256_of
from survey_app.core.evaluation import NOTHING, Given, Progress
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Problem
from survey_app.core.workflow import Action, State
from survey_app.services.answer import Saved, Stale, save_answer
from survey_app.services.attachment import attach_file
from survey_app.services.contributions.contribution import own_contributions
from survey_app.services.contributions.request import Request
from survey_app.services.refusal import Invalid
from survey_app.services.rounds.answer import own_round_answers
from survey_app.services.submission import Dossier, list_submissions, open_submission
from survey_app.store.tables import FrozenRecord
from survey_app.web import authentication
from survey_app.web.access import action, public, signed_in
from survey_app.web.catalogue import gettext as _
from survey_app.web.cell_changes import differing_texts
from survey_app.web.marking import mark_differences
from survey_app.web.openapi import openapi_document
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.receiving import received
from survey_app.web.speech import describe_problem, describe_refusal
from survey_app.web.taken_in import tell_taken_in
from survey_app.web.views import show_computed, view_files
from survey_app.web.wording.places import part_words

pages = Blueprint("api", __name__, url_prefix="/api/v1")


@pages.get("/openapi.json")
@public
def describe() -> Response:
    """The description of this API (OpenAPI 3.1)."""
    return jsonify(openapi_document(current_app.config["SESSION_COOKIE_NAME"]))


@pages.post("/session")
@public
def enter() -> Response:
    """Sign in again in place, when a login has run out while somebody was writing."""
    given = json_object()
    email, password = given.get("email"), given.get("password")
    if not isinstance(email, str) or not isinstance(password, str):
        raise Invalid("expected_text")
    code = given.get("code")
    if code is not None and not isinstance(code, str):
        raise Invalid("expected_text")
    entered = authentication.come_in(email, password, code or None)
    if entered.needs == "factor":
        return _not_in(Invalid(f"factor_{'wrong' if entered.wrong else 'needed'}"))
    if entered.secret is None:
        return _not_in(Invalid("wrong_password"))
    return jsonify(csrf_token=generate_csrf())


@pages.get("/session")
@signed_in
def still_here() -> Response:
    """Whether this browser is signed in, by a window beside this: the token for what it saves."""
    return jsonify(csrf_token=generate_csrf())


def _not_in(refused: Invalid) -> Response:
    """Not signed in, and why; ``factor_needed`` asks for the same with a ``code``."""
    reply = jsonify(error=refused.code, message=describe_refusal(refused))
    reply.status_code = 401
    return reply


@pages.get("/submissions")
@signed_in
def index() -> Response:
    """The submissions that one may read."""
    with reading() as session:
        found = [
            *list_submissions(session, actor()),
            *own_contributions(session, actor()),
            *own_round_answers(session, actor(), today()),
        ]
    return jsonify(submissions=[_heading(dossier) for dossier in found])


@pages.get("/submissions/<int:submission_id>")
@action(Action.READ)
def show(submission_id: int) -> Response:
    """One submission: answers with versions, what is shown, what is wrong, the content's hash."""
    with reading() as session:
        dossier = open_submission(session, actor(), submission_id, Action.READ)
        record = session.get(FrozenRecord, submission_id)
    verdict = dossier.evaluation
    return jsonify(
        {
            **_heading(dossier),
            "revision": dossier.revision,
            "cursor": dossier.chain[1],
            "content_sha256": record.content_sha256 if record else sha256_of(dossier.content()),
            "record_sha256": record.sha256 if record else None,
            "answers": {
                question: tell_answer(dossier, question, given)
                for question, given in dossier.answers.items()
            },
            "shown": [
                question.id
                for question in dossier.questionnaire.questions()
                if question.id in verdict.shown
            ],
            "computed": tell_computed(dossier),
            "problems": [tell_problem(problem, dossier) for problem in verdict.problems],
            "progress": tell_progress(verdict.progress),
            "returned": dossier.returned,
            "can_be_sent": verdict.can_be_sent,
        }
    )


@pages.put("/submissions/<int:submission_id>/answers/<question_id>")
@action(Action.WRITE)
def save(submission_id: int, question_id: str) -> Response:
    """Save one answer upon a version."""
    given = json_object()
    version = given.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 0:
        raise Invalid("expected_version")
    if "value" not in given:
        raise Invalid("expected_value")
    seen = given.get("questionnaire_sha256")
    if seen is not None and not isinstance(seen, str):
        raise Invalid("expected_text")
    with writing() as session:
        outcome = save_answer(
            session, actor(), submission_id, question_id, given["value"], given.get("blank"),
            version, now(), seen=seen,
        )  # fmt: skip
    return _outcome(outcome)


@pages.post("/submissions/<int:submission_id>/answers/<question_id>/files")
@action(Action.WRITE)
def attach(submission_id: int, question_id: str) -> Response:
    """Add a file to an answer."""
    incoming = request.files.get("file")
    version = request.form.get("version", "")
    if incoming is None or not incoming.filename or not version.isdecimal():
        raise Invalid("form_cut_off")
    with (
        received(incoming) as upload,
        writing() as session,
    ):
        outcome = attach_file(
            session, actor(), submission_id, question_id, request.form.get("option") or None,
            upload, int(version[:10]), now(),
        )  # fmt: skip
    return _outcome(outcome)


def json_object() -> dict[str, Any]:
    """The body of the request. Raises Invalid unless it is a JSON object."""
    try:
        given = request.get_json(silent=True)
    except RecursionError as error:  # nested deeper than Python can follow
        raise Invalid("expected_json") from error
    if not isinstance(given, dict):
        raise Invalid("expected_json")
    return given


def _outcome(outcome: Saved | Stale) -> Response:
    return _saved(outcome) if isinstance(outcome, Saved) else _stale(outcome)


def _saved(saved: Saved) -> Response:
    dossier = saved.dossier
    touched = {saved.question, *saved.opened, *saved.closed}
    return jsonify(
        question=saved.question,
        value=saved.given.value,
        blank=saved.given.blank,
        version=saved.version,
        hidden=saved.question not in dossier.evaluation.shown,
        opened=saved.opened,
        closed=saved.closed,
        problems=[
            tell_problem(item, dossier)
            for item in dossier.evaluation.problems
            if item.question in touched
        ],
        progress=tell_progress(dossier.evaluation.progress),
        computed=tell_computed(dossier),
        derived=False,
        files=files_of(dossier, saved.question, saved.given),
        carried=dossier.marks[saved.question].carried if saved.version else False,
        merged=saved.merged is not None,
        taken_in=tell_taken_in(saved),
    )


def files_of(dossier: Dossier, question_id: str, given: Given) -> list[dict[str, Any]]:
    """The files that an answer names, with their addresses."""
    if given.value is None:
        return []
    question = dossier.questionnaire.by_id[question_id]
    return view_files(dossier.id, KINDS[question.kind].files(question, given.value))


def _stale(stale: Stale) -> Response:
    question = stale.dossier.questionnaire.by_id[stale.question]
    said = differing_texts(question, stale.yours.value, stale.theirs.value)
    texts = dict(zip(("yours", "theirs"), said, strict=True))
    reply = jsonify(
        error="stale",
        message=_("Någon annan har ändrat svaret. Inget är förlorat: välj vad som ska gälla."),
        question=stale.question,
        yours={"value": stale.yours.value, "blank": stale.yours.blank},
        theirs={
            "value": stale.theirs.value,
            "blank": stale.theirs.blank,
            "version": stale.mark.version,
            "author": stale.mark.author,
            "at": stale.mark.at.isoformat(),
        },
        texts=texts,
        # Word by word, [text, whether the other one lacks it]: for the eye, beside the texts.
        differences=dict(zip(texts, mark_differences(*texts.values()), strict=True)),
    )
    reply.status_code = 409
    return reply


def _heading(dossier: Dossier) -> dict[str, Any]:
    return {
        "id": dossier.id,
        "case": dossier.diary_number,
        "questionnaire": dossier.questionnaire.id,
        "questionnaire_version": dossier.questionnaire.version,
        "questionnaire_sha256": dossier.specification,
        "unit": dossier.unit_name,
        "state": State(dossier.state).value,
        "deadline": dossier.deadline.isoformat() if dossier.deadline else None,
        "corrects": dossier.corrects,
        "contribution": tell_request(dossier.request),
    }


def tell_request(asked: Request | None) -> dict[str, Any] | None:
    """What a unit was asked for: in a round or not, by whom, which questions, and where it is."""
    if asked is None:
        return None
    return {
        "sort": asked.sort,
        "asked_by": asked.unit_name,
        "questions": list(asked.questions),
        "note": asked.note,
        "state": asked.state.value,
    }


def tell_answer(dossier: Dossier, question: str, given: Given) -> dict[str, Any]:
    """One answer with what is known of it."""
    mark = dossier.marks[question]
    return {
        "value": given.value,
        "blank": given.blank,
        "version": mark.version,
        "derived": mark.derived,
        "carried": mark.carried,
        "author": mark.author,
        "at": mark.at.isoformat(),
        "shown": question in dossier.evaluation.shown,
    }


def tell_problem(problem: Problem, dossier: Dossier) -> dict[str, Any]:
    """A problem, and where within the answer it is, in words too."""
    question = dossier.questionnaire.by_id.get(problem.question)
    value = dossier.answers.get(problem.question, NOTHING).value
    return {
        "question": problem.question,
        "part": problem.part,
        "place": part_words(question, problem.part, value) if question and problem.part else "",
        "code": problem.code,
        "severity": problem.severity,
        "facts": dict(problem.facts),
        "message": describe_problem(problem),
    }


def tell_progress(progress: dict[str, Progress]) -> dict[str, Any]:
    """How far each section is."""
    return {
        section: {"shown": item.shown, "answered": item.answered, "problems": item.problems}
        for section, item in progress.items()
    }


def tell_computed(dossier: Dossier) -> dict[str, Any]:
    """The computed values, as numbers and in words."""
    return {
        question: {
            "value": value,
            "text": show_computed(dossier.questionnaire.by_id[question], dossier.evaluation),
        }
        for question, value in dossier.evaluation.computed.items()
    }
