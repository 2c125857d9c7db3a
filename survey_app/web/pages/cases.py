"""Cases: the front page, one case, a new case."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.workflow import RULES, Action, Role, State
from survey_app.export.memo import LAYOUT
from survey_app.export.package.preservation import SOURCE
from survey_app.services.archives import archive as archive_service
from survey_app.services.archives.packaging import papers_of
from survey_app.services.archives.preservation import flagged_files
from survey_app.services.case import (
    current_submissions,
    find_case,
    has_open_round,
    list_cases,
    open_case,
    submissions_of,
)
from survey_app.services.contributions.contribution import own_contributions
from survey_app.services.deadline import is_overdue
from survey_app.services.mine import list_left, owns_anything
from survey_app.services.refusal import Invalid, Refused
from survey_app.services.register.board_decision import decisions_of
from survey_app.services.removals.removed_case import list_removed
from survey_app.services.reports.report import list_reports
from survey_app.services.rounds.answer import own_round_answers
from survey_app.services.rounds.view import count_rounds, rounds_by_case
from survey_app.services.specification import add_specification
from survey_app.services.submission import Dossier, list_submissions, read_answers
from survey_app.store.tables import Unit
from survey_app.web.access import role, signed_in
from survey_app.web.catalogue import gettext as _
from survey_app.web.forms_at_hand import forms_at_hand, forms_offered
from survey_app.web.place import actor, now, reading, today, writing
from survey_app.web.speech import describe_refusal
from survey_app.web.views import label_of, view_submission

pages = Blueprint("cases", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)


@pages.get("/")
@signed_in
def index() -> str | Response:
    """The cases of one's units; an administrator, who reads no answers, goes to the accounts."""
    if not actor().units_as(*READERS) and actor().has(Role.ADMINISTRATOR):
        return redirect(url_for("accounts.index"))
    with reading() as session:
        cards = _cards(session)
        left = list_left(session, actor()).mine if owns_anything(session, actor()) else []
        asked = _asked(session)
        in_rounds = _in_rounds(session)
        removed = list_removed(session, actor())
    late = sum(item.work.is_late(today()) for item in left)
    return render_template(
        "cases/index.html",
        cases=cards,
        asked=asked,
        rounds=in_rounds,
        left=len(left),
        late=late,
        removed=removed,
        sees_remains=actor().has(Role.ARCHIVIST),
        may_open=actor().has(Role.STRATEGIST),
    )


def _cards(session: Session) -> list[dict[str, Any]]:
    """Every case of one's units, with its own forms and what others are asked in it."""
    cases = list_cases(session, actor())
    rounds = rounds_by_case(session, [case.id for case in cases if case.id])
    names = {unit: session.get(Unit, unit) for unit in {case.unit_id for case in cases}}
    cards: dict[str, dict[str, Any]] = {
        case.diary_number: {
            "number": case.diary_number, "title": case.title, "practice": case.practice,
            "url": url_for("cases.show", diary_number=case.diary_number),
            "unit": unit.name if (unit := names[case.unit_id]) else "",
            "submissions": [], "rounds": rounds.get(case.id or 0, []),
        }
        for case in cases
    }  # fmt: skip
    for dossier in list_submissions(session, actor()):
        read_answers(session, dossier)
        view = view_submission(dossier)
        progress = dossier.evaluation.progress.values()
        cards[dossier.diary_number]["submissions"].append(
            {
                "view": view,
                "answered": sum(part.answered for part in progress),
                "total": sum(part.shown for part in progress),
                "problems": sum(part.problems for part in progress),
                "waits_for_me": _waits(view.state, dossier.unit_id),
                "late": is_overdue(session, dossier, today()),
            }
        )
    return list(cards.values())


def _asked(session: Session) -> list[dict[str, Any]]:
    """What one's units are asked to contribute to the answers of others."""
    return [
        {
            "view": view_submission(dossier),
            "questions": ", ".join(map(label_of, dossier.questionnaire.questions())),
            "waits_for_me": dossier.may(actor(), Action.HAND_OVER),
            "late": bool(dossier.deadline and dossier.deadline < today()),
        }
        for dossier in own_contributions(session, actor())
    ]


def _in_rounds(session: Session) -> list[dict[str, Any]]:
    """What one's units are asked to answer in rounds."""
    found = own_round_answers(session, actor(), today())
    return [
        {
            "view": view_submission(dossier),
            "several": len({item.unit_id for item in found}) > 1,
            "waits_for_me": dossier.may(actor(), Action.HAND_OVER),
            "late": bool(dossier.deadline and dossier.deadline < today()),
        }
        for dossier in found
    ]


