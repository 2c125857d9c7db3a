"""What is proposed beside an answer as templates show it: the words that would come and go."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import url_for

from survey_app.core.evaluation import NOTHING, Given
from survey_app.core.questionnaire import Question
from survey_app.services.proposal import Proposed, Weighed
from survey_app.services.submission import Dossier
from survey_app.web.cell_changes import weave_cells
from survey_app.web.earlier import said
from survey_app.web.marking import Woven, weave_differences
from survey_app.web.views import SectionView, label_of, question_url


@dataclass(frozen=True, slots=True)
class ChangeView:
    """What would become of an answer.

    woven       the answer of now, with what would go and what would come
    possible    whether it can be taken over as it is; else ``text`` is what the file has
    both        whether the texts of both can stand one after the other
    moved       whether somebody has changed the same since the file was made
    """

    question: Question
    label: str
    url: str
    woven: tuple[Woven, ...]
    text: str
    possible: bool
    both: bool
    moved: bool
    stands: bool
    version: int


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with where it comes from and what became of it."""

    id: int
    change: ChangeView
    url: str
    file_name: str
    sha256: str
    author: str
    at: datetime.datetime
    state: str
    decided_by: str
    decided_at: datetime.datetime | None
    can_decide: bool


def view_change(
    dossier: Dossier, question: Question, theirs: Given, weighed: Weighed | None
) -> ChangeView:
    """What a file wants of an answer, against what stands now; only that, once it is decided."""
    weighed = weighed or Weighed(None, None, moved=False, stands=False)
    known = question.id in dossier.questionnaire.by_id
    stands, wanted = dossier.answers.get(question.id, NOTHING), weighed.result or theirs
    text = said(question, theirs)
    woven = _woven(said(question, stands), said(question, wanted))
    if question.kind == "table":
        woven = tuple(weave_cells(question, stands.value, wanted.value))
    return ChangeView(
        question=question,
        label=label_of(question),
        url=question_url(dossier, question.id) if known else "",
        woven=woven,
        text=text,
        possible=weighed.result is not None,
        both=weighed.both is not None,
        moved=weighed.moved,
        stands=weighed.stands,
        version=dossier.version_of(question.id),
    )


@lru_cache(maxsize=256)
def _woven(now: str, then: str) -> tuple[Woven, ...]:
    return tuple(weave_differences(now, then))


def view_proposal(dossier: Dossier, found: Proposed, *, may_write: bool) -> ProposalView:
    """A proposal; ``may_write`` whether the reader may change the submission's answers now."""
    row = found.row
    assert row.id is not None
    assert found.file.id is not None
    return ProposalView(
        id=row.id,
        change=view_change(dossier, found.question, found.theirs, found.weighed),
        url=url_for("word.look", submission_id=dossier.id, file_id=found.file.id),
        file_name=found.file.name,
        sha256=found.file.sha256,
        author=found.author,
        at=found.file.at,
        state=row.state,
        decided_by=found.decided_by,
        decided_at=row.decided_at,
        can_decide=may_write and row.state == "open",
    )


def set_proposed(
    dossier: Dossier, sections: list[SectionView], proposals: Sequence[Proposed], *, may_write: bool
) -> None:
    """Give every question of some sections what is proposed beside it."""
    if not proposals:
        return
    for view in (view for section in sections for view in section.questions):
        view.proposals = [
            view_proposal(dossier, found, may_write=may_write)
            for found in proposals
            if found.question.id == view.question.id
        ]
