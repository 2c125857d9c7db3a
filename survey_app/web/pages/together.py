"""Several at once: who is where, and what others have saved. Asked every second, so it is light.

Nothing waits on the server: a few threads would soon be held by those who only look. What is asked
in the background does not prolong a login (``web.authentication``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, jsonify, request
from werkzeug.wrappers import Response

from survey_app.core.evaluation import NOTHING
from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import Action
from survey_app.services.change import Moment, News, find_moment, list_news
from survey_app.services.presence import Present, find_place, list_present, note_presence
from survey_app.services.specification import find_questionnaire
from survey_app.services.submission import Dossier, open_submission
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.pages.api import (
    files_of,
    json_object,
    tell_answer,
    tell_computed,
    tell_problem,
    tell_progress,
)
from survey_app.web.place import actor, looking, noting, now, reading
from survey_app.web.plain_text import plain_text
from survey_app.web.speech import event_label
from survey_app.web.views import place_of

pages = Blueprint("together", __name__, url_prefix="/api/v1")


@pages.get("/submissions/<int:submission_id>/changes")
@action(Action.READ)
def changes(submission_id: int) -> Response:
    """Who is where, and the answers that were saved since a cursor."""
    since = request.args.get("since", "")
    with looking() as connection:
        moment = find_moment(connection, submission_id)
        present = list_present(connection, submission_id, now())
        changed, moved = (
            list_news(connection, submission_id, moment, int(since[:10]))
            if since.isdecimal()
            else News([], None)
        )
    reply: dict[str, Any] = {
        "cursor": moment.cursor,
        "state": moment.state.value,
        "present": _present(submission_id, moment, present),
        "changes": [],
    }
    if moved:
        label = _("Formuläret har bytt version") if moved == "version_taken" else event_label(moved)
        reply["moved"] = _("%(step)s medan sidan var öppen", step=label)
    if changed:
        with reading() as session:
            dossier = open_submission(session, actor(), submission_id, Action.READ)
        reply |= _changes(dossier, changed)
    return jsonify(reply)


@pages.put("/submissions/<int:submission_id>/presence")
@action(Action.WRITE)
def arrive(submission_id: int) -> Response:
    """Say on which question a browser is; on none, with null."""
    given = json_object()
    with reading() as session:
        question, browser = find_place(
            session, actor(), submission_id, given.get("question"), given.get("browser")
        )
    with noting() as connection:
        note_presence(connection, actor(), submission_id, question, browser, now())
    return Response(status=204)


def _present(
    submission_id: int, moment: Moment, present: Iterable[Present]
) -> list[dict[str, Any]]:
    """All but the browser that asks."""
    others = [item for item in present if item.browser != request.args.get("browser")]
    if not others:
        return []
    with reading() as session:
        questionnaire = find_questionnaire(session, moment.specification)
    return [_person(submission_id, questionnaire, item) for item in others]


def _person(submission_id: int, questionnaire: Questionnaire, item: Present) -> dict[str, Any]:
    return {
        "question": item.question,
        **place_of(submission_id, questionnaire, item.question),
        "name": item.name,
        "yours": item.account_id == actor().account_id,
    }


def _changes(dossier: Dossier, changed: list[str]) -> dict[str, Any]:
    verdict = dossier.evaluation
    return {
        "changes": [
            _change(dossier, question)
            for question in changed
            if question in dossier.marks and question in dossier.questionnaire.by_id
        ],
        "problems": [
            tell_problem(item, dossier) for item in verdict.problems if item.question in changed
        ],
        "progress": tell_progress(verdict.progress),
        "computed": tell_computed(dossier),
    }


def _change(dossier: Dossier, question_id: str) -> dict[str, Any]:
    given = dossier.answers.get(question_id, NOTHING)
    atoms = dossier.evaluation.atoms
    return {
        "question": question_id,
        **tell_answer(dossier, question_id, given),
        "yours": dossier.marks[question_id].author_id == actor().account_id,
        "text": plain_text(dossier.questionnaire.by_id[question_id], given.value),
        "files": files_of(dossier, question_id, given),
        "atoms": {
            key: list(found) for key, found in atoms.items() if key.partition(".")[0] == question_id
        },
    }