def _waits(state: str, unit_id: int) -> bool:
    """Whether the next step is this person's."""
    turn = {
        "draft": Role.STRATEGIST,
        "awaiting_approval": Role.APPROVER,
        "approved": Role.STRATEGIST,
        "handed_in": Role.ARCHIVIST,
    }
    return turn.get(state) in actor().roles_in(unit_id)


@pages.get("/cases/<diary_number>")
@role(*READERS)
def show(diary_number: str) -> str:
    """One case: its submissions, its documents."""
    with reading() as session:
        case = find_case(session, actor(), diary_number)
        assert case.id is not None
        mine = set(submissions_of(session, case.id))
        current = set(current_submissions(session, case.id))
        entries: list[dict[str, Any]] = []
        for dossier in list_submissions(session, actor()):
            if dossier.id in mine:
                view = view_submission(dossier)
                matter = _matter(session, dossier) if view.memo else ""
                entries.append({"view": view, "current": dossier.id in current, "matter": matter})
        copies = archive_service.list_copies(session, actor(), diary_number)
        rounds = count_rounds(session, case.id)
        waits = has_open_round(session, case.id)
        reports = list_reports(session, case.id)
        is_archivist = Role.ARCHIVIST in actor().roles_in(case.unit_id)
        decisions = decisions_of(session, case)
        papers = bool(papers_of(session, case.id))
        flagged = flagged_files(session, actor(), diary_number) if is_archivist else []
    current_states = [
        entry["view"].state
        for entry in entries
        if entry["current"] and (not entry["view"].memo or entry["view"].state != State.DRAFT)
    ]
    handed_over = sum(item["handed_over"] for item in rounds)
    approved = (
        not waits
        and all(state in ("approved", "handed_in", "archived") for state in current_states)
        and bool(current_states or handed_over or papers)
    )
    return render_template(
        "cases/show.html", case=case, approved=approved, copies=copies,
        entries=[entry for entry in entries if not entry["view"].memo],
        memos=[entry for entry in entries if entry["view"].memo],
        something=bool(entries or handed_over or papers),
        answers=bool(entries or handed_over),
        waits=waits,
        rounds=rounds, may_open_round=Role.STRATEGIST in actor().roles_in(case.unit_id),
        decisions=decisions, reports=reports,
        may_register=not RULES[Action.REGISTER].roles.isdisjoint(actor().roles_in(case.unit_id)),
        may_give_out=is_archivist, flagged=flagged, format_source=SOURCE,
    )  # fmt: skip


def _matter(session: Session, dossier: Dossier) -> str:
    """What a memo is about, as far as that is written."""
    read_answers(session, dossier)
    given = dossier.answers.get("arende")
    return str(given.value) if given and given.value else ""


@pages.get("/cases/new")
@role(Role.STRATEGIST)
def new() -> str:
    """The form for a new case."""
    return _new_page({}, None)


@pages.post("/cases/new")
@role(Role.STRATEGIST)
def create() -> Response | tuple[str, int]:
    """Open a case with a draft for each chosen questionnaire."""
    chosen = set(request.form.getlist("questionnaire"))
    try:
        forms = [form for form in forms_at_hand().forms if form.name in chosen]
        if len(forms) < len(chosen):
            raise Invalid("form_not_at_hand")
        if not all(_is_own(form.questionnaire) for form in forms):
            raise Invalid("form_not_opened_so")
        with writing() as session:
            hashes = [add_specification(session, form.body, now()) for form in forms]
            unit = request.form.get("unit", "")
            case = open_case(
                session,
                actor(),
                unit_id=int(unit[:10]) if unit.isdecimal() else 0,
                diary_number=request.form.get("diary_number", ""),
                title=request.form.get("title", ""),
                specifications=hashes,
                now=now(),
                practice=bool(request.form.get("practice")),
                for_rounds=bool(request.form.get("for_rounds")),
            )
            number = case.diary_number
    except Refused as refused:
        return _new_page(request.form.to_dict(), describe_refusal(refused), chosen), 422
    return redirect(url_for("cases.show", diary_number=number))


def _is_own(questionnaire: Questionnaire) -> bool:
    """Whether the unit of a case answers it itself, from the start; the others are answered in
    rounds and by links, and a memo is begun in a case that there is."""
    return questionnaire.settled_by == "approver" and questionnaire.layout != LAYOUT


def _new_page(
    typed: dict[str, str], error: str | None, chosen: set[str] | frozenset[str] = frozenset()
) -> str:
    with reading() as session:
        units = [session.get(Unit, unit) for unit in actor().units_as(Role.STRATEGIST)]
    return render_template(
        "cases/new.html", **forms_offered(_is_own), chosen=chosen, units=units, typed=typed,
        error=error, heading=_("Nytt ärende"),
    )  # fmt: skip
