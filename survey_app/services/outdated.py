"""A Word file that was made before its submission took the next version of the questionnaire.

What it changes is carried to where the answers themselves went; what has no place is told.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.evaluation import NOTHING, Given, evaluate
from survey_app.core.questionnaire import Question, Questionnaire
from survey_app.core.succession import Place, succeed
from survey_app.export.word.comparison import Changed, Comparison, Unread, compare
from survey_app.export.word.draft import Draft, draft_document
from survey_app.export.word.reading import Returned, read_document
from survey_app.export.word.tag import find_place, read_tag, short_hash
from survey_app.services.meaning import given_of
from survey_app.services.specification import find_questionnaire
from survey_app.services.submission import Dossier
from survey_app.store.tables import Revision, VersionChange


def compare_outdated(
    session: Session, dossier: Dossier, returned: Returned, made_at: str, names: list[str]
) -> Comparison | None:
    """What a file of the version before says; None if it is none.

    names  of files that belong to the submission, which such a file lists
    """
    change = session.execute(
        select(VersionChange)
        .where(
            col(VersionChange.submission_id) == dossier.id,
            col(VersionChange.after) == dossier.specification,
        )
        .order_by(col(VersionChange.id).desc())
    ).scalars().first()  # fmt: skip
    if change is None or not _is_of(returned, dossier.id, change.before):
        return None
    before = find_questionnaire(session, change.before)
    history = _History(session, dossier.id)
    older = compare(
        returned, dossier.id, change.before, before, history.find,
        [*_printed(dossier, before, change.before, made_at), *names],
    )  # fmt: skip
    result = Comparison([], older.equal, older.unread, older.strays, older.remarks)
    for item in older.changed:
        text = _text(returned, before, item.question)
        _carry(dossier, before, history, item, text, result)
    return result


def _is_of(returned: Returned, submission: int, specification: str) -> bool:
    tags = [read_tag(item.tag) for item in returned.filled]
    wanted = submission, short_hash(specification)
    return any(tag is not None and tag[:2] == wanted for tag in tags)


def _printed(
    dossier: Dossier, before: Questionnaire, specification: str, made_at: str
) -> list[str]:
    """What such a file has beside its controls."""
    content = dossier.content(draft=True)
    content["questionnaire"] |= {
        "sha256": specification, "version": before.version, "title": before.title.sv,
    }  # fmt: skip
    empty = Draft(before, {}, evaluate(before, {}), content, {})
    return read_document(draft_document(empty, made_at)).strays


class _History:
    """The answers of a submission in all their versions."""

    def __init__(self, session: Session, submission_id: int) -> None:
        self.session, self.submission_id = session, submission_id

    def versions(self, question: str) -> dict[int, Given]:
        """The answer to a question by version."""
        query = select(col(Revision.version), col(Revision.value), col(Revision.blank)).where(
            col(Revision.submission_id) == self.submission_id,
            col(Revision.question) == question,
            col(Revision.accepted).is_(True),
        )
        return {row.version: given_of(row.value, row.blank) for row in self.session.execute(query)}

    def find(self, question: str, version: int) -> Given:
        """The answer in one version; nothing where there was none."""
        return self.versions(question).get(version, NOTHING)

    def version_with(self, question: str, given: Given) -> int | None:
        """The newest version in which the answer was this; 0 for nothing; None if it never was."""
        if given == NOTHING:
            return 0
        found = [version for version, was in self.versions(question).items() if was == given]
        return max(found, default=None)


def _text(returned: Returned, before: Questionnaire, question: str) -> str:
    """What stands in the controls of a question."""
    said = []
    for control in returned.filled:
        tag = read_tag(control.tag)
        place = find_place(tag, before) if tag else None
        if place is not None and place[0].id == question:
            ticked = control.title if control.ticked else ""
            said.append(control.text if control.ticked is None else ticked)
    return "\n".join(filter(None, said))


def _carry(
    dossier: Dossier, before: Questionnaire, history: _History, item: Changed, text: str,
    result: Comparison,
) -> None:  # fmt: skip
    """Let a changed answer be a change of the answers that continue it."""
    base = history.find(item.question, item.version)
    label = _name(before.by_id[item.question])
    theirs = _places(dossier, before, item.question, item.given)
    bases = _places(dossier, before, item.question, base)
    if not theirs and not (bases and item.given == NOTHING):
        result.unread.append(Unread("outdated_gone", label, text, item.question))
        return
    for question in theirs or bases:
        place = theirs.get(question)
        given = place.carried.given if place else NOTHING
        was = bases[question].carried.given if question in bases else NOTHING
        version = history.version_with(question, was)
        if version is None or (place is not None and place.carried.misfits):
            result.unread.append(Unread("outdated", label, text, question))
        if version is not None and given != was:
            result.changed.append(Changed(question, version, given))


def _places(
    dossier: Dossier, before: Questionnaire, question: str, given: Given
) -> dict[str, Place]:
    """Where an answer goes, by the question that continues its own."""
    plan = succeed(before, dossier.questionnaire, {question: given})
    return {place.question.id: place for item in plan.outcomes for place in item.places}


def _name(question: Question) -> str:
    return f"Fråga {question.number}" if question.number else question.text.sv
