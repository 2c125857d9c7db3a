"""What the transcription page is given: each field with its words, its count and its tick."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from flask import url_for

from survey_app.core.transcription import Field
from survey_app.services.transcription import Tick, Transcription
from survey_app.web.catalogue import gettext as _
from survey_app.web.marking import mark_differences
from survey_app.web.number import format_time
from survey_app.web.views import label_of


@dataclass(slots=True)
class FieldView:
    """A field as its template draws it; ``before`` and ``after`` where a correction changed it."""

    id: str
    field: Field
    label: str
    done: bool
    told: str
    url: str
    before: list[Any] | None = None
    after: list[Any] | None = None


def view_sections(typed_over: Transcription) -> list[dict[str, Any]]:
    """The sections with their questions; a question without fields says why it has none."""
    numbers = count(1)
    return [
        {
            "id": section.id,
            "title": section.title,
            "questions": [
                {
                    "id": question.entry["id"],
                    "number": question.entry["number"],
                    "text": question.entry["text"],
                    "fields": [
                        _field(typed_over, field, f"field-{next(numbers)}")
                        for field in question.fields
                    ],
                    "reason": (question.entry["blank"] or {}).get("text", ""),
                }
                for question in section.questions
            ],
        }
        for section in typed_over.sections
    ]


def _field(typed_over: Transcription, field: Field, dom_id: str) -> FieldView:
    tick = typed_over.ticks.get(field.key)
    view = FieldView(
        id=dom_id,
        field=field,
        label=name_of(field),
        done=tick is not None and tick.holds,
        told=tell_tick(tick),
        url=_url(typed_over, field),
    )
    if tick is not None and tick.before is not None:
        view.before, view.after = mark_differences(tick.before, field.text)
    return view


def _url(typed_over: Transcription, field: Field) -> str:
    """Where a file is, so that it can be given to the authority's form."""
    if not field.sha256:
        return ""
    return url_for("attachments.download", submission_id=typed_over.dossier.id,
                   sha256=field.sha256)  # fmt: skip


def name_of(field: Field) -> str:
    """What the field is within its question."""
    if field.kind in ("row", "entry", "cell"):
        return field.label
    if field.label and field.kind != "file":
        return _("Efter alternativet: %(label)s", label=field.label)
    if field.box:
        return _("Ruta %(n)s av %(m)s", n=field.box[0], m=field.box[1])
    return {
        "choice": _("Välj"),
        "number": _("Tal"),
        "file": _("Bifoga filen"),
        "computed": _("Räknas ut av svaren: kontrollera"),
    }.get(field.kind, _("Svar"))


def tell_tick(tick: Tick | None) -> str:
    """Who typed the field over, and when; nothing where nobody did."""
    if tick is None:
        return ""
    said = {"who": tick.author, "when": format_time(tick.at)}
    if tick.earlier:
        return _("Infört i det tidigare svaret av %(who)s, %(when)s", **said)
    return _("Infört av %(who)s, %(when)s", **said)


def view_gone(typed_over: Transcription) -> list[dict[str, Any]]:
    """What was typed over and is no longer part of the answers: it shall be taken away there."""
    return list(_gone(typed_over))


def _gone(typed_over: Transcription) -> Iterator[dict[str, Any]]:
    by_id = typed_over.dossier.questionnaire.by_id
    for number, (field, tick) in enumerate(typed_over.gone, 1):
        question = by_id[field.key.partition("/")[0]]
        yield {
            "id": f"gone-{number}",
            "key": field.key,
            "label": f"{label_of(question)}, {name_of(field)}",
            "text": field.text,
            "told": tell_tick(tick),
        }
