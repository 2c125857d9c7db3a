"""A report as one JSON document: what its files are all made from."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from survey_app.export.report import LEVEL
from survey_app.export.report_schema import FORMAT
from survey_app.services.reports.answers import RoundAnswers
from survey_app.services.reports.compiling import told
from survey_app.services.reports.piece import is_edited, wording_of
from survey_app.services.reports.report import ReportView
from survey_app.store.tables import ReportPiece

Document = dict[str, Any]


def report_document(
    view: ReportView, rounds: Sequence[RoundAnswers], settled: dict[str, Any] | None = None
) -> Document:
    """The report as it stands (``redogor/report/1``).

    settled  at (ISO time with zone) and by (name, title); None of a draft
    """
    case = view.case
    return {
        "format": FORMAT,
        "case": {"diary_number": case.diary_number, "title": case.title,
                 "practice": case.practice},
        "unit": view.unit_name,
        "title": view.row.title,
        "edition": view.row.edition,
        "arranged": view.row.arrange,
        "sources": view.row.told,
        "rounds": [_round(item) for item in rounds],
        "units": [_unit(answer) for item in rounds for answer in item.answers],
        "missing": list(dict.fromkeys(name for item in rounds for name in item.missing)),
        "parts": [_part(piece, depth) for piece, depth in view.shown() if not _is_empty(piece)],
        "settled": settled,
    }  # fmt: skip


def _round(item: RoundAnswers) -> Document:
    form = item.questionnaire
    return {
        "id": item.row.id,
        "title": item.row.title,
        "period": form.period,
        "questionnaire": {"id": form.id, "version": form.version,
                          "sha256": item.row.specification, "title": form.title.sv},
    }  # fmt: skip


def _unit(answer: Any) -> Document:
    return {
        "name": answer.unit,
        "submission": answer.submission,
        "handed_over_at": answer.at.astimezone(datetime.UTC).isoformat(timespec="seconds"),
        "record_sha256": answer.record,
    }


def _is_empty(piece: ReportPiece) -> bool:
    """Whether nothing is written in it: somebody began a text, or took all of one away."""
    said = wording_of(piece)
    return piece.sort != "table" and not said.title.strip() and not said.text.strip()


def _part(piece: ReportPiece, depth: int) -> Document:
    source, said = told(piece), wording_of(piece)
    return {
        "id": piece.id,
        "sort": piece.sort,
        "level": depth + LEVEL,
        "title": said.title,
        "text": said.text,
        "facts": [{"name": name, "value": value} for name, value in source.get("facts", ())],
        "table": source.get("table"),
        "source": _source(piece, source) if piece.source_sha256 else None,
        "own": piece.key is None,
    }


def _source(piece: ReportPiece, source: Document) -> Document:
    return {
        "unit": source["unit"],
        "submission": piece.source_submission,
        "question": piece.source_question,
        "entry": piece.source_entry,
        "label": source["label"],
        "value_sha256": piece.source_sha256,
        "edited": is_edited(piece),
        "gone": piece.source_state in ("gone", "kept"),
    }
