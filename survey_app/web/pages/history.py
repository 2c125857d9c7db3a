"""The history of one answer: every value it ever had."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.evaluation import Given
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Action
from survey_app.services.answer import Stale, find_writable, save_answer
from survey_app.services.history import PastValue, read_history
from survey_app.services.proposal import sources_of
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.removals.weeding import list_removals
from survey_app.services.submission import Dossier
from survey_app.services.version import question_then
from survey_app.store.tables import Removal, WordFile
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.cell_changes import weave_cells
from survey_app.web.entries import pair_entries
from survey_app.web.marking import Woven, weave_differences, weave_pairs
from survey_app.web.place import actor, now, reading, writing
from survey_app.web.placed import name_of_file
from survey_app.web.plain_text import text_then
from survey_app.web.views import label_of, question_url, view_submission

pages = Blueprint("history", __name__)

MOST_COMPARED = 100
"""Comparing takes a while; of what is older than that only the texts are shown."""


@pages.get("/submissions/<int:submission_id>/history/<question_id>")
@action(Action.READ)
def show(submission_id: int, question_id: str) -> str:
    """Who wrote what, when; the losers of conflicts too."""
    with reading() as session:
        dossier, past = read_history(session, actor(), submission_id, question_id)
        decisions = {item.id: item for item, _by in list_removals(session, submission_id)}
        sources = sources_of(session, submission_id, question_id)
        asked = [question_then(session, dossier, question_id, item.revision) for item in past]
    question = dossier.questionnaire.by_id[question_id]
    return render_template(
        "history/show.html",
        submission=view_submission(dossier),
        question=question,
        label=label_of(question),
        back=question_url(dossier, question_id),
        may_write=_may_write(dossier, question_id),
        version=dossier.version_of(question_id),
        past=_cards(dossier, question, past, asked, decisions, sources),
    )


def _may_write(dossier: Dossier, question_id: str) -> bool:
    """Whether the answer may be changed now; after a return not every one may."""
    try:
        find_writable(dossier, question_id)
    except Refused:
        return False
    return dossier.may(actor(), Action.WRITE)


def _cards(
    dossier: Dossier,
    question: Question,
    past: list[PastValue],
    asked: list[Question | None],
    decisions: Mapping[int | None, Removal],
    sources: Mapping[int, WordFile],
) -> list[dict[str, Any]]:
    """Each value with what it changed in the one that stood before it."""
    texts = [_text(then, item.given) for then, item in zip(asked, past, strict=True)]
    cards = []
    for place, item in enumerate(past):
        older = next((n for n in range(place + 1, len(past)) if past[n].accepted), None)
        change: list[Woven] = []
        gone = item.removal or (older is not None and past[older].removal)
        if older is not None and not gone and place < MOST_COMPARED:
            change = _change(asked[place], past[older], item, texts[older], texts[place])
        cards.append(
            {
                "text": texts[place],
                "change": change,
                # From the oldest: what is added meanwhile moves no value to another place.
                "place": len(past) - 1 - place,
                "version": item.version,
                "accepted": item.accepted,
                "derived": item.derived,
                "carried": item.carried,
                "inserted": item.inserted,
                "merged": item.merged,
                "imported": item.imported and name_of_file(item.imported),
                "author": item.author,
                "at": item.at,
                "current": item.accepted and item.version == dossier.version_of(question.id),
                "can_restore": _fits(question, item.given),
                "removal": decisions.get(item.removal),
                "source": sources.get(item.version) if item.accepted else None,
            }
        )
    return cards


def _change(
    question: Question | None, older: PastValue, newer: PastValue, before: str, after: str
) -> list[Woven]:
    """What became of one value in the next; of a list entry by entry, wherever these stand, of a
    table each cell that changed."""
    if question is not None and question.kind == "table":
        cells = weave_cells(question, older.given.value, newer.given.value)
        if cells and not older.given.blank and not newer.given.blank:
            return cells
    if question is None or question.kind != "list" or older.given.blank or newer.given.blank:
        return weave_differences(before, after)
    return weave_pairs(pair_entries(question, older.given.value, newer.given.value))


def _fits(question: Question, given: Given) -> bool:
    """Whether the value can stand here: the question may have been another one then."""
    try:
        return bool(KINDS[question.kind].parse(question, given.value) == given.value)
    except Malformed:
        return False


def _text(question: Question | None, given: Given) -> str:
    if given.blank is None:
        return text_then(question, given.value)
    said = given.blank["text"]
    if given.blank["code"] == "cannot_be_stated":
        said = _("Kan inte anges")
    return f"{text_then(question, given.value)} ({said})".strip()


@pages.post("/submissions/<int:submission_id>/history/<question_id>")
@action(Action.WRITE)
def restore(submission_id: int, question_id: str) -> Response:
    """Make an earlier value the current one; a save like any other."""
    place, version = request.form.get("place", ""), request.form.get("version", "")
    with writing() as session:
        dossier, past = read_history(session, actor(), submission_id, question_id)
        if not place.isdecimal() or int(place[:10]) >= len(past) or not version.isdecimal():
            raise Invalid("form_cut_off")
        chosen = past[len(past) - 1 - int(place[:10])]
        if chosen.removal is not None:
            raise Invalid("form_cut_off")
        given = chosen.given
        outcome = save_answer(
            session, actor(), submission_id, question_id, given.value, given.blank,
            int(version[:10]), now(),
        )  # fmt: skip
    if isinstance(outcome, Stale):
        flash(_("Någon annan ändrade svaret under tiden. Titta på det först."), "warning")
        return redirect(
            url_for("history.show", submission_id=submission_id, question_id=question_id)
        )
    flash(_("Den tidigare texten gäller nu igen."), "success")
    return redirect(question_url(dossier, question_id))
