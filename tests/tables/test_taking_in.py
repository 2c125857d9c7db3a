"""Tables that are pasted or read from a file: seen first, then taken in as one version."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from survey_app.core.number import as_decimal
from tests.export.sheets import workbook
from tests.rounds.indicator_tables import PRINTED, pasted, printed
from tests.rounds.test_content import cells_of
from tests.tables.desk import Desk


def as_workbook(table: str) -> bytes:
    """The printed table as a person has it in Excel: numbers are numbers, names are texts."""

    def cell(text: str) -> Any:
        number = as_decimal(text)
        if number is None:
            return text or None
        return int(number) if number == int(number) else float(Decimal(number))

    return workbook([[cell(text) for text in row] for row in printed(table)])


@pytest.mark.parametrize("table", PRINTED)
@pytest.mark.parametrize("way", ["paste", "xlsx"])
def test_the_eight_tables_equal_the_print_cell_by_cell(desk: Desk, table: str, way: str) -> None:
    reply = (
        desk.paste(table, pasted(table))
        if way == "paste"
        else desk.hand_in(table, as_workbook(table))
    )
    preview = desk.look(reply)
    assert not preview.fields
    assert preview.can_take
    assert desk.value(table) is None
    assert preview.take(missing="1").status_code == 302
    assert desk.cells(table) == cells_of(table)
