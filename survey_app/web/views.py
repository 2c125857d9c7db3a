"""What templates are given: plain objects made from a dossier, with words already chosen."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from flask import url_for

from survey_app.core.condition import is_shown
from survey_app.core.evaluation import NOTHING, Blank, Evaluation, rows_shown
from survey_app.core.kinds import KINDS
from survey_app.core.problem import Problem
from survey_app.core.questionnaire import Passage, Question, Questionnaire, Section
from survey_app.core.wording import Bilingual
from survey_app.core.workflow import Action
from survey_app.services.answer import is_open
from survey_app.services.contributions.request import Request
from survey_app.services.scope import scope_of
from survey_app.services.submission import Dossier
from survey_app.web.cells import view_table
from survey_app.web.entries import view_list
from survey_app.web.language import words
from survey_app.web.number import format_size, show_number
from survey_app.web.place import actor
from survey_app.web.speech import contribution_label, describe_problem, state_label
from survey_app.web.steps import view_steps
from survey_app.web.wording.places import part_words


@dataclass(slots=True)
class PassageView:
    """A passage that comes and goes with the answers."""

    text: Bilingual | None
    heading: Bilingual | None
    items: list[Bilingual] | None
    link: Bilingual | None
    url: str | None
    by: str
    shown: bool
    key: str


@dataclass(slots=True)
class ProblemView:
    """A problem in the reader's words."""

    text: str
    part: str
    severity: str
    question: str = ""
    code: str = ""
    place: str = ""
    """Where within the answer, in words; empty for the whole."""


@dataclass(slots=True)
class QuestionView:
    """A question with its answer."""

    question: Question
    value: Any
    blank: Blank | None
    version: int
    shown: bool
    problems: list[ProblemView]
    derived: bool
    editable: bool
    changed_by: str = ""
    changed_at: datetime.datetime | None = None
    computed: str = ""
    history_url: str = ""
    returned: str = ""
    present: str = ""
    rows_shown: set[str] | None = None
    files: list[dict[str, Any]] | None = None
    detail_files: dict[str, list[dict[str, Any]]] | None = None
    beside: Any = None
    """What a list or a table is drawn from (``web/entries.py``, ``web/cells.py``)."""
    table_url: str = ""  # where a table is imported
    before: list[Any] | None = None
    help: list[Any] | None = None
    after: list[Any] | None = None
    carried: bool = False
    earlier: Any = None
    """What was answered then: an ``EarlierView`` (``web/earlier.py``), or None."""
    contributions: Any = None
    """What units contribute: a ``BesideView`` (``web/gathered.py``), or None."""
    proposals: list[Any] = field(default_factory=list)
    """What is proposed beside it: each a ``ProposalView`` (``web/proposed.py``)."""


@dataclass(slots=True)
class SectionView:
    """A section with its questions, and the work on them (``web.work.WorkView``) by their ids."""

    id: str
    title: str
    intro: list[Any]
    shown: bool
    shown_when: Any
    questions: list[QuestionView] = field(default_factory=list)
    work: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class SubmissionView:
    """What every page of a submission tells at its head."""

    id: int
    state: str
    state_label: str
    editable: bool
    deadline: datetime.date | None
    extended: bool
    completion: bool
    questionnaire_title: str
    short_title: str
    case_number: str
    case_title: str
    practice: bool
    unit_name: str
    url: str
    case_url: str
    corrects: int | None
    memo: bool = False
    contribution: Request | None = None
    """What was asked for, where it is a contribution or an answer in a round."""


