"""The results of a round: all questions a line each, and one question as a whole."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from survey_app.core.pooling import Result
from survey_app.core.workflow import Role
from survey_app.export.results import results_csv, results_json, results_xlsx
from survey_app.export.results_paper import ResultHeading, results_pdf
from survey_app.export.sheet import CSV_TYPE, XLSX_TYPE
from survey_app.services.rounds.result_files import collect_answers
from survey_app.services.rounds.results import Results, questions_with_results, read_results
from survey_app.services.rounds.view import RoundView, find_round
from survey_app.services.upload import safe_name
from survey_app.web.access import role
from survey_app.web.exported import send_exported
from survey_app.web.language import words
from survey_app.web.place import actor, now, reading
from survey_app.web.result_charts import view_charts
from survey_app.web.results import (
    percentage,
    summary,
    unit_of,
    view_cells,
    view_figures,
    view_gaps,
    view_options,
    view_reply,
    view_rows,
    view_spread,
)

pages = Blueprint("results", __name__)
READERS = (Role.STRATEGIST, Role.APPROVER, Role.ARCHIVIST)
LONGEST_LABEL = 60
ON_A_PAGE = 50
"""So many units' answers stand on one page."""


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results")
@role(*READERS)
def index(diary_number: str, round_id: int) -> str:
    """Every question of the round, a line each."""
    with reading() as session:
        view = find_round(session, actor(), diary_number, round_id)
        results = read_results(session, view)
    return render_template(
        "results/index.html",
        **_head(view, results),
        sections=_sections(view, results),
    )


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results.xlsx")
@role(*READERS)
def xlsx(diary_number: str, round_id: int) -> Response:
    """All answers as a workbook."""
    return _file(diary_number, round_id, "xlsx")


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results.csv")
@role(*READERS)
def csv(diary_number: str, round_id: int) -> Response:
    """All answers as CSV, a line a cell."""
    return _file(diary_number, round_id, "csv")


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results.json")
@role(*READERS)
def json(diary_number: str, round_id: int) -> Response:
    """All answers as they are stored."""
    return _file(diary_number, round_id, "json")


_WRITERS = {
    "xlsx": (results_xlsx, XLSX_TYPE),
    "csv": (results_csv, CSV_TYPE),
    "json": (results_json, "application/json"),
}


def _file(diary_number: str, round_id: int, ending: str) -> Response:
    with reading() as session:
        view = find_round(session, actor(), diary_number, round_id)
        held = collect_answers(session, view, now())
    write, media_type = _WRITERS[ending]
    name = safe_name(f"{diary_number} {view.row.title}.{ending}")
    return send_exported(f"results_{ending}", write(held), name, media_type, diary_number)


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results.pdf")
@role(*READERS)
def pdf(diary_number: str, round_id: int) -> Response:
    """What every question came to, with its charts, to be printed."""
    with reading() as session:
        view = find_round(session, actor(), diary_number, round_id)
        results = read_results(session, view)
    heading = ResultHeading(
        view.case.diary_number, view.case.title, view.row.title, view.unit_name,
        view.case.practice, sum(unit.handed_over for unit in results.units),
        tuple(unit.name for unit in results.units if not unit.handed_over),
        now().isoformat(timespec="seconds"),
    )  # fmt: skip
    data = results_pdf(heading, view.questionnaire, results.questions)
    name = safe_name(f"{diary_number} {view.row.title}.pdf")
    return send_exported("results_pdf", data, name, "application/pdf", diary_number)


def _head(view: RoundView, results: Results) -> dict[str, Any]:
    return {
        "case": view.case,
        "round": view.row,
        "is_open": view.is_open,
        "questionnaire": words(view.questionnaire.title),
        "period": view.questionnaire.period,
        "handed_over": sum(unit.handed_over for unit in results.units),
        "all": len(results.units),
        "missing": [unit.name for unit in results.units if not unit.handed_over],
    }


def _sections(view: RoundView, results: Results) -> list[dict[str, Any]]:
    """The lines by section; a section of which nothing can be told is left out."""
    lines = {item.question.id: _line(view, item) for item in results.questions}
    found = [
        {"title": words(section.title),
         "lines": [lines[item.id] for item in section.questions if item.id in lines]}
        for section in view.questionnaire.sections
    ]  # fmt: skip
    return [section for section in found if section["lines"]]


def _line(view: RoundView, result: Result) -> dict[str, Any]:
    return {
        "number": result.question.number,
        "text": words(result.question.text),
        "url": _url(view, result.question.id),
        "answered": len(result.of("answered")),
        "asked": len(result.replies) - len(result.of("missing", "not_asked")),
        "said": summary(result),
    }


def _url(view: RoundView, question: str, **more: Any) -> str:
    return url_for("results.show", diary_number=view.case.diary_number, round_id=view.id,
                   question_id=question, **more)  # fmt: skip


@pages.get("/cases/<diary_number>/rounds/<int:round_id>/results/<question_id>")
@role(*READERS)
def show(diary_number: str, round_id: int, question_id: str) -> str:
    """One question: what the units answered together, and each of them."""
    with reading() as session:
        view = find_round(session, actor(), diary_number, round_id)
        results = read_results(session, view, question_id)
    [result] = results.questions
    answered = result.of("answered")
    last = max(1, -(-len(answered) // ON_A_PAGE))
    page = min(max(request.args.get("page", 1, int), 1), last)
    return render_template(
        "results/show.html",
        **_head(view, results),
        **_taken_together(result),
        question=result.question,
        number=result.question.number,
        answered=len(answered),
        asked=len(result.replies) - len(result.of("missing", "not_asked")),
        replies=[
            view_reply(result, reply)
            for reply in answered[(page - 1) * ON_A_PAGE : page * ON_A_PAGE]
        ],
        page=page,
        pages=[{"number": n, "url": _url(view, question_id, page=n)} for n in range(1, last + 1)],
        **_neighbours(view, question_id),
    )


def _taken_together(result: Result) -> dict[str, Any]:
    share = result.share
    return {
        "options": view_options(result.options),
        "rows": view_rows(result.rows),
        "figures": view_figures(result.figures, unit_of(result.question)),
        "share": share and {**share._asdict(), "value": percentage(share.value)},
        "cells": view_cells(result),
        "gaps": view_gaps(result),
        "charts": view_charts(result),
        "spread": view_spread(result),
    }


def _neighbours(view: RoundView, question_id: str) -> dict[str, Any]:
    """The questions before and after."""
    known = questions_with_results(view)
    place = [item.id for item in known].index(question_id)
    told = {}
    for name, other in (("before", place - 1), ("after", place + 1)):
        if 0 <= other < len(known):
            question = known[other]
            text = f"{question.number or ''} {words(question.text)}".strip()
            label = text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1].rstrip()}…"
            told[name] = {"label": label, "url": _url(view, question.id)}
    return told
