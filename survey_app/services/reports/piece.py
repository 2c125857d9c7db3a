"""Editing a report piece by piece: written, moved, removed and restored, and nothing lost.

A wording has a version: one that was written upon an earlier version is kept aside, and both are
shown. A place has a count of its own, so that who moves a piece is in nobody's way who writes in
it.
"""

from __future__ import annotations

import datetime
import json
import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from survey_app.core.characters import one_line, tidy
from survey_app.core.position import between
from survey_app.services.actor import Actor
from survey_app.services.refusal import ChangedMeanwhile, Invalid, NotFound
from survey_app.services.reports.compiling import as_json, told
from survey_app.services.reports.report import ReportView, find_report, hold_report
from survey_app.store.tables import Account, ReportPiece, ReportRevision

LONGEST_TEXT, LONGEST_HEADING = 50_000, 1_000


@dataclass(frozen=True, slots=True)
class Wording:
    """What a piece says: its title, if it has one, and its text."""

    title: str
    text: str


def wording_of(piece: ReportPiece) -> Wording:
    """What a piece says now: somebody's own words, else its source's."""
    source = told(piece)
    title = piece.own_title if piece.own_title is not None else source.get("title", "")
    text = piece.own_text if piece.own_text is not None else source.get("text", "")
    return Wording(title, text)


def is_edited(piece: ReportPiece) -> bool:
    """Whether it says something else than its source, in somebody's own words."""
    return piece.key is not None and (piece.own_text is not None or piece.own_title is not None)


@dataclass(frozen=True, slots=True)
class SavedPiece:
    """A wording that was taken."""

    piece: ReportPiece


@dataclass(frozen=True, slots=True)
class StalePiece:
    """A wording upon a version that is no longer the current one: kept aside, nothing changed."""

    view: ReportView
    piece: ReportPiece
    yours: Wording
    author: str


def save_piece(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str, *,
    title: str | None, text: str | None, version: int, now: datetime.datetime,
) -> SavedPiece | StalePiece:  # fmt: skip
    """Save what a piece shall say, written upon a version; None leaves title or text as it is.

    The source's own words, typed in again, are the source's: the piece follows it as before.
    Raises NotFound, Forbidden, WrongState, Invalid (``piece_too_long``, ``heading_missing``).
    """
    view, piece = _held(session, actor, diary_number, report_id, piece_id)
    now_said = wording_of(piece)
    wanted = Wording(
        now_said.title if title is None else one_line(title),
        now_said.text if text is None else tidy(text).strip("\n"),
    )
    if len(wanted.text) > LONGEST_TEXT or len(wanted.title) > LONGEST_HEADING:
        raise Invalid("piece_too_long", max=LONGEST_TEXT)
    if piece.sort == "heading" and not wanted.title:
        raise Invalid("heading_missing")
    if wanted == now_said and version <= piece.version:
        return SavedPiece(piece)
    if version != piece.version:
        _keep_aside(session, actor, piece, wanted, version, now)
        return StalePiece(view, piece, wanted, _written_by(session, piece))
    _keep(session, piece)
    source = told(piece)
    piece.own_title = None if piece.key and wanted.title == source["title"] else wanted.title
    piece.own_text = None if piece.key and wanted.text == source["text"] else wanted.text
    piece.version += 1
    _stamp(session, actor, piece, now)
    return SavedPiece(piece)


def move_piece(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str, to: str,
    moves: int, now: datetime.datetime,
) -> ReportPiece:  # fmt: skip
    """Move a piece: ``up`` or ``down`` by one among those in sight beside it, or below the heading
    with an id, at its end. From then on it stays where it was put.

    moves  how often it had been moved when the page was shown
    Raises NotFound, Forbidden, WrongState, Invalid (``piece_not_there``), ChangedMeanwhile
    (``piece_moved``: somebody else moved it).
    """
    view, piece = _held(session, actor, diary_number, report_id, piece_id)
    if piece.moves != moves:
        raise ChangedMeanwhile("piece_moved")
    place = _beside(view, piece, to) if to in ("up", "down") else _below(view, piece, to)
    if place is None:
        return piece
    _keep(session, piece)
    piece.parent_id, piece.position = place
    piece.placed = True
    piece.moves += 1
    _stamp(session, actor, piece, now)
    return piece


