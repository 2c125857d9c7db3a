"""A survey's questions as somebody with a link answers them, all on one page and without a login.

What was typed stands in the page alone until it is sent: whoever corrects something, or takes the
other language, gets it back with the page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.evaluation import NOTHING, Evaluation, Given, evaluate, rows_shown
from survey_app.core.problem import Malformed
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.services.refusal import Refused
from survey_app.services.surveys.ballot import refusing
from survey_app.web.fields import FormData, build_form
from survey_app.web.language import words
from survey_app.web.speech import describe_problem, describe_refusal
from survey_app.web.views import (
    QuestionView,
    SectionView,
    answered_kinds,
    label_of,
    problems_by_question,
    view_passages,
)
from survey_app.web.wording.places import part_words


@dataclass(slots=True)
class BallotForm:
    """What a posted page said, or nothing yet.

    answers  parsed, by question id
    unread   what could not be read, as links of an error summary
    seen     the questions that the page showed
    """

    answers: dict[str, Given] = field(default_factory=dict)
    unread: list[dict[str, str]] = field(default_factory=list)
    seen: frozenset[str] = frozenset()

    @property
    def has_answers(self) -> bool:
        return any(given.value is not None for given in self.answers.values())


def read_ballot(questionnaire: Questionnaire, posted: FormData) -> BallotForm:
    """The answers of a posted page."""
    questions = answered_kinds(questionnaire.questions())
    form = build_form([(question, NOTHING) for question in questions])
    form.process(posted)
    made = BallotForm(seen=frozenset(posted.get("seen", "").split()))
    for question in questions:
        if form[question.id].present:
            try:
                made.answers[question.id] = form[question.id].given()
            except Malformed as error:
                text = f"{label_of(question)}: {describe_refusal(Refused.of(error))}"
                made.unread.append({"text": text, "href": f"#question-{question.id}"})
    return made


def view_ballot(
    questionnaire: Questionnaire, form: BallotForm, *, told: bool
) -> tuple[list[SectionView], list[dict[str, str]], list[str]]:
    """The sections, what is wrong (if it is to be told), and the ids of the questions shown."""
    verdict = evaluate(questionnaire, form.answers)
    problems = problems_by_question(refusing(verdict)) if told else {}
    sections = [
        SectionView(
            id=section.id,
            title=words(section.title),
            intro=section.intro,
            shown=section.id in verdict.sections,
            shown_when=section.shown_when,
            questions=[
                _view(question, form.answers, verdict, problems) for question in section.questions
            ],
        )
        for section in questionnaire.sections
    ]
    summary = [*form.unread, *_summary(questionnaire, verdict)] if told else []
    return sections, summary, sorted(id_ for id_ in verdict.shown if "." not in id_)


def _view(
    question: Question, answers: Mapping[str, Given], verdict: Evaluation, problems: Any
) -> QuestionView:
    given = answers.get(question.id, NOTHING)
    found = problems.get(question.id, [])
    for problem in found:
        problem.place = part_words(question, problem.part, given.value) if problem.part else ""
    return QuestionView(
        question=question,
        value=given.value,
        blank=given.blank,
        version=0,
        shown=question.id in verdict.shown,
        problems=found,
        derived=False,
        editable=True,
        rows_shown=set(rows_shown(question, verdict)),
        before=view_passages(question.before, verdict, f"{question.id}.before"),
        help=view_passages(question.help, verdict, f"{question.id}.help"),
        after=view_passages(question.after, verdict, f"{question.id}.after"),
    )


def _summary(questionnaire: Questionnaire, verdict: Evaluation) -> list[dict[str, str]]:
    found = []
    for problem in refusing(verdict):
        question = questionnaire.by_id.get(problem.question)
        said = describe_problem(problem)
        found.append(
            {"text": f"{label_of(question)}: {said}", "href": f"#question-{question.id}"}
            if question
            else {"text": said, "href": "#questions"}
        )
    return found


def newly_asked(questionnaire: Questionnaire, form: BallotForm) -> bool:
    """Whether the answers opened questions that the page did not show: without scripts they are
    first seen when the page comes back."""
    shown = {key for key in evaluate(questionnaire, form.answers).shown if "." not in key}
    return not shown <= form.seen
