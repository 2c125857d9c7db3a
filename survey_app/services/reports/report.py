"""Reports that are compiled from rounds of a case: made, found, compiled anew, opened again.

Whoever may read the case reads its reports; the strategists of its unit write them.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.workflow import Role
from survey_app.services.actor import Actor
from survey_app.services.audit import Signer
from survey_app.services.case import find_case
from survey_app.services.line import read_line
from survey_app.services.refusal import Forbidden, Invalid, NotFound, WrongState
from survey_app.services.reports.answers import basis_of, read_rounds, rounds_of
from survey_app.services.reports.compiling import Change, compile_pieces, in_order
from survey_app.services.reports.wanted import wanted_pieces
from survey_app.services.rounds.view import add_link
from survey_app.services.specification import find_questionnaire
from survey_app.store.tables import (
    Account,
    Case,
    Report,
    ReportPiece,
    ReportSource,
    Round,
    Unit,
)

LONGEST_TITLE = 200
TOLD = ("line", "list")
"""Where the sources stand: in a line below each piece, or in a list at the end."""


@dataclass(slots=True)
class ReportView:
    """A report with what belongs to it, as it is in one moment.

    pieces    in the order in which they are read, each with its depth from 0
    outdated  whether answers have been handed over, or sent back, since it was compiled
    """

    row: Report
    case: Case
    unit_name: str
    settled_by: str
    rounds: list[Round]
    pieces: list[tuple[ReportPiece, int]]
    outdated: bool

    @property
    def id(self) -> int:
        assert self.row.id is not None
        return self.row.id

    @property
    def is_draft(self) -> bool:
        return self.row.state == "draft"

    def may_change(self, actor: Actor) -> bool:
        """Whether the actor may write in it now."""
        return self.is_draft and Role.STRATEGIST in actor.roles_in(self.case.unit_id)

    @property
    def by_id(self) -> Mapping[str, ReportPiece]:
        """The pieces by id."""
        return {piece.id: piece for piece, _depth in self.pieces}

    def shown(self) -> list[tuple[ReportPiece, int]]:
        """The pieces that stand in the report: not removed, and below nothing that is."""
        hidden: set[str] = set()
        found = []
        for piece, depth in self.pieces:
            if piece.removed or piece.parent_id in hidden:
                hidden.add(piece.id)
            else:
                found.append((piece, depth))
        return found

    def waiting(self) -> list[ReportPiece]:
        """What stands in the report and waits for a decision."""
        return [item for item, _ in self.shown() if item.source_state in ("changed", "gone")]


def find_report(
    session: Session, actor: Actor, diary_number: str, report_id: int, *, hold: bool = False
) -> ReportView:
    """A report in a case of a unit in which the actor may read. Raises NotFound.

    hold  keeps the case to this transaction until it ends, as it is now
    """
    case = find_case(session, actor, diary_number, hold=hold)
    query = (
        select(Report, col(Unit.name), col(Account.name))
        .join(Case, col(Case.id) == col(Report.case_id))
        .join(Unit, col(Unit.id) == col(Case.unit_id))
        .outerjoin(Account, col(Account.id) == col(Report.settled_by))
        .where(col(Report.id) == report_id, col(Report.case_id) == case.id)
        .execution_options(populate_existing=True)
    )
    found = session.execute(query).first()
    if found is None:
        raise NotFound("no_report")
    row, unit_name, settled_by = found
    pieces = in_order(pieces_of(session, report_id))
    return ReportView(
        row, case, unit_name, settled_by or "", rounds_of(session, report_id), list(pieces),
        row.state == "draft" and basis_of(session, report_id) != row.basis,
    )  # fmt: skip


def pieces_of(session: Session, report_id: int) -> list[ReportPiece]:
    """All pieces of a report, in no order."""
    query = (
        select(ReportPiece)
        .where(col(ReportPiece.report_id) == report_id)
        .execution_options(populate_existing=True)
    )
    return list(session.execute(query).scalars())


def hold_report(session: Session, actor: Actor, diary_number: str, report_id: int) -> ReportView:
    """The report, held, if the actor may change it. Raises NotFound, Forbidden, WrongState
    (``report_settled``)."""
    view = find_report(session, actor, diary_number, report_id, hold=True)
    require_writer(actor, view.case)
    if not view.is_draft:
        raise WrongState("report_settled")
    return view


def require_writer(actor: Actor, case: Case) -> None:
    """Raise Forbidden unless the actor is a strategist of the case's unit."""
    if Role.STRATEGIST not in actor.roles_in(case.unit_id):
        raise Forbidden("not_your_role")


def list_reports(session: Session, case_id: int) -> list[Report]:
    """The reports of a case, in the order in which they were made."""
    query = select(Report).where(col(Report.case_id) == case_id).order_by(col(Report.id))
    return list(session.execute(query).scalars())


