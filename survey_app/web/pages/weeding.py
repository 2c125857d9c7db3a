"""Weeding: what is working material, what is record; removing the former by decision."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.workflow import Action
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.removals import weeding
from survey_app.services.removals.contributed_material import Contributed, ContributedValue
from survey_app.services.removals.weeding import Material, WorkingValue
from survey_app.services.submission import Dossier
from survey_app.web.access import action
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_size
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.placed import name_of_file
from survey_app.web.plain_text import plain_text, text_then
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, question_url, view_submission
from survey_app.web.wording.labels import MATERIAL, WORKING_VALUES

pages = Blueprint("weeding", __name__)


@pages.get("/submissions/<int:submission_id>/weeding")
@action(Action.WEED)
def show(submission_id: int) -> str:
    """What there is beside the record, question by question, and the decisions so far."""
    return _page(submission_id)


def _page(submission_id: int, refused: Refused | None = None) -> str:
    with reading() as session:
        material = weeding.survey_material(session, actor(), submission_id)
        removals = weeding.list_removals(session, submission_id)
    return render_template(
        "weeding/show.html",
        submission=view_submission(material.dossier),
        kept=material.kept,
        counts=view_counts(material.counts),
        questions=list(_questions(material)),
        reasons=[(_label(material.dossier, question), text) for question, text in material.reasons],
        snapshots=material.snapshots,
        comments=[{"label": _label(material.dossier, item.question), "at": item.at,
                   "author": item.author, "text": item.text} for item in material.comments],
        files=[{"name": file.name, "size_text": format_size(file.size),
                "url": url_for("attachments.download", submission_id=submission_id,
                               sha256=file.sha256)}
               for file in material.files],
        contributed=[_contributed(material.dossier, item) for item in material.contributed],
        word_files=[
            {"name": file.name, "size_text": "",
             "url": url_for("word.look", submission_id=submission_id, file_id=file.id)}
            for file in material.word_files
        ],
        table_files=[
            {"name": name_of_file(file.name), "taken": file.state == "taken"}
            for file in material.table_files
        ],
        removals=[view_removal(removal, name) for removal, name in removals],
        shown_sha256=material.sha256,
        may_archive=material.dossier.may(actor(), Action.ARCHIVE),
        error=describe_refusal(refused) if refused else "",
        typed=request.form,
    )  # fmt: skip


def view_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """How much there is of each sort, in words."""
    return [(_(MATERIAL[sort]), counts[sort]) for sort in MATERIAL if counts.get(sort)]


def view_removal(removal: Any, name: str) -> dict[str, Any]:
    """A decision as templates draw it."""
    return {"id": removal.id, "at": removal.at, "by": name, "decision": removal.decision,
            "counts": view_counts(json.loads(removal.counts))}  # fmt: skip


def _questions(material: Material) -> Any:
    dossier = material.dossier
    for question_id, group in groupby(material.values, key=lambda value: value.question):
        values = list(group)
        known = dossier.questionnaire.by_id.get(question_id)
        question = known or values[0].asked
        yield {
            "id": question_id,
            "number": question.number if question else question_id,
            "text": words(question.text) if question else "",
            "url": question_url(dossier, question_id) if known else "",
            "values": [_value(value) for value in values],
        }


def _value(value: WorkingValue) -> dict[str, Any]:
    return {"text": text_then(value.asked, value.given.value), "blank": value.given.blank,
            "why": _(WORKING_VALUES[value.sort]), "version": value.version,
            "author": value.author, "at": value.at}  # fmt: skip


def _contributed(dossier: Dossier, item: Contributed) -> dict[str, Any]:
    return {
        "unit": item.unit_name,
        "note": item.note,
        "count": sum(item.counts.values()),
        "values": [_contributed_value(dossier, value) for value in item.values],
        "reasons": [(_label(dossier, question), text) for question, text in item.reasons],
        "files": [{"name": file.name, "size_text": format_size(file.size)} for file in item.files],
        "word_files": len(item.word_files),
        "table_files": len(item.table_files),
    }  # fmt: skip


def _contributed_value(dossier: Dossier, value: ContributedValue) -> dict[str, Any]:
    question, given = dossier.questionnaire.by_id[value.question], value.given
    return {"label": label_of(question), "told": given is not None,
            "text": plain_text(question, given.value) if given else "",
            "blank": given.blank if given else None, "author": value.author, "at": value.at,
            "why": _("Senaste lydelsen") if value.stood else _("Äldre lydelse")}  # fmt: skip


def _label(dossier: Dossier, question_id: str) -> str:
    question = dossier.questionnaire.by_id.get(question_id)
    return label_of(question) if question else question_id


@pages.post("/submissions/<int:submission_id>/weeding")
@action(Action.WEED)
def remove(submission_id: int) -> Response | tuple[str, int]:
    """Remove exactly what was shown, by a decision."""
    form = request.form
    try:
        if not form.get("confirmed"):
            raise Invalid("removal_not_confirmed")
        with writing() as session:
            weeding.remove_material(
                session, actor(), submission_id, decision=form.get("decision", ""),
                shown_sha256=form.get("shown_sha256", ""), now=now(), signer=place().key,
            )  # fmt: skip
    except Invalid as refused:
        return _page(submission_id, refused), refused.status
    flash(_("Arbetsmaterialet är borttaget. Handlingen är oförändrad."), "success")
    return redirect(url_for("weeding.show", submission_id=submission_id))
