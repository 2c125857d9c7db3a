"""Problems as links to where they are, for an error summary."""

from __future__ import annotations

from collections.abc import Iterable

from survey_app.core.evaluation import NOTHING
from survey_app.core.problem import Problem
from survey_app.core.questionnaire import Question
from survey_app.services.submission import Dossier
from survey_app.web.speech import describe_problem
from survey_app.web.views import label_of, question_url
from survey_app.web.wording.places import id_of, part_words


def problem_links(dossier: Dossier, problems: Iterable[Problem]) -> list[dict[str, str]]:
    """Problems as links to their questions, for an error summary."""
    links = []
    for problem in problems:
        question = dossier.questionnaire.by_id.get(problem.question)
        if question is None:
            links.append({"text": describe_problem(problem), "href": "#main", "question": ""})
            continue
        links.append(problem_link(dossier, question, problem, question_url(dossier, question.id)))
    return links


def problem_link(
    dossier: Dossier, question: Question, problem: Problem, url: str
) -> dict[str, str]:
    """A problem as a link to where it is, on the page of its question (``url``)."""
    value = dossier.answers.get(question.id, NOTHING).value
    place = part_words(question, problem.part, value) if problem.part else ""
    return {
        "text": f"{', '.join(filter(None, (label_of(question), place)))}: "
        f"{describe_problem(problem)}",
        "href": f"{url.partition('#')[0]}#{id_of(question, problem.part)}",
        "question": question.id,
    }