def rounds_at_hand(session: Session, case_id: int) -> list[Round]:
    """The rounds of a case whose answers can be told by unit: a ballot is nobody's."""
    query = select(Round).where(col(Round.case_id) == case_id, col(Round.sort) == "units")
    return list(session.execute(query.order_by(col(Round.id))).scalars())


def arrangements(session: Session, rounds: Sequence[Round]) -> list[str]:
    """The ways in which a report of these rounds can be arranged, the usual one first."""
    found = [find_questionnaire(session, row.specification).report for row in rounds]
    named = [list(item.arrange) for item in found if item is not None] or [["unit", "question"]]
    return [way for way in named[0] if all(way in ways for ways in named)]


def make_report(
    session: Session,
    actor: Actor,
    diary_number: str,
    *,
    title: str,
    rounds: Sequence[int],
    arrange: str,
    told: str,
    now: datetime.datetime,
    signer: Signer,
) -> ReportView:
    """A new report of rounds of a case, compiled from what has been handed over so far.

    title    the questionnaire's own name for it where it is empty
    arrange  one of ``arrangements``; empty for the usual one
    told     one of ``TOLD``; empty: beside each piece where it does not stand below its unit
    Raises NotFound, Forbidden, Invalid (``no_rounds_chosen``, ``not_so_arranged``,
    ``line_too_long``).
    """
    case = find_case(session, actor, diary_number, hold=True)
    require_writer(actor, case)
    assert case.id is not None
    chosen = [row for row in rounds_at_hand(session, case.id) if row.id in set(rounds)]
    if not chosen or len(chosen) != len(set(rounds)):
        raise Invalid("no_rounds_chosen")
    ways = arrangements(session, chosen)
    arrange = arrange or (ways[0] if ways else "")
    if arrange not in ways or told not in ("", *TOLD):
        raise Invalid("not_so_arranged")
    row = Report(
        case_id=case.id,
        title=_title(session, title, chosen[0]),
        arrange=arrange,
        told=told or ("list" if arrange == "unit" else "line"),
        author_id=actor.account_id,
        at=now,
    )
    session.add(row)
    session.flush()
    assert row.id is not None
    session.add_all(ReportSource(report_id=row.id, round_id=item.id or 0) for item in chosen)
    session.flush()
    _compile(session, actor, row, [], now)
    facts = {"report": row.id, "rounds": sorted(item.id or 0 for item in chosen)}
    add_link(session, case, actor, now, signer, "report_made", facts)
    return find_report(session, actor, diary_number, row.id)


def _title(session: Session, typed: str, first: Round) -> str:
    title = read_line(typed, LONGEST_TITLE, "title")
    if title:
        return title
    questionnaire = find_questionnaire(session, first.specification)
    told = questionnaire.report.title if questionnaire.report else questionnaire.title
    return told.sv[:LONGEST_TITLE]


def compile_report(
    session: Session, actor: Actor, diary_number: str, report_id: int, now: datetime.datetime
) -> list[Change]:
    """Compile a report anew from what is handed over now; what that did, also kept with it.

    Raises NotFound, Forbidden, WrongState (``report_settled``).
    """
    view = hold_report(session, actor, diary_number, report_id)
    return _compile(session, actor, view.row, list(view.by_id.values()), now)


def _compile(
    session: Session, actor: Actor, row: Report, pieces: list[ReportPiece],
    now: datetime.datetime,
) -> list[Change]:  # fmt: skip
    assert row.id is not None
    wanted = wanted_pieces(row.arrange, read_rounds(session, row.id))
    done = compile_pieces(row.id, pieces, wanted, actor.account_id, now)
    for piece, _depth in in_order(done.pieces.values()):  # a piece after what it stands below
        session.add(piece)
    row.compiled_at, row.basis = now, basis_of(session, row.id)
    row.changes = json.dumps([[item.code, item.piece] for item in done.changes])
    session.add(row)
    session.flush()
    return done.changes


def reopen_report(
    session: Session, actor: Actor, diary_number: str, report_id: int, now: datetime.datetime,
    signer: Signer,
) -> None:  # fmt: skip
    """Open a settled report again, as its next edition; what was settled stays as it is.

    Raises NotFound, Forbidden, WrongState (``report_not_settled``).
    """
    view = find_report(session, actor, diary_number, report_id, hold=True)
    require_writer(actor, view.case)
    if view.is_draft:
        raise WrongState("report_not_settled")
    view.row.state, view.row.edition = "draft", view.row.edition + 1
    session.add(view.row)
    session.flush()
    facts = {"report": report_id, "edition": view.row.edition}
    add_link(session, view.case, actor, now, signer, "report_reopened", facts)
