"""The kinds of question, by name. README lists the steps to add one."""

from __future__ import annotations

from survey_app.core.kinds import (
    attachment,
    attestation,
    chosen,
    computed,
    contact,
    date,
    link,
    matrix,
    number,
    text,
)
from survey_app.core.kinds.kind import Kind, Value
from survey_app.core.kinds.list import KIND as LIST
from survey_app.core.kinds.table import KIND as TABLE

KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        text.KIND,
        chosen.SINGLE,
        chosen.MULTIPLE,
        number.INTEGER,
        number.PERCENT,
        number.MONEY,
        date.KIND,
        link.KIND,
        attachment.KIND,
        matrix.KIND,
        LIST,
        TABLE,
        computed.KIND,
        contact.EMAIL,
        contact.TELEPHONE,
        contact.POSTAL_CODE,
        contact.ORGANISATION_NUMBER,
        attestation.KIND,
    )
}

__all__ = ["KINDS", "Kind", "Value"]
