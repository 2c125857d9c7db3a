"""Compiling anew: a report's pieces held against its answers. What somebody wrote is never lost.

New pieces come in at their place. A piece whose source says something else follows it; where
somebody has written another text, or the source is gone, it waits until a person decides. A piece
whose entry now belongs elsewhere moves there, unless somebody has placed it by hand.
"""

from __future__ import annotations

import datetime
import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from survey_app.core.content import canonical_json
from survey_app.core.position import between
from survey_app.services.reports.wanted import Wanted
from survey_app.store.tables import ReportPiece

Code = Literal["added", "followed", "waiting", "gone", "returned", "moved"]


@dataclass(frozen=True, slots=True)
class Change:
    """What compiling did to a piece."""

    code: Code
    piece: str


@dataclass(slots=True)
class Compiled:
    """A report's pieces after compiling: all of them, those that are new, and what changed."""

    pieces: dict[str, ReportPiece]
    new: list[ReportPiece] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)

    def tell(self, code: Code, piece: ReportPiece) -> None:
        self.changes.append(Change(code, piece.id))


def compile_pieces(
    report_id: int, pieces: Iterable[ReportPiece], wanted: Sequence[Wanted], author: int,
    now: datetime.datetime,
) -> Compiled:  # fmt: skip
    """Change the pieces as the answers want them; the same answers once more change nothing."""
    done = Compiled({piece.id: piece for piece in pieces})
    known = {piece.key: piece for piece in done.pieces.values() if piece.key is not None}
    made: dict[str, ReportPiece] = {}
    for item in wanted:
        below = made[item.parent].id if item.parent is not None else None
        piece = known.get(item.key)
        if piece is None:
            piece = _new_piece(report_id, item, below, author, now)
            done.pieces[piece.id] = piece
            done.new.append(piece)
            done.tell("added", piece)
        else:
            _take_in(done, piece, item)
            _move(done, piece, below)
        made[item.key] = piece
    for key, piece in known.items():
        if key not in made and piece.source_state not in ("gone", "kept", "dropped"):
            piece.source_state = "gone"
            done.tell("gone", piece)
    _set_in_order(done, [made[item.key] for item in wanted])
    return done


def _new_piece(
    report_id: int, item: Wanted, below: str | None, author: int, now: datetime.datetime
) -> ReportPiece:
    piece = ReportPiece(
        id=secrets.token_hex(16), report_id=report_id, parent_id=below, position="",
        sort=item.sort, key=item.key, source_state="current", author_id=author, at=now,
    )  # fmt: skip
    take(piece, item.taken, *_named(item))
    return piece


def _named(item: Wanted) -> tuple[int | None, str | None, str | None, str | None]:
    source = item.source
    if source is None:
        return None, None, None, None
    return source.submission, source.question, source.entry, source.sha256


def take(
    piece: ReportPiece, taken: Any, submission: int | None, question: str | None,
    entry: str | None, sha256: str | None,
) -> None:  # fmt: skip
    """Let a piece say by its source what ``taken`` says, and remember where that comes from."""
    piece.taken, piece.offered = as_json(taken), None
    piece.source_submission, piece.source_question = submission, question
    piece.source_entry, piece.source_sha256 = entry, sha256


def as_json(taken: Any) -> str:
    """What is kept of a source, written so that the same is the same text."""
    return canonical_json(taken).decode()


def _take_in(done: Compiled, piece: ReportPiece, item: Wanted) -> None:
    """Let a piece follow its source, or wait where somebody wrote something else."""
    back = piece.source_state in ("gone", "kept", "dropped")
    if piece.source_state == "dropped":
        piece.removed = False
    before, named = told(piece), _named(item)
    if _differs(piece, item):
        offered = as_json({"taken": item.taken, "sha256": named[3]})
        news = piece.source_state != "changed" or piece.offered != offered
        piece.source_state, piece.offered = "changed", offered
        if news:
            done.tell("waiting", piece)
        return
    same_words = before == item.taken
    piece.source_state = "current"
    if not same_words or piece.source_sha256 != named[3] or piece.offered is not None:
        take(piece, item.taken, *named)
    if not same_words:
        piece.version += 1  # who is writing in it now has not seen these words
    if back:
        done.tell("returned", piece)
    elif not same_words:
        done.tell("followed", piece)
    if piece.own_text == item.text:
        piece.own_text = None
    if piece.own_title == item.title:
        piece.own_title = None


def told(piece: ReportPiece) -> dict[str, Any]:
    """What a piece says by its source; nothing of one that has none."""
    found: dict[str, Any] = json.loads(piece.taken) if piece.taken else {}
    return found


def _differs(piece: ReportPiece, item: Wanted) -> bool:
    """Whether the source now says something else than what somebody's own words stand for."""
    before = told(piece)
    text = piece.own_text is not None and item.text not in (before["text"], piece.own_text)
    title = piece.own_title is not None and item.title not in (before["title"], piece.own_title)
    return text or title


def _move(done: Compiled, piece: ReportPiece, below: str | None) -> None:
    if piece.placed or piece.parent_id == below:
        return
    piece.parent_id, piece.position = below, ""
    piece.moves += 1
    done.tell("moved", piece)


def _set_in_order(done: Compiled, wanted: Sequence[ReportPiece]) -> None:
    """Give what is new, or came from elsewhere, a place after what stands before it by the
    answers; what only changed places among the answers changes them here."""
    for below in dict.fromkeys(piece.parent_id for piece in wanted):
        free = [piece for piece in wanted if piece.parent_id == below and not piece.placed]
        standing = [piece for piece in free if piece.position]
        places = sorted(piece.position for piece in standing)
        for piece, position in zip(standing, places, strict=True):
            piece.position = position
        taken = sorted(
            piece.position for piece in done.pieces.values()
            if piece.parent_id == below and piece.position
        )  # fmt: skip
        _fill_in(free, taken)


def _fill_in(free: Sequence[ReportPiece], taken: list[str]) -> None:
    """``taken``: the places below the same heading, in order."""
    before: str | None = None
    for place, piece in enumerate(free):
        if not piece.position:
            if before is None:
                later = next((item.position for item in free[place:] if item.position), None)
                after = later
                before = max((item for item in taken if later and item < later), default=None)
                if later is None:
                    before = taken[-1] if taken else None
            else:
                after = min((item for item in taken if item > before), default=None)
            piece.position = between(before, after)
            taken.append(piece.position)
            taken.sort()
        before = piece.position


def in_order(pieces: Iterable[ReportPiece]) -> Iterator[tuple[ReportPiece, int]]:
    """The pieces as they are read, each after the heading under which it stands, with its depth
    from 0."""
    below: dict[str | None, list[ReportPiece]] = {}
    for piece in pieces:
        below.setdefault(piece.parent_id, []).append(piece)
    for found in below.values():
        found.sort(key=lambda piece: (piece.position, piece.id))
    yield from _walk(below, None, 0)


def _walk(
    below: dict[str | None, list[ReportPiece]], parent: str | None, depth: int
) -> Iterator[tuple[ReportPiece, int]]:
    for piece in below.get(parent, ()):
        yield piece, depth
        yield from _walk(below, piece.id, depth + 1)
