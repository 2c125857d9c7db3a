"""How numbers have moved since last year, also those that stand after an option."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from survey_app.core.workflow import State
from survey_app.services.specification import add_specification
from tests.short_form import QUESTIONNAIRE

from .stage import Stage

PERCENT = {"kind": "percent"}
OPTIONS = [
    {"id": "ja", "text": "Ja, andel:", "field": PERCENT},
    {"id": "delvis", "text": "Delvis, antal:", "field": {"kind": "integer"}},
    {"id": "nej", "text": "Nej"},
]
CHOICES = [
    {"id": "a", "number": "4", "kind": "single", "text": "Finns plan?", "options": OPTIONS},
    {"id": "b", "number": "5", "kind": "multiple", "text": "Vilka planer?", "options": OPTIONS},
    {"id": "c", "number": "6", "kind": "table", "text": "Möten i år",
     "columns": [{"id": "moten", "text": "Möten"}, {"id": "folk", "text": "Deltagare"}],
     "rows": [{"id": "var", "text": "Vår"}, {"id": "host", "text": "Höst"}],
     "totals": [{"id": "alla", "axis": "row", "text": "Alla"}]},
]  # fmt: skip


def form(**told: Any) -> dict[str, Any]:
    """The short form with two choices whose options open a number."""
    first, last = QUESTIONNAIRE["sections"]
    return {
        **QUESTIONNAIRE,
        **told,
        "sections": [{**first, "questions": [*first["questions"], *CHOICES]}, last],
    }


@pytest.fixture
def draft(stage: Stage) -> int:
    """This year's draft; last year's answers are approved."""
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(form()), stage.now)
    [old] = stage.open("RS25001")
    stage.save(old, "a", {"chosen": "ja", "details": {"ja": "40"}}, 0)
    stage.save(old, "b", {"chosen": ["ja", "delvis"], "details": {"ja": "10", "delvis": "4"}}, 0)
    stage.save(old, "c", {"cells": {"var": {"moten": 4, "folk": None}, "host": {"folk": 12}},
                          "notes": {"": "Osäkert."}}, 0)  # fmt: skip
    stage.bring(old, State.APPROVED)
    later = form(id="prov-2026", period="2026", continues="prov-2025")
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(later), stage.now)
    [new] = stage.open("RS26001")
    return new


def movement(stage: Stage, draft: int, question: str) -> str:
    page = stage.sign_in(stage.app(), "strategist").get(f"/submissions/{draft}/sections/a").text
    block = page.partition(f'id="question-{question}"')[2].partition("</details>")[0]
    found = re.search(r'class="movement">([^<]*)<', block)
    return found[1].replace("\u00a0", " ") if found else ""


def test_a_number_after_an_option_is_held_against_last_years(stage: Stage, draft: int) -> None:
    assert movement(stage, draft, "a") == ""  # nothing is answered yet
    stage.save(draft, "a", {"chosen": "ja", "details": {"ja": "43"}}, 0)
    assert movement(stage, draft, "a") == "+3 procentenheter"
    stage.save(draft, "a", {"chosen": "nej", "details": {"ja": "43"}}, 1)
    assert movement(stage, draft, "a") == ""  # what is kept and not sent is no answer


def test_several_are_told_with_their_options(stage: Stage, draft: int) -> None:
    stage.save(draft, "b", {"chosen": ["ja", "delvis"], "details": {"ja": "10", "delvis": "5"}}, 0)
    assert movement(stage, draft, "b") == "Ja, andel: Oförändrat; Delvis, antal: +1 (+25 procent)"
    stage.save(draft, "b", {"chosen": ["delvis"], "details": {"delvis": "3"}}, 1)
    assert movement(stage, draft, "b") == "-1 (-25 procent)"


def cells(page: str) -> list[list[str]]:
    """The table beside the question, row by row; what differs in stars."""
    block = page.partition('class="earlier"')[2].partition("</details>")[0]
    table = block.partition("<table")[2].partition("</table>")[0]
    return [
        [
            re.sub("</?mark>", "*", cell)
            for cell in re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", row)
        ]
        for row in table.split("</tr>")[:-1]
    ]


def test_last_years_table_stands_there_as_a_table(stage: Stage, draft: int) -> None:
    """With its totals and notes; cells that are otherwise now are marked, empty ones are not."""
    app = stage.app()
    page = stage.sign_in(app, "strategist").get(f"/submissions/{draft}/sections/a").text
    beside = page.partition('id="question-c"')[2]
    assert cells(beside) == [
        ["", "Möten", "Deltagare"], ["Vår", "4", "saknas"], ["Höst", "–", "12"],
        ["Alla", "4", "12"],
    ]  # fmt: skip
    assert re.search("Anmärkning[^:]*: Osäkert.", beside)
    stage.save(draft, "c", {"cells": {"var": {"moten": 5, "folk": None}, "host": {"moten": 3}}}, 0)
    page = stage.sign_in(app, "strategist").get(f"/submissions/{draft}/sections/a").text
    assert cells(page.partition('id="question-c"')[2])[1:3] == [
        ["Vår", "*4*", "saknas"], ["Höst", "*–*", "12"],
    ]  # fmt: skip


def test_what_stands_beside_follows_a_correction(stage: Stage, draft: int) -> None:
    stage.save(draft, "a", {"chosen": "ja", "details": {"ja": "43"}}, 0)
    assert movement(stage, draft, "a") == "+3 procentenheter"
    correction = stage.correct(1)
    stage.save(correction, "a", {"chosen": "ja", "details": {"ja": "41"}}, 1)
    assert movement(stage, draft, "a") == "+3 procentenheter"  # it is not approved yet
    stage.send(correction)
    stage.approve(correction, "approver_with_delegation")
    assert movement(stage, draft, "a") == "+2 procentenheter"


def test_each_reads_the_page_in_a_language_of_their_own(stage: Stage, draft: int) -> None:
    app = stage.app()
    readers = {"sv": stage.sign_in(app, "strategist"), "en": stage.sign_in(app, "strategist_2")}
    readers["en"].post("/language", {"language": "en", "next": "/"})
    seen = {
        "sv": ("Förra året", "av 6 besvarade", "Ärenden", "Ingen annan är här just nu."),
        "en": ("Last year", "of 6 answered", "Cases", "Nobody else is here just now."),
    }
    for language in ("sv", "en", "sv", "en"):
        page = readers[language].get(f"/submissions/{draft}/sections/a").text
        assert [text in page for text in seen[language]] == [True] * 4
        other = seen["en" if language == "sv" else "sv"]
        assert [text in page for text in other] == [False] * 4
