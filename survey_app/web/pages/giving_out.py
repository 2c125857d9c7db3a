"""Giving out: choose what to mask, read the copy before it is made, the list of what was given.

Nobody is asked who wants the copy (TF 2 kap. 18 §).
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.workflow import Action, Role
from survey_app.export.blocks import option_text
from survey_app.export.copy.masking import MaskedCopy
from survey_app.export.copy.outline import copy_outline
from survey_app.services.case import find_case
from survey_app.services.refusal import Invalid
from survey_app.services.register import giving_out
from survey_app.services.register.giving_out import Given, Original
from survey_app.services.submission import list_submissions
from survey_app.web.access import action, role
from survey_app.web.catalogue import gettext as _
from survey_app.web.mask_form import (
    GROUNDS,
    approval_group,
    enclosure_group,
    group_of,
    kept,
    marked,
    question_groups,
    read_masks,
)
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import view_submission
from survey_app.web.wording.concerns import CONCERNS

pages = Blueprint("giving_out", __name__)
Page = str | tuple[str, int] | AnyResponse


@pages.get("/submissions/<int:submission_id>/giving-out")
@action(Action.GIVE_OUT)
def choose(submission_id: int) -> str:
    """What to mask."""
    return _choice(_original(submission_id))


def _original(submission_id: int) -> Original:
    with reading() as session:
        return giving_out.open_original(session, actor(), submission_id)


def _choice(original: Original, problems: list[Invalid] | None = None) -> str:
    typed = request.form
    sections, persons = question_groups(original, typed)
    return render_template(
        "giving_out/choose.html",
        submission=view_submission(original.dossier),
        sections=sections,
        persons=persons,
        approval=approval_group(original.record, typed),
        enclosures=enclosure_group(original.record["content"], typed),
        grounds=GROUNDS,
        typed=typed,
        shown=typed.getlist("show"),
        problem_summary=_summary(problems or []),
        invalid=_by_field(problems or []),
    )


def _summary(problems: list[Invalid]) -> list[dict[str, str]]:
    told = dict.fromkeys((describe_refusal(problem), _field(problem)) for problem in problems)
    return [{"text": text, "href": f"#{name}"} for text, name in told]


def _by_field(problems: list[Invalid]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in _summary(problems):
        found.setdefault(item["href"][1:], []).append(item["text"])
    return found


def _field(problem: Invalid) -> str:
    """The id of the field in which something is wrong."""
    target = str(problem.facts.get("target", ""))
    if problem.code.startswith("mask_passage"):
        return f"passages.{group_of(target)}"
    return {"mask_reason_missing": "reason", "mask_ground_missing": "ground"}.get(
        problem.code, "questions"
    )


@pages.post("/submissions/<int:submission_id>/giving-out")
@action(Action.GIVE_OUT)
def make(submission_id: int) -> Page:
    """Look at the copy, change the masks, or make it: one form, three buttons."""
    original, step = _original(submission_id), request.form.get("step", "preview")
    if step == "edit":
        return _choice(original)
    masks, shown = read_masks(request.form, original.record), request.form.getlist("show")
    if problems := giving_out.find_problems(original, masks):
        return _choice(original, problems), 422
    copy = giving_out.try_masks(original, masks, now(), shown)
    if step != "make":
        return _preview(original, copy)
    confirmed = request.form.get("confirmed") == "1"
    if copy.concerns and not confirmed:
        summary = [{"text": describe_refusal(Invalid("concerns_not_confirmed")),
                    "href": "#confirmed"}]  # fmt: skip
        return _preview(original, copy, summary), 422
    with writing() as session:
        row = giving_out.give_out(
            session, actor(), submission_id, masks,
            now=now(), signer=place().key, shown=shown, confirmed=confirmed,
        )  # fmt: skip
        number, given_id = original.dossier.diary_number, row.id
    flash(_("Kopian är gjord. Den bevaras som den är och står i förteckningen."), "success")
    return redirect(url_for("giving_out.show", diary_number=number, given_id=given_id))


def _preview(
    original: Original, copy: MaskedCopy, summary: list[dict[str, str]] | None = None
) -> str:
    return render_template(
        "giving_out/preview.html",
        submission=view_submission(original.dossier),
        copy=copy,
        concerns=[
            _(CONCERNS[item.code], what=item.what, where=item.where) for item in copy.concerns
        ],
        blocks=[(type(block).__name__, block) for block in copy_outline(copy.document).blocks],
        shown=request.form.getlist("show"),
        held=kept(request.form, without=("show",)),
        marked=marked,
        option_text=option_text,
        problem_summary=summary or [],
    )


@pages.get("/cases/<diary_number>/giving-out")
@role(Role.ARCHIVIST)
def index(diary_number: str) -> str:
    """What was given out of a case, and what was refused."""
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        rows = giving_out.list_given(session, actor(), diary_number)
        titles = {
            dossier.id: view_submission(dossier).short_title
            for dossier in list_submissions(session, actor())
        }
    return render_template("giving_out/index.html", case=case, rows=rows, titles=titles)


@pages.get("/cases/<diary_number>/giving-out/<int:given_id>")
@role(Role.ARCHIVIST)
def show(diary_number: str, given_id: int) -> str:
    """One copy, or one decision, with its files."""
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        given = giving_out.find_given(session, actor(), diary_number, given_id)
    return render_template(
        "giving_out/show.html", case=case, given=given, files=_files(diary_number, given)
    )


def _files(diary_number: str, given: Given) -> list[dict[str, str]]:
    return [
        {"kind": kind.upper(), "sha256": sha256,
         "url": url_for("giving_out.file", diary_number=diary_number, given_id=given.id,
                        kind=kind)}
        for kind, sha256 in given.files.items()
    ]  # fmt: skip


@pages.get("/cases/<diary_number>/giving-out/<int:given_id>/<kind>")
@role(Role.ARCHIVIST)
def file(diary_number: str, given_id: int, kind: str) -> Response:
    """A file as it was made: pdf, json or zip."""
    with reading() as session:
        copy = giving_out.given_file(session, actor(), diary_number, given_id, kind)
    return as_download(copy.data, copy.name, copy.media_type)


@pages.get("/cases/<diary_number>/giving-out/refusal")
@role(Role.ARCHIVIST)
def refusal(diary_number: str) -> str:
    """The form of a decision not to give out."""
    return _refusal_page(diary_number, {})


def _refusal_page(diary_number: str, problems: dict[str, str]) -> str:
    with reading() as session:
        giving_out.list_given(session, actor(), diary_number)  # refuses whoever may not
        case = find_case(session, actor(), diary_number)
    typed: dict[str, Any] = {"decided_by": actor().title, **request.form.to_dict()}
    return render_template(
        "giving_out/refusal.html", case=case, typed=typed, problems=problems, grounds=GROUNDS,
        problem_summary=[{"text": text, "href": f"#{name}"} for name, text in problems.items()],
    )  # fmt: skip


@pages.post("/cases/<diary_number>/giving-out/refusal")
@role(Role.ARCHIVIST)
def refuse(diary_number: str) -> Page:
    """Write the decision and keep it."""
    try:
        with writing() as session:
            row = giving_out.refuse(
                session, actor(), diary_number, request.form.to_dict(), now(), place().key
            )
            given_id = row.id
    except Invalid as refused:
        told = _missing()
        missing = str(refused.facts.get("fields", "")).split(",")
        problems = {name: told[name] for name in missing}
        return _refusal_page(diary_number, problems), refused.status
    flash(_("Beslutet är skrivet och bevaras. Lämna det till den som begärde handlingen."),
          "success")  # fmt: skip
    return redirect(url_for("giving_out.show", diary_number=diary_number, given_id=given_id))


def _missing() -> dict[str, str]:
    return {
        "what": _("Skriv vad som inte lämnas ut."),
        "reasons": _("Skriv skälen för beslutet."),
        "ground": _("Skriv lagrummet, till exempel OSL 25 kap. 1 §."),
        "decided_by": _("Skriv befattningen på den som har fattat beslutet."),
    }
