"""Contributions as templates show them: beside a question, and all of a submission's together."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.gathering import count_written, limit_of, put_together
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question
from survey_app.services.contributions.gathering import Gathered
from survey_app.services.submission import Dossier
from survey_app.web.catalogue import gettext as _
from survey_app.web.language import words
from survey_app.web.number import format_number
from survey_app.web.plain_text import plain_text
from survey_app.web.speech import contribution_label
from survey_app.web.views import SectionView, submission_url, view_files


@dataclass(slots=True)
class ContributionView:
    """What one unit contributes to one question.

    handed_over  it can be read; ``text`` and ``characters`` are of that
    inserted     whether exactly this stands in the main answer's history, and ``inserted_by``,
                 ``inserted_at`` who put it, or an earlier wording, there
    joins        whether it can be put into the answer as it is
    blank        there is nothing to put there: ``text`` says why
    """

    id: int
    unit: str
    state: str
    state_label: str
    until: datetime.date | None
    url: str
    handed_over: bool = False
    text: str = ""
    characters: int = 0
    files: list[dict[str, Any]] = field(default_factory=list)
    inserted: bool = False
    inserted_by: str = ""
    inserted_at: datetime.datetime | None = None
    joins: bool = False
    blank: bool = False


@dataclass(slots=True)
class BesideView:
    """All contributions to one question, and how they stand to what fits into the answer."""

    items: list[ContributionView]
    characters: int
    own: int
    limit: int | None

    @property
    def ready(self) -> int:
        """How many are handed over."""
        return sum(item.handed_over for item in self.items)

    @property
    def said(self) -> str:
        """How many there are, and how much they come to."""
        ready, count = self.ready, format_number(self.characters)
        if ready == len(self.items) == 1:
            return _("1 underlag, %(c)s tecken", c=count)
        if ready == len(self.items):
            return _("%(n)s underlag, %(c)s tecken", n=ready, c=count)
        return _("%(n)s av %(m)s underlag, %(c)s tecken", n=ready, m=len(self.items), c=count)

    @property
    def own_said(self) -> str:
        """How much stands in the answer itself."""
        if self.limit is None:
            return _("ert svar %(n)s tecken", n=format_number(self.own))
        return _("ert svar %(n)s av %(m)s", n=format_number(self.own), m=format_number(self.limit))

    @property
    def most(self) -> int:
        """What a full bar stands for."""
        return max(self.limit or 0, self.own, *(item.characters for item in self.items), 1)


def set_contributions(
    dossier: Dossier, sections: list[SectionView], gathered: Sequence[Gathered]
) -> None:
    """Give every question of some sections what units contribute to it."""
    asked = {question for item in gathered for question in item.questions}
    for section in sections if asked else ():
        for view in section.questions:
            if view.question.id in asked:
                view.contributions = view_beside(dossier, view.question, gathered)


def view_beside(dossier: Dossier, question: Question, gathered: Sequence[Gathered]) -> BesideView:
    """What units contribute to one question; what was withdrawn is left out."""
    given = dossier.answers.get(question.id, NOTHING)
    items = [
        _view(question, given, item)
        for item in gathered
        if question.id in item.questions and item.state != "recalled"
    ]
    return BesideView(
        items, sum(item.characters for item in items), count_written(question, given.value),
        limit_of(question),
    )  # fmt: skip


def state_of(item: Gathered) -> tuple[str, str]:
    """Where a contribution is, as a code and in words."""
    code = "sent_back" if item.sent_back else item.state.value
    return code, contribution_label(code)


def _view(question: Question, given: Given, item: Gathered) -> ContributionView:
    state, label = state_of(item)
    view = ContributionView(
        item.id, item.unit_name, state, label, item.until,
        submission_url(item.id),
    )  # fmt: skip
    if put := item.insertions.get(question.id):
        view.inserted_by, view.inserted_at = put.by, put.at
    if question.id in item.answers:
        revision, answer = item.answers[question.id]
        view.handed_over = True
        view.inserted = bool(put and put.revision == revision)
        if answer.value is None:
            view.blank = True
            view.text = words(question.cannot_be_stated) or _("Kan inte anges")
            return view
        view.text = plain_text(question, answer.value)
        view.characters = count_written(question, answer.value)
        view.files = view_files(item.id, KINDS[question.kind].files(question, answer.value))
        view.joins = put_together(question, given, answer.value) is not None
    return view
