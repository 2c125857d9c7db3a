"""Weeding a settled report: its earlier wordings, and what was taken out of it, go by decision.

What was settled stands as documents of the case, so all that is removed is what led to it. The link
in the chain says how much went, and under which decision; a piece that was taken from an answer
keeps its place, so that a next edition does not bring it back.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlmodel import Session, col

from survey_app.core.content import sha256_of
from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.line import LONGEST_DECISION, read_line
from survey_app.services.refusal import ChangedMeanwhile, Forbidden, Invalid, WrongState
from survey_app.services.removals.burial import overwrite
from survey_app.services.reports.report import ReportView, find_report
from survey_app.services.rounds.view import add_link
from survey_app.store.tables import Account, AuditEntry, ReportPiece, ReportRevision

WEEDED = "report_weeded"


@dataclass(frozen=True, slots=True)
class ReportMaterial:
    """What there is of a report beside what was settled.

    wordings  the earlier wordings and places of its pieces, and wordings that came too late: the
              piece's id and the wording's
    removed   pieces that were taken out and have words of somebody's own
    """

    wordings: list[tuple[str, int]]
    removed: list[ReportPiece]

    @property
    def sha256(self) -> str:
        """The hash of what is shown, so that exactly this is removed."""
        told = [[item.id, item.own_title, item.own_text] for item in self.removed]
        return sha256_of([[key for _piece, key in self.wordings], told])

    def __bool__(self) -> bool:
        return bool(self.wordings or self.removed)


@dataclass(frozen=True, slots=True)
class ReportWeeded:
    """A decision by which a report was weeded, as the chain has it."""

    at: datetime.datetime
    by: str
    decision: str
    wordings: int
    removed: int


def may_weed(view: ReportView, actor: Actor) -> bool:
    """Whether the actor may weed the report now."""
    return not view.is_draft and Role.ARCHIVIST in actor.roles_in(view.case.unit_id)


def survey_report(session: Session, view: ReportView) -> ReportMaterial:
    """What of a report is working material."""
    query = (
        select(col(ReportRevision.piece_id), col(ReportRevision.id))
        .join(ReportPiece, col(ReportPiece.id) == col(ReportRevision.piece_id))
        .where(col(ReportPiece.report_id) == view.id)
        .order_by(col(ReportRevision.id))
    )
    stand = {piece.id for piece, _depth in view.shown()}
    out = [piece for piece, _depth in view.pieces if piece.id not in stand]
    return ReportMaterial(
        [(piece, key) for piece, key in session.execute(query)],
        [piece for piece in out if piece.own_title or piece.own_text],
    )


def weed_report(
    session: Session, actor: Actor, diary_number: str, report_id: int, *, decision: str,
    shown_sha256: str, now: datetime.datetime, signer: Signer,
) -> ReportMaterial:  # fmt: skip
    """Remove exactly the working material that was shown, by a decision.

    Raises NotFound, Forbidden, WrongState (``report_not_settled``), Invalid
    (``no_working_material``, ``removal_decision_missing``, ``line_too_long``), ChangedMeanwhile
    (``material_changed``).
    """
    view = find_report(session, actor, diary_number, report_id, hold=True)
    if Role.ARCHIVIST not in actor.roles_in(view.case.unit_id):
        raise Forbidden("not_your_role")
    if view.is_draft:
        raise WrongState("report_not_settled")
    material = survey_report(session, view)
    if not material:
        raise Invalid("no_working_material")
    if material.sha256 != shown_sha256:
        raise ChangedMeanwhile("material_changed")
    told = read_line(decision, LONGEST_DECISION, "decision")
    if not told:
        raise Invalid("removal_decision_missing")
    overwrite(session)
    _remove(session, view, material)
    facts = {"report": report_id, "edition": view.row.edition, "decision": told,
             "wordings": len(material.wordings), "removed": len(material.removed)}  # fmt: skip
    add_link(session, view.case, actor, now, signer, WEEDED, facts)
    return material


def _remove(session: Session, view: ReportView, material: ReportMaterial) -> None:
    pieces = select(col(ReportPiece.id)).where(col(ReportPiece.report_id) == view.id)
    session.execute(delete(ReportRevision).where(col(ReportRevision.piece_id).in_(pieces)))
    for piece in material.removed:  # one that was made from an answer says its source's words again
        piece.own_title = piece.own_text = None if piece.key else ""
        session.add(piece)
    session.flush()


def list_weeded(session: Session, view: ReportView) -> Sequence[ReportWeeded]:
    """The decisions so far, oldest first."""
    query = (
        select(AuditEntry, col(Account.name))
        .join(Account, col(Account.id) == col(AuditEntry.actor_id))
        .where(col(AuditEntry.case_id) == view.case.id, col(AuditEntry.kind) == WEEDED)
        .order_by(col(AuditEntry.number))
    )
    found = [(row, name, json.loads(row.facts)) for row, name in session.execute(query)]
    return [
        ReportWeeded(row.at, name, told["decision"], told["wordings"], told["removed"])
        for row, name, told in found
        if told["report"] == view.id
    ]