def _beside(view: ReportView, piece: ReportPiece, to: str) -> tuple[str | None, str] | None:
    """The place past the next one in sight; None where there is none."""
    every = [item for item, _ in view.pieces if item.parent_id == piece.parent_id]
    seen = [item.position for item in every if not item.removed or item is piece]
    at = seen.index(piece.position)
    if to == "up":
        if at == 0:
            return None
        past = seen[at - 1]
        before = max((item.position for item in every if item.position < past), default=None)
        return piece.parent_id, between(before, past)
    if at == len(seen) - 1:
        return None
    past = seen[at + 1]
    after = min((item.position for item in every if item.position > past), default=None)
    return piece.parent_id, between(past, after)


def _below(view: ReportView, piece: ReportPiece, to: str) -> tuple[str | None, str] | None:
    """The last place below another heading; None where the piece stands below it already."""
    if to == (piece.parent_id or "top"):
        return None
    if to != "top":
        heading = view.by_id.get(to)
        if heading is None or heading.sort != "heading" or piece.id in _above(view, heading):
            raise Invalid("piece_not_there")
    below = None if to == "top" else to
    last = max((item.position for item, _ in view.pieces if item.parent_id == below), default=None)
    return below, between(last, None)


def _above(view: ReportView, piece: ReportPiece) -> set[str]:
    """The piece itself and all headings that it stands under."""
    found = {piece.id}
    while piece.parent_id is not None:
        piece = view.by_id[piece.parent_id]
        found.add(piece.id)
    return found


def remove_piece(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str,
    now: datetime.datetime, *, removed: bool = True,
) -> ReportPiece:  # fmt: skip
    """Take a piece, with all that stands below it, out of the report, or put it back.

    Raises NotFound, Forbidden, WrongState.
    """
    _view, piece = _held(session, actor, diary_number, report_id, piece_id)
    if piece.removed != removed:
        _keep(session, piece)
        piece.removed = removed
        _stamp(session, actor, piece, now)
    return piece


