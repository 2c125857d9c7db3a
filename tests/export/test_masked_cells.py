"""Cells of a table under masks: what they add up to tells nothing of them."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter

from survey_app.core.questionnaire import Questionnaire
from survey_app.export.blocks import Table
from survey_app.export.copy.maskable import maskable
from survey_app.export.copy.masking import MaskedCopy, mask_record
from survey_app.export.copy.outline import copy_outline
from survey_app.export.copy.schema import CopyDocument
from survey_app.export.pdf.drawing import render
from survey_app.export.pdf.words import read_words
from tests.conformance.specimens import record_of, spec_of
from tests.core.indicator_tables import ADMITTED, ADMITTED_SPEC, cells_of

from .copies import masks_of
from .samples import MADE_AT
from .tabled import printed_table

SPEC = spec_of("Tabellen", [
    {"id": "tabell", "number": "1", "text": "Hur många?", **ADMITTED_SPEC},
    {"id": "en", "kind": "computed", "text": "En cell", "operation": "sum",
     "of": [{"question": "tabell", "row": "2025-02", "column": "hylte-enstaka"}]},
    {"id": "annan", "kind": "computed", "text": "En annan", "operation": "sum",
     "of": [{"question": "tabell", "row": "2025-03", "column": "hylte-enstaka"}]},
])  # fmt: skip
CELL = "cell:tabell:2025-02:hylte-enstaka"


def copy_of(*targets: str, shown: tuple[str, ...] = ()) -> MaskedCopy:
    record = record_of(SPEC, {"tabell": {"cells": cells_of(ADMITTED_SPEC, ADMITTED)}})
    form = Questionnaire.model_validate(SPEC)
    return mask_record(record, form, masks_of(*targets), MADE_AT, shown)


def table_of(copy: MaskedCopy) -> dict[str, Any]:
    found: dict[str, Any] = copy.document["content"]["sections"][0]["questions"][0]
    return found


def test_every_cell_can_be_masked_with_words_for_where_it_is() -> None:
    offered = maskable(printed_table())
    assert offered["cell:tabell:2025-02:totalt"] == "Fråga 1, 2025-02, Totalt"
    assert sum(target.startswith("cell:") for target in offered) == 14 * 14
    assert offered["cell:tabell:2024-12:varberg-enstaka"], "that it is missing can be masked too"


def test_a_masked_cell_takes_the_totals_with_it_that_add_it() -> None:
    copy = copy_of(CELL)
    cells = table_of(copy)["value"]["cells"]
    assert cells["2025-02"]["hylte-enstaka"] == "[maskerat: 1]"
    followers = {"2025-02:enstaka", "summa:hylte-enstaka", "summa:enstaka"}
    sums = {item for item in copy.followers if item.startswith("cell:")}
    assert sums == {f"cell:tabell:{place}" for place in followers}
    for place in followers:
        row, column = place.split(":")
        assert cells[row][column].startswith("[maskerat:")
        assert column not in table_of(copy)["computed"].get(row, {})
    assert cells["2025-02"]["totalt"] == 3259, "it does not add the cell"
    assert [item["column"] for item in table_of(copy)["differences"]] == ["totalt", "enstaka"]
    assert table_of(copy)["suspected"] == []
    reasons = {mask.target: mask.reason for mask in copy.masks if mask.follows}
    assert reasons["cell:tabell:summa:enstaka"] == (
        "Summan räknar med det som är maskerat (1) och skulle röja det."
    )


def test_what_is_reckoned_from_the_cell_is_masked_and_nothing_else() -> None:
    copy = copy_of(CELL)
    assert "answer:en" in copy.followers
    assert "answer:annan" not in copy.followers


def test_a_total_that_nobody_typed_is_masked_too() -> None:
    bare = {**ADMITTED_SPEC, "totals": [{**t, "typed": False} for t in ADMITTED_SPEC["totals"]]}
    spec = spec_of("Tabellen", [{"id": "tabell", "text": "Hur många?", **bare}])
    totals = {"totalt", "enstaka"}
    cells = {
        row: {column: cell for column, cell in found.items() if column not in totals}
        for row, found in cells_of(ADMITTED_SPEC, ADMITTED).items()
        if row != "summa"
    }
    form = Questionnaire.model_validate(spec)
    copy = mask_record(record_of(spec, {"tabell": {"cells": cells}}), form,
                       masks_of(CELL), MADE_AT)  # fmt: skip
    found = table_of(copy)
    assert found["value"]["cells"]["2025-02"]["enstaka"] == "[maskerat: 1]"
    assert found["value"]["cells"]["summa"] == {
        "hylte-enstaka": "[maskerat: 1]", "enstaka": "[maskerat: 1]",
    }  # fmt: skip
    assert "enstaka" not in found["computed"]["2025-02"]


def test_the_same_files_whatever_stood_there() -> None:
    """The masked number cannot be told from the copy, nor from its paper."""

    def made(number: int) -> tuple[Any, bytes]:
        cells = cells_of(ADMITTED_SPEC, ADMITTED)
        for row, column in (("2025-02", "hylte-enstaka"), ("2025-02", "enstaka"),
                            ("summa", "hylte-enstaka"), ("summa", "enstaka")):  # fmt: skip
            cells[row][column] = (cells[row][column] or 0) + number
        record = record_of(SPEC, {"tabell": {"cells": cells}})
        form = Questionnaire.model_validate(SPEC)
        copy = mask_record(record, form, masks_of(CELL), MADE_AT)
        return copy.document, render(copy_outline(copy.document))

    assert made(0) == made(55)


def test_a_copy_has_its_shape_and_its_words_on_paper() -> None:
    copy = copy_of(CELL)
    TypeAdapter(CopyDocument).validate_python(copy.document)
    words = read_words(render(copy_outline(copy.document)))
    assert words.count("[maskerat:") >= 4
    tables = [b for b in copy_outline(copy.document).blocks if isinstance(b, Table) and b.numeric]
    assert len(tables) == 2


@pytest.mark.parametrize("shown", ["cell:tabell:2025-02:enstaka"])
def test_a_total_that_is_shown_all_the_same_is_warned_of(shown: str) -> None:
    copy = copy_of(CELL, shown=(shown,))
    assert table_of(copy)["value"]["cells"]["2025-02"]["enstaka"] == 141
    assert "enstaka" not in table_of(copy)["computed"]["2025-02"]
    assert "follower_shown" in {item.code for item in copy.concerns}
