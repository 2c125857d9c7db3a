"""Importing the answers of many units of a round: a template, files or a paste, a look, and only
then anything is written; handing over for units in which nobody has an account."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from survey_app.core.answer_sheets import Fault, Place
from survey_app.core.evaluation import Given
from survey_app.core.questionnaire import Question
from survey_app.core.workflow import Role
from survey_app.export.results import template_xlsx
from survey_app.export.sheet import XLSX_TYPE
from survey_app.services.refusal import ChangedMeanwhile, Invalid, Refused
from survey_app.services.rounds.importing import (
    FileRead,
    ImportLook,
    UnitPlan,
    keep_import,
    look_at_import,
    read_files,
    take_import,
    throw_import_away,
)
from survey_app.services.rounds.result_files import collect_answers
from survey_app.services.rounds.standing_in import hand_over_for, list_waiting
from survey_app.services.rounds.targets import LEAVE_OUT
from survey_app.services.rounds.view import RoundView, find_changeable
from survey_app.services.upload import safe_name
from survey_app.web.access import role
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.pages.attachments import as_download
from survey_app.web.place import actor, now, place, reading, writing
from survey_app.web.receiving import received
from survey_app.web.results import reply_text
from survey_app.web.speech import describe_refusal

pages = Blueprint("round_import", __name__)
MOST_FILES = 1000
MOST_WHOLE = 20
"""Of so many units all that would be written is shown."""
MOST_MEGABYTES = 25
_TYPES = (".xlsx", ".csv", ".txt")


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/import")
@role(Role.STRATEGIST)
def show(diary_number: str, round_id: int) -> str:
    """How to import; what was sent in and not taken yet."""
    return _page(diary_number, round_id)


def _page(
    diary_number: str, round_id: int, refused: Refused | None = None,
    faults: list[Fault] | None = None,
) -> str:  # fmt: skip
    with reading() as session:
        view, look = look_at_import(session, actor(), diary_number, round_id, _choices())
        waiting = list_waiting(session, view)
    return render_template(
        "round_import/show.html",
        case=view.case,
        round=view.row,
        waiting=waiting,
        **_looked(view, look),
        unread=[view_fault(fault) for fault in faults or ()],
        error=_error(refused),
        typed=request.form,
    )


def _looked(view: RoundView, look: ImportLook) -> dict[str, Any]:
    plans = look.plans
    whole = len(plans) <= MOST_WHOLE
    return {
        "files": look.files,
        "faults": [view_fault(fault) for fault in look.faults],
        "names": look.names,
        "targets": sorted(look.targets, key=lambda target: target.name.casefold()),
        "leave_out": LEAVE_OUT,
        "plans": [{"plan": plan, "lines": _lines(view, plan, whole=whole)} for plan in plans],
        "whole": whole,
        "fresh": sum(plan.fresh for plan in plans),
        "changed": sum(plan.changed for plan in plans),
        "same": sum(plan.same for plan in plans),
        "settled": look.is_settled,
        "sha256": look.sha256,
    }


def _lines(view: RoundView, plan: UnitPlan, *, whole: bool) -> list[dict[str, str]]:
    """What goes where of one unit; of many units only what changes something that stands."""
    found = []
    for question in view.questionnaire.questions():
        if question.id in plan.given and (whole or question.id in plan.before):
            before = plan.before.get(question.id)
            found.append({
                "label": f"{question.number or ''} {words(question.text)}".strip(),
                "text": _text(question, plan.given[question.id]),
                "before": _text(question, before) if before else "",
            })  # fmt: skip
    return found


def _text(question: Question, given: Given) -> str:
    if given.value is not None:
        return reply_text(question, given.value)
    return _("Inget svar: %(why)s", why=given.blank["text"] if given.blank else "")


def view_fault(fault: Fault) -> dict[str, str]:
    """What is wrong, and where."""
    said = Refused(fault.code)
    said.facts = fault.facts
    where = fault.place
    parts = [where.file]
    if where.sheet:
        parts.append(_("bladet ”%(sheet)s”", sheet=where.sheet))
    if where.cell:
        parts.append(_("cell %(cell)s", cell=where.cell))
    return {"where": ", ".join(parts), "text": describe_refusal(said)}


def _error(refused: Refused | None) -> dict[str, str] | None:
    if refused is None:
        return None
    at = {"no_units_chosen": "waiting", "unit_has_account": "waiting", "not_all_explained":
          "waiting", "round_not_open_yet": "waiting", "import_not_settled": "look",
          "import_outdated": "look"}.get(refused.code, "files")  # fmt: skip
    return {"field": at, "text": describe_refusal(refused), "href": f"#{at}"}


def _choices() -> dict[str, int]:
    """Whose answers each unknown name has, as far as that is said."""
    names, chosen = request.form.getlist("name"), request.form.getlist("meant")
    return {
        name: int(unit[:10])
        for name, unit in zip(names, chosen, strict=False)
        if unit.isdecimal()
    }  # fmt: skip


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/import/template.xlsx")
@role(Role.STRATEGIST)
def template(diary_number: str, round_id: int) -> Response:
    """A workbook to fill in, with the units of the round."""
    with reading() as session:
        view = find_changeable(session, actor(), diary_number, round_id)
        held = collect_answers(session, view, now())
    word = _("mall")
    name = safe_name(f"{diary_number} {view.row.title} {word}.xlsx")
    return as_download(template_xlsx(held), name, XLSX_TYPE)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/import")
@role(Role.STRATEGIST)
def receive(diary_number: str, round_id: int) -> AnyResponse | tuple[str, int]:
    """Keep what came, to be looked at."""
    with reading() as session:
        find_changeable(session, actor(), diary_number, round_id)
    files, faults = _received()
    if faults:
        return _page(diary_number, round_id, faults=faults), 422
    try:
        with writing() as session:
            keep_import(session, actor(), diary_number, round_id, files, now())
    except Invalid as refused:
        return _page(diary_number, round_id, refused), refused.status
    return _back(diary_number, round_id)


def _received() -> tuple[list[FileRead], list[Fault]]:
    """The files and the paste of the form, read, and those that cannot be."""
    came, faults = [], []
    for incoming in request.files.getlist("files")[:MOST_FILES]:
        if not incoming.filename:
            continue
        try:
            if not incoming.filename.lower().endswith(_TYPES):
                raise Invalid("file_type", name=incoming.filename, types="csv, xlsx")
            with received(incoming, MOST_MEGABYTES) as upload:
                came.append((upload.name, upload.file.read()))
        except Invalid as refused:
            faults.append(Fault(refused.code, Place(incoming.filename, ""), refused.facts))
    if pasted := request.form.get("pasted", "").strip():
        came.append((_("Inklistrat"), pasted.encode()))
    files, unread = read_files(came)
    return files, [*faults, *unread]


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/import/answers")
@role(Role.STRATEGIST)
def take(diary_number: str, round_id: int) -> AnyResponse | tuple[str, int]:
    """Write all that was looked at, or nothing; looks again where units are only now chosen."""
    if "look" in request.form:
        return _page(diary_number, round_id), 200
    try:
        with writing() as session:
            made = take_import(
                session, actor(), diary_number, round_id,
                shown_sha256=request.form.get("shown_sha256", ""), choices=_choices(),
                now=now(), signer=place().key,
            )  # fmt: skip
    except (Invalid, ChangedMeanwhile) as refused:
        return _page(diary_number, round_id, refused), refused.status
    flash(_("Svaren från %(n)s enheter är inlästa.", n=made) if made != 1 else
          _("Svaren från en enhet är inlästa."), "success")  # fmt: skip
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/import/removal")
@role(Role.STRATEGIST)
def throw_away(diary_number: str, round_id: int) -> AnyResponse:
    """Do without what was only looked at."""
    with writing() as session:
        throw_import_away(session, actor(), diary_number, round_id)
    flash(_("Filerna är borttagna. Inget av dem är inläst."), "info")
    return _back(diary_number, round_id)


@pages.post("/cases/<diary_number>/rounds/<int:round_id>/import/hand-over")
@role(Role.STRATEGIST)
def hand_over(diary_number: str, round_id: int) -> AnyResponse | tuple[str, int]:
    """Hand over for units in which nobody has an account."""
    chosen = [int(item[:10]) for item in request.form.getlist("submission") if item.isdecimal()]
    try:
        with writing() as session:
            made = hand_over_for(
                session, actor(), diary_number, round_id, chosen, now(), place().key
            )
    except Invalid as refused:
        return _page(diary_number, round_id, refused), refused.status
    flash(_("Svaret är lämnat för %(n)s enheter.", n=made) if made != 1 else
          _("Svaret är lämnat för enheten."), "success")  # fmt: skip
    return redirect(url_for("rounds.show", diary_number=diary_number, round_id=round_id))


def _back(diary_number: str, round_id: int) -> AnyResponse:
    return redirect(url_for("round_import.show", diary_number=diary_number, round_id=round_id))