def add_text(
    session: Session, actor: Actor, diary_number: str, report_id: int, after: str, sort: str,
    text: str, now: datetime.datetime,
) -> ReportPiece:  # fmt: skip
    """A heading or a text of one's own, after a piece; after a heading first below it, or, where it
    is a heading itself, beside it.

    sort  ``heading``, ``text`` or ``points``, whose lines are points of a list; a text may still
          be empty, and then stands in the draft only
    Raises NotFound, Forbidden, WrongState, Invalid (``piece_empty``, ``piece_too_long``).
    """
    view, piece = _held(session, actor, diary_number, report_id, after)
    said = tidy(text).strip()
    if sort not in ("heading", "text", "points") or (sort == "heading" and not said):
        raise Invalid("piece_empty")
    if len(said) > (LONGEST_HEADING if sort == "heading" else LONGEST_TEXT):
        raise Invalid("piece_too_long", max=LONGEST_TEXT)
    inside = piece.sort == "heading" and sort != "heading"
    below = piece.id if inside else piece.parent_id
    before = None if inside else piece.position
    later = [
        item.position for item, _ in view.pieces
        if item.parent_id == below and (before is None or item.position > before)
    ]  # fmt: skip
    made = ReportPiece(
        id=secrets.token_hex(16), report_id=view.id, parent_id=below,
        position=between(before, min(later, default=None)), sort=sort, version=1, placed=True,
        own_title=" ".join(said.split()) if sort == "heading" else "",
        own_text="" if sort == "heading" else said,
        author_id=actor.account_id, at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def settle_source(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str, choice: str,
    version: int, now: datetime.datetime,
) -> ReportPiece:  # fmt: skip
    """Decide of a piece whose source has changed or is gone.

    choice  ``take``: it says what the source says now, or is taken out where the source is gone;
            ``keep``: it stays as it is. Either way nothing is asked again until the source changes
            once more, and what was written stays in the piece's history.
    Raises NotFound, Forbidden, WrongState, Invalid, ChangedMeanwhile (``piece_changed``: somebody
    wrote in it, or nothing waits any more).
    """
    _view, piece = _held(session, actor, diary_number, report_id, piece_id)
    if choice not in ("take", "keep"):
        raise Invalid("form_cut_off")
    if piece.version != version or piece.source_state not in ("changed", "gone"):
        raise ChangedMeanwhile("piece_changed")
    _keep(session, piece)
    if piece.source_state == "gone":
        piece.source_state = "dropped" if choice == "take" else "kept"
        piece.removed = piece.removed or choice == "take"
    else:
        assert piece.offered is not None
        offered = json.loads(piece.offered)
        piece.taken, piece.offered = as_json(offered["taken"]), None
        piece.source_sha256, piece.source_state = offered["sha256"], "current"
        if choice == "take":
            piece.own_text = piece.own_title = None
            piece.version += 1
    _stamp(session, actor, piece, now)
    return piece


def offered_wording(piece: ReportPiece) -> Wording | None:
    """What the source of a piece says now, where that waits."""
    if piece.offered is None:
        return None
    taken = json.loads(piece.offered)["taken"]
    return Wording(taken["title"], taken["text"])


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier wording of a piece, or one that came too late."""

    id: int
    wording: Wording
    author: str
    at: datetime.datetime
    accepted: bool


def earlier_wordings(session: Session, piece: ReportPiece) -> list[Earlier]:
    """What somebody once wrote in a piece, the newest first; each wording once in a row."""
    query = (
        select(ReportRevision, col(Account.name))
        .join(Account, col(Account.id) == col(ReportRevision.author_id))
        .where(col(ReportRevision.piece_id) == piece.id)
        .order_by(col(ReportRevision.id).desc())
    )
    found: list[Earlier] = []
    last = wording_of(piece)
    for row, name in session.execute(query):
        if row.own_title is None and row.own_text is None:
            continue
        source = told(piece)
        said = Wording(
            source.get("title", "") if row.own_title is None else row.own_title,
            source.get("text", "") if row.own_text is None else row.own_text,
        )
        if said != last:
            found.append(Earlier(row.id or 0, said, name, row.at, row.accepted))
        last = said
    return found


def find_piece(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str
) -> tuple[ReportView, ReportPiece]:
    """A piece with its report. Raises NotFound (``piece_gone``)."""
    view = find_report(session, actor, diary_number, report_id)
    return view, _piece_in(view, piece_id)


def _held(
    session: Session, actor: Actor, diary_number: str, report_id: int, piece_id: str
) -> tuple[ReportView, ReportPiece]:
    view = hold_report(session, actor, diary_number, report_id)
    return view, _piece_in(view, piece_id)


def _piece_in(view: ReportView, piece_id: str) -> ReportPiece:
    piece = view.by_id.get(piece_id)
    if piece is None:
        raise NotFound("piece_gone")
    return piece


def _keep(session: Session, piece: ReportPiece) -> None:
    """Write down how the piece is, before it is changed."""
    session.add(_revision(piece, piece.own_title, piece.own_text, piece.author_id, piece.at))


def _keep_aside(
    session: Session, actor: Actor, piece: ReportPiece, wanted: Wording, version: int,
    now: datetime.datetime,
) -> None:  # fmt: skip
    row = _revision(piece, wanted.title, wanted.text, actor.account_id, now)
    row.accepted, row.version = False, max(0, min(version, 2**31 - 1))
    session.add(row)
    session.flush()


def _revision(
    piece: ReportPiece, title: str | None, text: str | None, author: int, at: datetime.datetime
) -> ReportRevision:
    return ReportRevision(
        piece_id=piece.id, version=piece.version, own_title=title, own_text=text,
        parent_id=piece.parent_id, position=piece.position, removed=piece.removed,
        author_id=author, at=at,
    )  # fmt: skip


def _stamp(session: Session, actor: Actor, piece: ReportPiece, now: datetime.datetime) -> None:
    piece.author_id, piece.at = actor.account_id, now
    session.add(piece)
    session.flush()


def _written_by(session: Session, piece: ReportPiece) -> str:
    """Whose words stand in a piece: a person's, or the unit's from which it is taken."""
    unit = told(piece).get("unit")
    if unit and not is_edited(piece):
        return str(unit)
    found = session.execute(select(col(Account.name)).where(col(Account.id) == piece.author_id))
    return found.scalar() or ""
