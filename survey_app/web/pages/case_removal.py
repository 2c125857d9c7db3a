"""Removal (gallring) of a whole case: what goes is looked at and removed by decision; and what is
still known of a case that was removed.
"""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from survey_app.core.kinds.date import read_date
from survey_app.core.workflow import Role
from survey_app.services.case import find_case
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, Refused, WrongState
from survey_app.services.removals import case as case_removal
from survey_app.services.removals.removed_case import Remains, read_remains
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.wording.labels import DIRECTIONS, DOCUMENTS
from survey_app.web.wording.removals import CONTENTS, OBSTACLES

pages = Blueprint("case_removal", __name__)
_AT = "/cases/<diary_number>/removal"


@pages.get(_AT)
@role(Role.ARCHIVIST)
def show(diary_number: str) -> str:
    """What goes and what stays, with the form; of a removed case what is still known."""
    return _page(diary_number)


def _page(diary_number: str, refused: Refused | None = None) -> str:
    with reading() as session:
        case = find_case(session, actor(), diary_number, removed=True)
        if Role.ARCHIVIST not in actor().roles_in(case.unit_id):
            raise Forbidden("not_your_role")
        remains = read_remains(session, actor(), case)
        if remains is not None:
            return _remains_page(remains, refused)
        contents = case_removal.survey_case(session, actor(), diary_number)
    return render_template(
        "cases/removal.html",
        case=contents.case,
        counts=view_counts(contents.counts),
        shared=contents.shared,
        given=contents.counts.get("given_copies", 0),
        obstacles=[_(OBSTACLES[item.code], n=item.n) for item in contents.obstacles],
        package=contents.package,
        shown_sha256=contents.sha256,
        error=_error(refused),
        typed=request.form,
    )


def _remains_page(remains: Remains, refused: Refused | None) -> str:
    return render_template(
        "cases/removed.html",
        case=remains.removed.case,
        removal=remains.removed.removal,
        by=remains.removed.by,
        counts=view_counts(json.loads(remains.removed.removal.counts)),
        records=remains.records,
        documents=[
            {"day": row.day, "kind": _(DOCUMENTS[row.kind]),
             "direction": _(DIRECTIONS[row.direction]), "struck": row.struck is not None}
            for row in remains.documents
        ],
        error=describe_refusal(refused) if refused else "",
    )  # fmt: skip


def view_counts(counts: dict[str, int]) -> list[tuple[str, int]]:
    """How much there is of each sort, in words."""
    return [(_(CONTENTS[sort]), counts[sort]) for sort in CONTENTS if counts.get(sort)]


def _error(refused: Refused | None) -> dict[str, Any] | None:
    if refused is None:
        return None
    field = str(refused.facts.get("field", "contents"))
    return {"field": field, "text": describe_refusal(refused), "href": f"#{field}"}


@pages.post(_AT)
@role(Role.ARCHIVIST)
def remove(diary_number: str) -> Response | tuple[str, int]:
    """Remove exactly what was shown, by a decision."""
    form = request.form
    decided = case_removal.Decision(
        decision=form.get("decision", ""),
        ground=form.get("ground", ""),
        day=read_date(form.get("day", "")),
        keeping=form.get("keeping", ""),
    )
    try:
        with writing() as session:
            case_removal.remove_case(
                session, actor(), diary_number, decided, confirmed=bool(form.get("confirmed")),
                shown_sha256=form.get("shown_sha256", ""), now=now(), signer=place().key,
            )  # fmt: skip
    except (Invalid, ChangedMeanwhile, WrongState) as refused:
        return _page(diary_number, refused), refused.status
    if place().database.sweep():
        flash(_("Ärendet är gallrat."), "success")
    else:
        flash(_("Ärendet är gallrat. Databasens logg på disken kunde inte skrivas om medan andra "
                "läste: kör survey-app case sweep."), "warning")  # fmt: skip
    return redirect(url_for("case_removal.show", diary_number=diary_number))
