"""The comments on one question, and writing one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.mention import split_mentions
from survey_app.core.workflow import Action
from survey_app.services.colleague import commenters_in, handles_in
from survey_app.services.comment import Said, add_comment, read_comments
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.work import read_work
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.plain_text import plain_text
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, question_url, view_submission
from survey_app.web.work import say_work

pages = Blueprint("comments", __name__)


@pages.get("/submissions/<int:submission_id>/comments/<question_id>")
@action(Action.READ)
def show(submission_id: int, question_id: str) -> str:
    """The thread, oldest first, under the question and the answer that it is about."""
    return _page(submission_id, question_id)


def _page(submission_id: int, question_id: str, refused: Refused | None = None) -> str:
    with reading() as session:
        dossier, said = read_comments(session, actor(), submission_id, question_id)
        handles = handles_in(commenters_in(session, dossier.unit_id))
        work = read_work(session, dossier)[question_id]
    question = dossier.questionnaire.by_id[question_id]
    given = dossier.answers.get(question_id)
    return render_template(
        "comments/show.html",
        submission=view_submission(dossier),
        question=question,
        label=label_of(question),
        back=question_url(dossier, question_id),
        answer=plain_text(question, given.value) if given else "",
        parts=say_work(work, today(), dossier.deadline),
        said=[view_comment(item, handles) for item in said],
        people=[handle for handle, account in handles.items() if account != actor().account_id],
        may_write=dossier.may(actor(), Action.COMMENT),
        error=describe_refusal(refused) if refused else "",
        text=request.form.get("comment", ""),
    )


def view_comment(said: Said, handles: dict[str, int]) -> dict[str, Any]:
    """A comment as templates draw it; ``calls_me`` where it names who reads."""
    parts = split_mentions(said.text, handles)
    return {
        "id": said.id,
        "author": said.author,
        "at": said.at,
        "parts": [{"text": part.text, "named": part.account is not None} for part in parts],
        "calls_me": actor().account_id in {part.account for part in parts},
    }


@pages.post("/submissions/<int:submission_id>/comments/<question_id>")
@action(Action.COMMENT)
def add(submission_id: int, question_id: str) -> Response | tuple[str, int]:
    """Write a comment."""
    try:
        with writing() as session:
            comment = add_comment(
                session, actor(), submission_id, question_id, request.form.get("comment", ""), now()
            )
            anchor = f"comment-{comment.id}"
    except Invalid as refused:
        return _page(submission_id, question_id, refused), refused.status
    flash(_("Kommentaren är sparad."), "success")
    return redirect(
        url_for("comments.show", submission_id=submission_id, question_id=question_id,
                _anchor=anchor)
    )  # fmt: skip
