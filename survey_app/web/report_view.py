"""A report as its templates draw it: pieces with their fields, sources and what waits."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from markupsafe import Markup

from survey_app.export.blocks import Block, Chart
from survey_app.export.chart.svg import to_svg
from survey_app.export.report import EDITED, GONE
from survey_app.export.tables import read_table
from survey_app.services.reports.compiling import told
from survey_app.services.reports.piece import Wording, is_edited, offered_wording, wording_of
from survey_app.services.reports.report import ReportView
from survey_app.store.tables import ReportPiece
from survey_app.web.catalogue import gettext as _
from survey_app.web.marking import Woven, weave_differences
from survey_app.web.wording.reports import CHANGES, SORTS

TITLE, TEXT = "title", "text"


@dataclass(slots=True)
class FieldView:
    """One input of a piece: its title or its text."""

    name: str
    id: str
    label: str
    value: str
    many: bool


@dataclass(slots=True)
class PieceView:
    """A piece as it stands in the draft.

    label    what a piece is called where it cannot be seen, such as on a button
    source   where it comes from, in words
    places   where else it can be moved: what the choice posts, and what the heading says
    version  upon which its fields are written
    """

    piece: ReportPiece
    id: str
    version: str
    level: int
    sort: str
    label: str
    fields: list[FieldView]
    title: str
    text: str
    facts: list[tuple[str, str]]
    source: str
    edited: bool
    first: bool
    last: bool
    url: str
    blocks: list[tuple[str, Any]] = field(default_factory=list)


def names_of(piece: ReportPiece) -> list[str]:
    """Which of title and text can be written in a piece, in their order."""
    source = told(piece)
    if piece.sort == "heading":
        return [TITLE, TEXT] if source.get("text") or piece.own_text else [TITLE]
    titled = bool(source.get("title") or piece.own_title)
    if piece.sort == "table":
        return [TITLE] if titled else []
    return [TITLE, TEXT] if titled else [TEXT]


def values_of(piece: ReportPiece, said: Wording | None = None) -> list[str]:
    """What stands in the inputs of a piece."""
    said = said or wording_of(piece)
    return [said.title if name == TITLE else said.text for name in names_of(piece)]


def is_changed(piece: ReportPiece, posted: Mapping[str, str]) -> bool:
    """Whether a title or a text that was posted, as it is or as browsers post it, is another than
    what stands there."""
    said = {TITLE: wording_of(piece).title, TEXT: wording_of(piece).text}
    return any(value.replace("\r\n", "\n") != said[name] for name, value in posted.items())


def view_pieces(view: ReportView, typed: Mapping[str, str] | None = None) -> list[PieceView]:
    """The pieces that stand in the report, in their order.

    typed  a form that was refused: what it has in the fields stands there, upon its version
    """
    shown = view.shown()
    beside: dict[str | None, list[str]] = {}
    for piece, _depth in shown:
        beside.setdefault(piece.parent_id, []).append(piece.id)
    found = [_piece(view, piece, depth, beside[piece.parent_id]) for piece, depth in shown]
    for item in found if typed else ():
        _type_in(item, typed or {})
    return found


def _type_in(item: PieceView, typed: Mapping[str, str]) -> None:
    item.version = typed.get(f"q.{item.piece.id}.version", item.version)
    for each in item.fields:
        each.value = typed.get(each.id, each.value)


def _piece(view: ReportView, piece: ReportPiece, depth: int, beside: Sequence[str]) -> PieceView:
    said, source = wording_of(piece), told(piece)
    return PieceView(
        piece=piece,
        id=f"piece-{piece.id}",
        version=str(piece.version),
        level=min(depth + 2, 4),
        sort=piece.sort,
        label=label_of(piece),
        fields=list(_fields(piece)),
        title=said.title,
        text=said.text,
        facts=[(name, value) for name, value in source.get("facts", ())],
        source=source_words(piece),
        edited=is_edited(piece),
        first=beside[0] == piece.id,
        last=beside[-1] == piece.id,
        url=url_for("report_pieces.show", diary_number=view.case.diary_number,
                    report_id=view.id, piece_id=piece.id),
        blocks=list(_table(piece)),
    )  # fmt: skip


def _fields(piece: ReportPiece) -> Iterator[FieldView]:
    labels = {TITLE: _("Rubrik"), TEXT: _("Text")}
    for name, value in zip(names_of(piece), values_of(piece), strict=True):
        yield FieldView(name, f"q.{piece.id}.{name}", labels[name], value, name == TEXT)


def _table(piece: ReportPiece) -> Iterator[tuple[str, Any]]:
    table = told(piece).get("table")
    blocks: Sequence[Block] = read_table(table, table["value"]) if table else ()
    for place, block in enumerate(blocks):
        drawn: Any = block
        if isinstance(block, Chart):
            drawn = Markup(to_svg(block.drawing, f"chart-{piece.id}-{place}"))  # our own shapes
        yield type(block).__name__, drawn


def source_words(piece: ReportPiece) -> str:
    """``"Varbergs kommun, Exempel 2"``; nothing of what was written here."""
    source = told(piece)
    return f"{source['unit']}, {source['label']}" if source.get("unit") else ""


def label_of(piece: ReportPiece) -> str:
    """What a piece is called: its source, else how it begins, else what it is."""
    said = wording_of(piece)
    begins = " ".join((said.title or said.text).split()[:6])
    return (
        (begins if piece.sort == "heading" else source_words(piece))
        or begins
        or _(SORTS[piece.sort])
    )


@dataclass(slots=True)
class WaitingView:
    """A piece whose source has changed, or is gone; ``change``: its words against the source's."""

    piece: ReportPiece
    id: str
    label: str
    gone: bool
    change: list[Woven]


