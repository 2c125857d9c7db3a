"""Which questions a submission is about: all, or what the authority asked to have completed."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet

from sqlmodel import Session

from survey_app.core.condition import Condition
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Question, Questionnaire, Section
from survey_app.services.refusal import Invalid
from survey_app.services.submission import Dossier
from survey_app.store.tables import Completion, Submission


def followers(questionnaire: Questionnaire, questions: AbstractSet[str]) -> set[str]:
    """The questions whose showing, or that of one of their rows, depends on some questions,
    directly or not. A sum that changes with them opens nothing by itself, but what looks at it
    does."""
    roots, found = set(questions), set()
    for section in questionnaire.sections:
        for question in section.questions:
            looked_at = {item.question for item in _conditions(section, question)}
            if not roots.isdisjoint(looked_at):
                roots.add(question.id)
                found.add(question.id)
            elif question.kind == "computed" and not roots.isdisjoint(question.of):
                roots.add(question.id)
    return found - set(questions)


def _conditions(section: Section, question: Question) -> Iterator[Condition]:
    """What decides whether a question is shown, and which of its rows."""
    rules = [section.shown_when, question.shown_when]
    if question.kind == "matrix":
        rules += [row.shown_when for row in question.rows]
    for rule in rules:
        yield from rule.conditions if rule else ()


def scope_of(dossier: Dossier) -> set[str] | None:
    """Ids of what a completion is about: what was asked for, what follows from it, and what the
    approver fills in; None where it is about everything."""
    if dossier.asked is None:
        return None
    asked = set(dossier.asked)
    attested = {
        item.id for item in dossier.questionnaire.questions() if item.filled_by == "approver"
    }
    return asked | followers(dossier.questionnaire, asked) | attested


def is_in_scope(dossier: Dossier, question_id: str) -> bool:
    """Whether the submission is about the question."""
    scope = scope_of(dossier)
    return scope is None or question_id in scope


def require_returnable(dossier: Dossier, question_id: str) -> None:
    """Raises Invalid (``no_question``, ``not_asked_for``) where a question is none that can be sent
    back: the approver's own, a sum, or one that the submission is not about."""
    known = dossier.questionnaire.by_id.get(question_id)
    if known is None or known.filled_by == "approver" or not KINDS[known.kind].answered:
        raise Invalid("no_question", question=question_id[:64])
    if not is_in_scope(dossier, question_id):
        raise Invalid("not_asked_for", question=question_id)


def is_completion(session: Session, submission_id: int) -> bool:
    """Whether a submission is a completion, and not a correction of one, which answers the same
    request."""
    row, submission = session.get(Completion, submission_id), session.get(Submission, submission_id)
    if row is None or submission is None:
        return False
    before = session.get(Completion, submission.corrects)
    return before is None or before.document_id != row.document_id
