"""Mina frågor: what one owns, what waits to be read, what is open, and where one is called on."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request, url_for

from survey_app.core.workflow import Action, Role
from survey_app.services.colleague import commenters_in, handles_in
from survey_app.services.contributions.contribution import own_contributions
from survey_app.services.mine import Item, list_calls, list_left
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.pages.comments import view_comment
from survey_app.web.place import actor, reading, today
from survey_app.web.views import label_of, question_url, view_submission
from survey_app.web.work import say_work

pages = Blueprint("mine", __name__)
SOON = datetime.timedelta(days=7)


@pages.get("/mine")
@role(Role.STRATEGIST, Role.APPROVER)
def show() -> str:
    """One of the lists, by day, and the comments that call on the reader."""
    with reading() as session:
        left = list_left(session, actor())
        owed = [item for item in own_contributions(session, actor())
                if item.may(actor(), Action.HAND_OVER)]  # fmt: skip
        calls = []
        for dossier, said in list_calls(session, actor()):
            handles = handles_in(commenters_in(session, dossier.unit_id))
            asked = dossier.questionnaire.by_id.get(said.question)
            calls.append({
                **view_comment(said, handles),
                "label": label_of(asked) if asked else said.question,
                "number": dossier.diary_number,
                "title": words(dossier.questionnaire.short_title or dossier.questionnaire.title),
                "url": url_for("comments.show", submission_id=dossier.id,
                               question_id=said.question, _anchor=f"comment-{said.id}")
                if asked else url_for("version.list_all", submission_id=dossier.id),
            })  # fmt: skip
    lists = {"mine": left.mine, "review": left.review, "open": left.open}
    names = {"mine": _("Mina"), "review": _("Att granska"), "open": _("Alla öppna")}
    view = request.args.get("view", "mine")
    view = view if view in lists else "mine"
    return render_template(
        "mine/show.html",
        views=[{"id": key, "name": names[key], "count": len(lists[key]),
                "url": url_for("mine.show", view=key), "current": key == view} for key in lists],
        view=view,
        groups=list(_groups(lists[view])),
        calls=calls,
        owed=[view_submission(dossier) for dossier in owed],
        writes=actor().has(Role.STRATEGIST),
    )  # fmt: skip


def _groups(items: list[Item]) -> Iterator[dict[str, Any]]:
    """The questions by when they should be done; groups of which there are none are left out."""
    day = today()
    for name, late, first, last in (
        (_("Försenade"), True, datetime.date.min, day - datetime.timedelta(days=1)),
        (_("Den närmaste veckan"), False, day, day + SOON),
        (_("Senare"), False, day + SOON + datetime.timedelta(days=1), datetime.date.max),
    ):
        found = [item for item in items if item.work.due and first <= item.work.due <= last]
        if found:
            yield {"name": name, "late": late, "rows": [_row(item) for item in found]}
    if rest := [item for item in items if item.work.due is None]:
        yield {"name": _("Utan datum"), "late": False, "rows": [_row(item) for item in rest]}


def _row(item: Item) -> dict[str, Any]:
    dossier, question, work = item.dossier, item.question, item.work
    said = say_work(work, today(), dossier.deadline)
    return {
        "number": question.number,
        "label": label_of(question),
        "text": words(question.text),
        "url": question_url(dossier, question.id),
        "case": dossier.diary_number,
        "practice": dossier.practice,
        "title": words(dossier.questionnaire.short_title or dossier.questionnaire.title),
        "parts": [part for part in said if part[1].startswith("work-")],
        "owner": work.owner,
        "due": work.due,
        "late": work.is_late(today()),
        "after": work.is_after(dossier.deadline),
        "comments": work.comments,
        "comments_url": url_for("comments.show", submission_id=dossier.id, question_id=question.id),
    }
