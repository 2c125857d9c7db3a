"""The PDF of an approved submission, with or without its record inside."""

from __future__ import annotations

from survey_app.core.content import canonical_json
from survey_app.core.record import Record
from survey_app.export.outline import record_outline
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.metadata import Attachment

RECORD_FILE = "record.json"


def record_pdf(record: Record, *, sealed_by: str = "", with_json: bool = False) -> bytes:
    """The PDF of a record: PDF/A-2a, or PDF/A-3a with the canonical JSON of the record inside.

    sealed_by  who will seal the PDF, if it will be sealed
    """
    inside = Attachment(
        name=RECORD_FILE,
        data=canonical_json(record),
        media_type="application/json",
        description="Handlingen som kanonisk JSON (RFC 8785): det som sidorna visar.",
    )
    return render(record_outline(record, sealed_by), attach=inside if with_json else None)