def view_submission(dossier: Dossier) -> SubmissionView:
    """The head of a submission's pages."""
    questionnaire = dossier.questionnaire
    url = submission_url(dossier.id)
    case_url = url_for("cases.show", diary_number=dossier.diary_number)
    state, label = dossier.state.value, state_label(dossier.state)
    if dossier.request is not None:  # whose unit has no part in the case itself
        case_url, state = url, dossier.request.state.value
        state = "sent_back" if dossier.returned and state == "asked" else state
        label = contribution_label(state, dossier.request.sort)
    return SubmissionView(
        id=dossier.id,
        state=state,
        state_label=label,
        editable=dossier.may(actor(), Action.WRITE),
        deadline=dossier.deadline,
        extended=dossier.deadline != dossier.first_deadline,
        completion=dossier.asked is not None,
        questionnaire_title=words(questionnaire.title),
        short_title=words(questionnaire.short_title or questionnaire.title),
        case_number=dossier.diary_number,
        case_title=dossier.case_title,
        practice=dossier.practice,
        unit_name=dossier.unit_name,
        url=url,
        case_url=case_url,
        corrects=dossier.corrects,
        memo=questionnaire.layout == "memo",
        contribution=dossier.request,
    )


def view_problem(problem: Problem) -> ProblemView:
    """A problem in words."""
    return ProblemView(
        describe_problem(problem), problem.part, problem.severity, problem.question, problem.code
    )


def problems_by_question(problems: Iterable[Problem]) -> dict[str, list[ProblemView]]:
    """Problems in words, by question id."""
    found: dict[str, list[ProblemView]] = {}
    for problem in problems:
        found.setdefault(problem.question, []).append(view_problem(problem))
    return found


def view_section(
    dossier: Dossier,
    section: Section,
    problems: dict[str, list[ProblemView]],
    *,
    editable: bool,
) -> SectionView:
    """A section as its page shows it."""
    verdict = dossier.evaluation
    history = _history_pages(dossier.id) if dossier.is_own(actor()) else ""
    return SectionView(
        id=section.id,
        title=words(section.title),
        intro=view_passages(section.intro, verdict, f"{section.id}.intro") or section.intro,
        shown=section.id in verdict.sections,
        shown_when=section.shown_when,
        questions=[
            view_question(dossier, question, problems.get(question.id, []), history,
                          editable=editable)
            for question in section.questions
        ],
    )  # fmt: skip


def view_question(
    dossier: Dossier,
    question: Question,
    problems: list[ProblemView],
    history: str = "",
    *,
    editable: bool,
) -> QuestionView:
    """A question as templates draw it."""
    verdict = dossier.evaluation
    given = dossier.answers.get(question.id, NOTHING)
    mark = dossier.marks.get(question.id)
    for problem in problems:
        problem.place = part_words(question, problem.part, given.value) if problem.part else ""
    view = QuestionView(
        question=question,
        value=given.value,
        blank=given.blank,
        version=mark.version if mark else 0,
        shown=question.id in verdict.shown,
        problems=problems,
        derived=mark.derived if mark else False,
        carried=mark.carried if mark else False,
        editable=editable and (not dossier.limited or is_open(dossier, question.id)),
        changed_by=mark.author if mark else "",
        changed_at=mark.at if mark else None,
        history_url=history and history + question.id,
        returned=dossier.returned.get(question.id, ""),
        before=view_passages(question.before, verdict, f"{question.id}.before"),
        help=view_passages(question.help, verdict, f"{question.id}.help"),
        after=view_passages(question.after, verdict, f"{question.id}.after"),
    )
    if dress := DRESS.get(question.kind):
        dress(dossier, question, given.value, view)
    return view


