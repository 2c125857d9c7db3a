"""Sheets in the shape of the results: read as what they were made of, or told why not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from survey_app.core.answer_sheets import Fault, SheetRead, UnitSaid, read_answers
from survey_app.core.evaluation import Given
from survey_app.core.grid import Cell, trimmed
from survey_app.core.kinds import KINDS
from survey_app.core.questionnaire import Questionnaire
from survey_app.export.results import RoundAnswers, UnitAnswers, results_xlsx, template_xlsx
from survey_app.export.sheet import read_sheets
from tests.pooled_form import FORM
from tests.rounds.results import HOSTILE, THEIRS

SPEC = Questionnaire.model_validate(FORM)
QUESTIONS = list(SPEC.questions())


def round_of(answers: dict[str, dict[str, Any]]) -> RoundAnswers:
    units = [
        UnitAnswers(unit, "", "handed_over", None,
                    {name: (KINDS[SPEC.by_id[name].kind].parse(SPEC.by_id[name], value), None, True)
                     for name, value in held.items()})
        for unit, held in answers.items()
    ]  # fmt: skip
    return RoundAnswers("RS1", "Ärende", False, "Omgång", "0" * 64, SPEC, QUESTIONS, units,
                        "2026-01-01T00:00:00+00:00")  # fmt: skip


def read_again(data: bytes, file: str = "svar.xlsx") -> tuple[list[UnitSaid], list[Fault]]:
    sheets = [SheetRead(file, sheet.name, sheet.grid) for sheet in read_sheets(data)]
    return read_answers(SPEC, sheets)


def read_rows(*rows: list[Cell], name: str = "Svar") -> tuple[list[UnitSaid], list[Fault]]:
    return read_answers(SPEC, [SheetRead("fil.xlsx", name, trimmed(rows))])


def test_what_is_exported_is_read_again_as_it_was() -> None:
    units, faults = read_again(results_xlsx(round_of(THEIRS)))
    assert faults == []
    told = {unit.name: {name: given.value for name, given in unit.answers.items()}
            for unit in units}  # fmt: skip
    assert told == {
        unit: {name: KINDS[SPEC.by_id[name].kind].parse(SPEC.by_id[name], value)
               for name, value in held.items()}
        for unit, held in THEIRS.items()
    }  # fmt: skip
    assert told["Region Annan"]["text"] == HOSTILE


TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r", exclude_categories=("Cc", "Cs", "Cn")),
    min_size=1, max_size=60,
).filter(lambda text: bool(text.strip()))  # fmt: skip
CHOSEN = st.sampled_from(["ja", "nej", "vet"]).map(lambda item: {"chosen": item, "details": {}})
ENTRY = st.fixed_dictionaries(
    {"namn": TEXT}, optional={"timmar": st.integers(0, 10**12), "medverkan": st.sampled_from(
        ["ja", "nej"]).map(lambda item: {"chosen": item, "details": {}})},
)  # fmt: skip
ANSWERS = st.fixed_dictionaries(
    {"text": TEXT},
    optional={
        "val": CHOSEN,
        "flera": st.sampled_from([["a"], ["b"], ["a", "b"]]).map(
            lambda chosen: {"chosen": chosen, "details": {}}
        ),
        "antal": st.integers(0, 2**53 - 1),
        "rader": st.dictionaries(st.sampled_from(["r1", "r2"]), st.sampled_from(["ja", "nej"]),
                                 min_size=1),
        "processer": st.lists(ENTRY, min_size=1, max_size=4).map(
            lambda found: {"removed": [], "entries": [
                {"id": f"entry000{place}", "values": values} for place, values in enumerate(found)
            ]}
        ),
        "tal": st.dictionaries(
            st.sampled_from(["r1", "r2", "alla"]),
            st.dictionaries(st.just("c1"), st.none() | st.integers(0, 10**15), min_size=1),
            min_size=1,
        ).map(lambda cells: {"cells": cells, "notes": {}}),
    },
)  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_any_answers_come_back(held: list[dict[str, Any]]) -> None:
    answers = {f"Enhet {place}": found for place, found in enumerate(held)}
    units, faults = read_again(results_xlsx(round_of(answers)))
    assert faults == []
    assert {unit.name: {name: given.value for name, given in unit.answers.items()}
            for unit in units} == answers  # fmt: skip


def test_an_empty_template_says_nothing() -> None:
    assert read_again(template_xlsx(round_of({"A": {}, "B": {}}))) == ([], [])


def test_reasons_are_read() -> None:
    units, faults = read_rows(
        ["#enhet", "text:blank", "val:blank"], ["A", "[kan inte BERÄTTAS] för få", "Vet inte"]
    )
    assert faults == []
    assert units[0].answers == {
        "text": Given(None, {"code": "cannot_be_stated", "text": "för få"}),
        "val": Given(None, {"code": "reason", "text": "Vet inte"}),
    }


def test_own_headings_do_where_they_are_clear() -> None:
    units, faults = read_rows(["Kommun", " ANTAL ", "Berätta"], ["A", "1 200", "Hej"])
    assert faults == []
    assert {name: given.value for name, given in units[0].answers.items()} == {
        "antal": 1200, "text": "Hej",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rows", "code", "cell"),
    [
        ([["#enhet", "antal"], ["A", "tre"]], "not_a_number", "B2"),
        ([["#enhet", "antal"], ["A", -4]], "too_small", "B2"),
        ([["#enhet", "val"], ["A", "Kanske"]], "import_option_unknown", "B2"),
        ([["#enhet", "flera:option:a"], ["A", "nja"]], "import_tick_unread", "B2"),
        ([["#enhet", "antal", "annat"], ["A", 1, 2]], "import_question_unknown", "C1"),
        ([["#enhet", "andel"], ["A", 50]], None, ""),
        ([["#enhet", "antal", "antal"], ["A", 1, 2]], "import_column_twice", "C1"),
        ([["#enhet", "antal"], [None, 2]], "import_unit_missing", "A2"),
        ([["#enhet", "antal"], ["A", 1], ["a ", 2]], "import_unit_twice", "A3"),
        ([["antal"], [1]], "import_no_units", ""),
        ([["#enhet", "tal/rad", "tal/c1"], ["A", "R3", 1]], "import_row_unknown", "B2"),
        ([["#enhet", "tal/rad", "tal/c1"], ["A", "R1", 1], ["A", "r1", 2]],
         "import_row_twice", "B3"),
        ([["#enhet", "tal/rad", "tal/c1"], ["A", "R2", "x"]], "not_a_number", "C2"),
        ([["#enhet", "processer/nr", "processer/timmar"], ["A", 1, "många"]],
         "not_a_number", "C2"),
        ([["#enhet", "processer/post", "processer/namn"], ["A", "ett id!", "x"]],
         "bad_entry_id", "A2"),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_cell(
    rows: list[list[Cell]], code: str | None, cell: str
) -> None:
    _units, faults = read_rows(*rows)
    assert [(fault.code, fault.place.cell) for fault in faults] == ([(code, cell)] if code else [])


def test_all_is_told_at_once() -> None:
    _units, faults = read_rows(
        ["#enhet", "antal", "val", "vad"], ["A", "x", "Kanske", 1], ["B", "y", "Ja", 1]
    )
    assert sorted(fault.place.cell for fault in faults) == ["B2", "B3", "C2", "D1"]
