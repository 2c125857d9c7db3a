"""What stands beside the questions of a page, and what is done from there: an answer of an earlier
period is carried over or reviewed, a contribution inserted, a proposal taken over or dismissed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from flask import flash, redirect, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from survey_app.core.evaluation import NOTHING
from survey_app.services.answer import Stale, find_writable
from survey_app.services.carrying import Earlier, carry_over, find_earlier, review_carried
from survey_app.services.contributions.gathering import Gathered, gather, insert_contribution
from survey_app.services.proposal import Proposed, list_proposals
from survey_app.services.refusal import Invalid
from survey_app.services.submission import Dossier
from survey_app.web.earlier import set_earlier
from survey_app.web.gathered import set_contributions
from survey_app.web.pages.conflict import conflict_page
from survey_app.web.pages.proposals import do_decide
from survey_app.web.place import actor, now, writing
from survey_app.web.proposed import set_proposed
from survey_app.web.speech import describe_refusal
from survey_app.web.views import SectionView, question_url


class Beside(NamedTuple):
    """What is shown beside the answers: those of earlier periods, other units' contributions, and
    what is proposed."""

    earlier: Earlier
    gathered: Sequence[Gathered] = ()
    proposals: Sequence[Proposed] = ()


def find_beside(session: Session, dossier: Dossier) -> Beside:
    """What stands beside the answers of a submission, for the actor of the request; nothing for
    who asked for a contribution: it belongs to those who write there."""
    if not dossier.is_own(actor()):
        return Beside({})
    proposals = list_proposals(session, dossier, only="open") if dossier.has_proposals else []
    earlier = find_earlier(session, actor(), dossier)
    return Beside(earlier, gather(session, dossier), proposals)


def set_beside(
    dossier: Dossier, sections: list[SectionView], beside: Beside, *, may_write: bool
) -> None:
    """Give every question of some sections what stands beside it.

    may_write  whether the reader may change the submission's answers now
    """
    set_earlier(dossier, sections, beside.earlier)
    set_contributions(dossier, sections, beside.gathered)
    set_proposed(dossier, sections, beside.proposals, may_write=may_write)


def do_beside(dossier: Dossier) -> Response | tuple[str, int] | None:
    """Do what a button beside a question says, once the page is saved; None if none was pressed.

    Answers with the question's place, or with both texts where somebody else was faster. Raises
    Invalid, NotFound, Forbidden, WrongState.
    """
    for name, do in _BUTTONS.items():
        if name in request.form:
            return do(dossier, request.form[name])
    return None


def _decide(dossier: Dossier, chosen: str) -> Response:
    """Take over or dismiss a proposal (``theirs.12.3.18a``: proposal 12, seen beside version 3 of
    18a); where that cannot be done any more, show how they differ now."""
    do, number, version, question = (*chosen.split("."), "", "", "")[:4]
    if not number.isdecimal() or question not in dossier.questionnaire.by_id:
        raise Invalid("form_cut_off")
    if do_decide(dossier.id, int(number[:10]), do, version):
        return redirect(question_url(dossier, question))
    return redirect(url_for("proposals.show", submission_id=dossier.id))


def _carry(dossier: Dossier, question_id: str) -> Response | tuple[str, int]:
    """Carry the earlier answer over to a question without one; else show both first."""
    target = question_url(dossier, find_writable(dossier, question_id).id)
    if dossier.answers.get(question_id, NOTHING) != NOTHING:
        section = dossier.questionnaire.section_of[question_id]
        return redirect(url_for("carrying.show", submission_id=dossier.id, section_id=section.id,
                                question=question_id))  # fmt: skip
    with writing() as session:
        outcome = carry_over(
            session, actor(), dossier.id, question_id, dossier.version_of(question_id), now()
        )
    if isinstance(outcome, Stale):
        return conflict_page(outcome.dossier, [outcome]), 409
    return redirect(target)


def _review(dossier: Dossier, question_id: str) -> Response:
    """Take away the mark of an answer that was carried over, in the version that was seen."""
    target = question_url(dossier, find_writable(dossier, question_id).id)
    version = request.form.get(f"q.{question_id}.version", "")
    with writing() as session:
        review_carried(
            session, actor(), dossier.id, question_id,
            int(version[:10]) if version.isdecimal() else 0, now(),
        )  # fmt: skip
    return redirect(target)


def _insert(dossier: Dossier, wanted: str) -> Response | tuple[str, int]:
    """Put a contribution into an answer. ``wanted``: the question's id, a colon, its number."""
    question_id, _colon, contribution = wanted.rpartition(":")
    target = question_url(dossier, find_writable(dossier, question_id).id)
    try:
        with writing() as session:
            outcome = insert_contribution(
                session, actor(), dossier.id, question_id,
                int(contribution[:10]) if contribution.isdecimal() else 0,
                dossier.version_of(question_id), now(),
            )  # fmt: skip
    except Invalid as refused:
        flash(describe_refusal(refused), "warning")
        return redirect(target)
    if isinstance(outcome, Stale):
        return conflict_page(outcome.dossier, [outcome]), 409
    return redirect(target)


_BUTTONS: dict[str, Callable[[Dossier, str], Response | tuple[str, int]]] = {
    "carry": _carry,
    "reviewed": _review,
    "insert": _insert,
    "propose": _decide,
}
"""What each button does; its value says with what."""
