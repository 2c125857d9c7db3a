"""The work on a whole submission: its questions counted by section, by person and by how far."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from survey_app.core.questionnaire import Question, Section
from survey_app.core.task import TaskState
from survey_app.services.submission import Dossier
from survey_app.services.work import Work, asked_questions, count_states
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.place import today
from survey_app.web.views import label_of, question_url, section_url
from survey_app.web.work import Owners, say_work, state_word

NOBODY = "none"
"""Stands for no owner in the address of a list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A question with the work on it, and whether its answer must be mended."""

    question: Question
    section: str
    work: Work
    troubled: bool


NARROWING = ("section", "state", "owner", "only")
"""What the address of a list may say; ``only`` is late or fix."""


def rows_of(dossier: Dossier, works: Mapping[str, Work]) -> list[Row]:
    """The questions asked now, in order, with the work on each."""
    troubled = {
        problem.question
        for problem in dossier.evaluation.with_severity("error")
        if (given := dossier.answers.get(problem.question)) and given.value is not None
    }
    sections = dossier.questionnaire.section_of
    return [
        Row(item, sections[item.id].id, works[item.id], item.id in troubled)
        for item in asked_questions(dossier)
    ]


def section_lines(dossier: Dossier, rows: list[Row]) -> list[dict[str, Any]]:
    """A line a section of which anything is asked."""
    there = {row.section for row in rows}
    return [
        _section_line(dossier, section, [row for row in rows if row.section == section.id])
        for section in dossier.questionnaire.sections
        if section.id in there
    ]


def _section_line(dossier: Dossier, section: Section, mine: list[Row]) -> dict[str, Any]:
    return {
        "id": section.id,
        "title": words(section.title),
        "url": section_url(dossier.id, section.id),
        "owners": [
            {**person, "url": _url(dossier.id, section=section.id, owner=person["id"])}
            for person in _owners(mine)
        ],
        "questions": [view_row(dossier, row) for row in mine],
        **line_of(dossier, mine, section=section.id),
    }


def _owners(rows: list[Row]) -> list[dict[str, Any]]:
    """Who owns how many, most first; nobody last."""
    counted = Counter((row.work.owner_id, row.work.owner) for row in rows)
    order = sorted(counted.items(), key=lambda item: (item[0][0] is None, -item[1], item[0][1]))
    return [{"id": account or NOBODY, "name": name, "count": n} for (account, name), n in order]


def line_of(dossier: Dossier, rows: list[Row], **narrowed: Any) -> dict[str, Any]:
    """How far some questions are: numbers, each with the address of its questions, and a bar."""
    counts = count_states(row.work for row in rows)
    day = today()
    open_days = [row.work.due for row in rows if row.work.due and row.work.state != TaskState.DONE]
    starts, at = [], 0
    for count in counts.values():
        starts.append(at)
        at += count
    return {
        "total": len(rows),
        "cells": [
            {"state": state.value, "count": count, "start": start,
             "url": _url(dossier.id, state=state.value, **narrowed)}
            for (state, count), start in zip(counts.items(), starts, strict=True)
        ],
        "late": sum(row.work.is_late(day) for row in rows),
        "next": min((due for due in open_days if due >= day), default=None),
        "late_url": _url(dossier.id, only="late", **narrowed),
        "problems": sum(row.troubled for row in rows),
        "problems_url": _url(dossier.id, only="fix", **narrowed),
    }  # fmt: skip


def people_lines(dossier: Dossier, rows: list[Row]) -> list[dict[str, Any]]:
    """A line for everybody who owns something, and for nobody."""
    return [
        {**person,
         **line_of(dossier, [row for row in rows if (row.work.owner_id or NOBODY) == person["id"]],
                 owner=person["id"])}
        for person in _owners(rows)
    ]  # fmt: skip


def _url(submission_id: int, **narrowed: Any) -> str:
    return url_for("tasks.show", submission_id=submission_id, _anchor="questions", **narrowed)


def is_among(row: Row, chosen: dict[str, str]) -> bool:
    """Whether a question is in the list that an address asks for."""
    return (
        chosen["section"] in ("", row.section)
        and chosen["state"] in ("", row.work.state.value)
        and chosen["owner"] in ("", str(row.work.owner_id or NOBODY))
        and (chosen["only"] != "late" or row.work.is_late(today()))
        and (chosen["only"] != "fix" or row.troubled)
    )


def narrowed_to(dossier: Dossier, chosen: dict[str, str], owners: Owners) -> str:
    """Which questions are listed, in words; nothing where all are."""
    section = dossier.questionnaire.section(chosen["section"])
    known = {state.value: state_word(state) for state in TaskState}
    names = {str(account): name for account, name in owners} | {NOBODY: _("ingen ägare")}
    parts = [
        words(section.title) if section else "",
        known.get(chosen["state"], ""),
        names.get(chosen["owner"], ""),
        {"late": _("försenade"), "fix": _("att rätta")}.get(chosen["only"], ""),
    ]
    return ", ".join(part for part in parts if part)


def view_row(dossier: Dossier, row: Row) -> dict[str, Any]:
    """A question as the list and the cells of the overview draw it."""
    question, work = row.question, row.work
    parts = say_work(work, today(), dossier.deadline)
    return {
        "number": question.number,
        "label": label_of(question),
        "text": words(question.text),
        "url": question_url(dossier, question.id),
        "state": work.state.value,
        "said": ", ".join(text for text, _class in parts),
        "parts": parts,
        "owner": work.owner,
        "due": work.due,
        "late": work.is_late(today()),
        "after": work.is_after(dossier.deadline),
        "comments": work.comments,
        "comments_url": url_for("comments.show", submission_id=dossier.id, question_id=question.id),
        "troubled": row.troubled,
    }
