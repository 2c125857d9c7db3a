"""Two answers to a table side by side: only the cells and notes that differ, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from survey_app.core.kinds.cells import column_ids, note_keys, row_ids
from survey_app.core.questionnaire import Question
from survey_app.web.catalogue import gettext as _
from survey_app.web.marking import Woven
from survey_app.web.plain_text import cell_text, line_names, plain_text

ABSENT = object()
"""A cell that is not filled in: None is one that is stated missing."""


def weave_cells(question: Any, before: Any, after: Any) -> list[Woven]:
    """What became of a table: a line a change, ``februari 2025 · Totalt: 3 259 3 299``."""
    woven: list[Woven] = []
    for name, was, now in _changes(question, before, after):
        woven.append(Woven(f"{chr(10) if woven else ''}{name}: ", ""))
        woven += [part for part in (Woven(was, "del"), Woven(now, "ins")) if part.text]
    return woven


def differing_texts(question: Question, yours: Any, theirs: Any) -> tuple[str, str]:
    """Both answers as text; of a table only what is not alike in both."""
    if question.kind != "table":
        return plain_text(question, yours), plain_text(question, theirs)
    lines = [(f"{name}: {mine or _('ej ifylld')}", f"{name}: {other or _('ej ifylld')}")
             for name, mine, other in _changes(question, yours, theirs)]  # fmt: skip
    return "\n".join(mine for mine, _o in lines), "\n".join(other for _m, other in lines)


def _changes(question: Any, before: Any, after: Any) -> Iterator[tuple[str, str, str]]:
    """The name of each cell or note that differs, and what it said in both; empty for nothing."""
    names = line_names(question)
    first, second = before or {"cells": {}, "notes": {}}, after or {"cells": {}, "notes": {}}
    columns = column_ids(question)
    for row in row_ids(question):
        was, now = first["cells"].get(row, {}), second["cells"].get(row, {})
        for column in columns:
            old, new = was.get(column, ABSENT), now.get(column, ABSENT)
            if old != new:
                name = f"{names['row'][row]} · {names['column'][column]}"
                yield name, _said(old), _said(new)
    for key in note_keys(question):
        earlier, later = first["notes"].get(key, ""), second["notes"].get(key, "")
        if earlier != later:
            axis, _colon, line = key.partition(":")
            of = f" ({names[axis][line]})" if line else ""
            yield f"{_('Anmärkning')}{of}", earlier, later


def _said(cell: Any) -> str:
    return "" if cell is ABSENT else cell_text(cell)