def _dress_computed(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    view.computed = show_computed(question, dossier.evaluation)


def _dress_rows(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    view.rows_shown = set(rows_shown(question, dossier.evaluation))


def _dress_files(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    if value:
        view.files = view_files(dossier.id, value["files"])


def _dress_options(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    if value:
        view.detail_files = {
            option.id: view_files(dossier.id, value["details"][option.id]["files"])
            for option in question.options
            if option.field and option.field.kind == "attachment"
            if option.id in value["details"]
        }


def _dress_entries(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    view.beside = view_list(question, value)


def _dress_cells(dossier: Dossier, question: Any, value: Any, view: QuestionView) -> None:
    view.beside = view_table(question, value, rows_shown(question, dossier.evaluation))
    view.table_url = url_for("tables.index", submission_id=dossier.id, question_id=question.id)


DRESS: dict[str, Callable[[Dossier, Any, Any, QuestionView], None]] = {
    "computed": _dress_computed,
    "matrix": _dress_rows,
    "attachment": _dress_files,
    "single": _dress_options,
    "multiple": _dress_options,
    "list": _dress_entries,
    "table": _dress_cells,
}
"""What a view is given beside the value, by the kind of question."""


def view_passages(passages: list[Passage], verdict: Evaluation, key: str) -> list[Any] | None:
    """Views where any passage comes and goes; None where the specification's own will do."""
    if all(passage.shown_when is None for passage in passages):
        return None
    return [
        PassageView(
            passage.text, passage.heading, passage.items, passage.link, passage.url, passage.by,
            is_shown(passage.shown_when, verdict.atoms), f"{key}.{number}",
        )
        for number, passage in enumerate(passages)
    ]  # fmt: skip


def show_computed(question: Any, verdict: Evaluation) -> str:
    """A computed value in words, or nothing."""
    value = verdict.computed.get(question.id)
    return "" if value is None else show_number(value, question.shown_as)


def view_files(submission_id: int, files: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Files of an answer, with where they are and how large."""
    return [
        {
            **file,
            "size_text": format_size(file["size"]),
            "url": url_for(
                "attachments.download", submission_id=submission_id, sha256=file["sha256"]
            ),
        }
        for file in files
    ]


def contents_of(dossier: Dossier, current: str = "") -> list[dict[str, Any]]:
    """The contents column: each section with how far it is; of a completion those asked for."""
    verdict = dossier.evaluation
    asked = scope_of(dossier)
    pages = _section_pages(dossier.id)
    steps = view_steps(dossier, pages)
    return [
        {
            "id": section.id,
            "title": words(section.title),
            "url": pages + section.id,
            "shown": section.id in verdict.sections,
            "answered": verdict.progress[section.id].answered,
            "total": verdict.progress[section.id].shown,
            "problems": verdict.progress[section.id].problems,
            "current": section.id == current,
            "steps": steps.get(section.id, []),
        }
        for section in dossier.questionnaire.sections
        if asked is None
        or section.id == current
        or any(question.id in asked for question in section.questions)
    ]


def section_url(submission_id: int, section_id: str) -> str:
    """The page of a section."""
    return url_for("sections.show", submission_id=submission_id, section_id=section_id)


@lru_cache(maxsize=256)
def submission_url(submission_id: int) -> str:
    """The page of a submission."""
    return url_for("submissions.show", submission_id=submission_id)


@lru_cache(maxsize=256)
def _section_pages(submission_id: int) -> str:
    """Where the sections' pages are, but for their ids: an identifier stands in a URL as it is."""
    return section_url(submission_id, "-")[:-1]


@lru_cache(maxsize=256)
def _history_pages(submission_id: int) -> str:
    """Where the questions' histories are, but for their ids."""
    return url_for("history.show", submission_id=submission_id, question_id="-")[:-1]


def place_of(submission_id: int, questionnaire: Questionnaire, question_id: str) -> dict[str, str]:
    """What a question is called, and where it stands; for a line about who is where."""
    question = questionnaire.by_id.get(question_id)
    if question is None:
        return {"label": "", "url": section_url(submission_id, "-")}
    section = questionnaire.section_of[question_id]
    return {
        "label": label_of(question),
        "url": f"{section_url(submission_id, section.id)}#question-{question_id}",
    }


def question_url(dossier: Dossier, question_id: str) -> str:
    """The place of a question on its section's page."""
    section = dossier.questionnaire.section_of[question_id]
    return f"{_section_pages(dossier.id)}{section.id}#question-{question_id}"


def label_of(question: Question) -> str:
    """The number that the authority printed, or the beginning of the question."""
    if question.number:
        return question.number
    text = words(question.text)
    return text if len(text) <= 60 else text[:59].rstrip() + "…"


def answered_kinds(questions: Iterable[Question]) -> list[Question]:
    """The questions that a writer answers."""
    return [
        question
        for question in questions
        if question.filled_by == "writer" and KINDS[question.kind].answered
    ]