def view_waiting(view: ReportView) -> list[WaitingView]:
    """What waits for a decision."""
    found = []
    for piece in view.waiting():
        offered = offered_wording(piece)
        now = _joined(wording_of(piece))
        change = weave_differences(now, _joined(offered)) if offered else [Woven(now, "")]
        found.append(WaitingView(piece, f"piece-{piece.id}", label_of(piece),
                                 piece.source_state == "gone", change))  # fmt: skip
    return found


def text_of(piece: ReportPiece) -> str:
    """All that a piece says."""
    return _joined(wording_of(piece))


def _joined(said: Wording) -> str:
    return "\n\n".join(filter(None, (said.title, said.text)))


def view_changes(view: ReportView) -> list[tuple[str, list[dict[str, str]]]]:
    """What compiling last did: each sort of change, with the pieces that it was done to."""
    done: dict[str, list[dict[str, str]]] = {}
    for code, piece_id in json.loads(view.row.changes):
        piece = view.by_id.get(piece_id)
        if piece is not None and not (code == "added" and piece.sort == "heading"):
            done.setdefault(code, []).append(
                {"label": label_of(piece), "href": f"#piece-{piece.id}"}
            )
    return [(_(CHANGES[code]), done[code]) for code in CHANGES if code in done]


def headings_of(view: ReportView, but: ReportPiece) -> list[tuple[str, str]]:
    """The headings below which a piece can be put: id, and words with their depth."""
    found = [("top", _("Överst i sammanställningen, utan rubrik"))]
    inside = {but.id}
    for piece, depth in view.shown():
        if piece.parent_id in inside:
            inside.add(piece.id)
        elif piece.sort == "heading" and piece.id != but.id:
            words = wording_of(piece).title
            found.append((piece.id, f"{'– ' * depth}{words[:100]}"))
    return [item for item in found if item[0] not in inside]


def removed_pieces(view: ReportView) -> list[dict[str, Any]]:
    """What was taken out, to be put back; what lies below it comes with it."""
    return [
        {"piece": piece, "label": label_of(piece), "text": text_of(piece)}
        for piece, _depth in view.pieces
        if piece.removed
    ]


def remarks(piece: ReportPiece) -> list[str]:
    """What is remarkable of a piece's source, in the words that stand on paper."""
    gone = piece.source_state in ("gone", "kept")
    return [word for word, holds in ((EDITED, is_edited(piece)), (GONE, gone)) if holds]
