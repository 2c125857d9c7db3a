"""A table in a posted form: an input a cell, and one for each note."""

from __future__ import annotations

from typing import Any

from survey_app.core.kinds.cells import column_ids, note_keys, row_ids
from survey_app.core.kinds.table import TableAnswer
from survey_app.web.cells import note_name
from survey_app.web.question_field import FormData, QuestionField


class TableField(QuestionField):
    """``.cell.<row>.<column>`` and ``.note…``; what the form has no input for stays as it is."""

    def read(self, formdata: FormData, name: str) -> Any:
        spec: TableAnswer = self.question  # type: ignore[assignment]
        held = self.held.value or {"cells": {}, "notes": {}}
        columns = column_ids(spec, typed=True)
        cells: dict[str, dict[str, Any]] = {}
        for row in row_ids(spec, typed=True):
            there = held["cells"].get(row, {})
            cells[row] = {
                column: formdata.get(f"{name}.cell.{row}.{column}", there.get(column, ""))
                for column in columns
            }
        notes = {
            key: formdata.get(f"{name}.{note_name(key)}", held["notes"].get(key, ""))
            for key in note_keys(spec)
        }
        return {"cells": cells, "notes": notes}
