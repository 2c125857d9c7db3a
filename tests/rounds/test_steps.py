"""The nine steps of the checklist: which they are, and how far units have come with them."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from survey_app.core.questionnaire import Questionnaire
from survey_app.core.steps import steps_in
from survey_app.services.specification import add_specification
from tests.rounds.asking import NUMBER, Table, set_table
from tests.stage import OTHER, build_stage

FORMS = Path(__file__).parents[2] / "questionnaires"
CHECKLIST = FORMS / "checklista-medverkan.json"
PLAN = json.loads(
    (FORMS.parent / "survey_app/demo/rounds/checklista-medverkan.json").read_text("utf-8")
)["rounds"][0]["units"][0]["answers"]
TITLES = [
    "Bedöm frågans lämplighet", "Välj nivå", "Definiera målgrupp", "Budget och ersättning",
    "Välj metod", "Tidsplan, samarbetsparter, kollegor", "Perspektiv/Policys att ta hänsyn till",
    "Rekrytera medverkande", "Utvärdera och Återkoppla",
]  # fmt: skip


def form(path: Path) -> Questionnaire:
    return Questionnaire.model_validate_json(path.read_text("utf-8"))


def test_the_nine_steps_stand_in_their_order() -> None:
    steps = steps_in(form(CHECKLIST))
    assert [step.text.sv for step in steps] == TITLES
    assert [step.number for step in steps] == [str(number) for number in range(1, 10)]
    for step in steps:
        assert [option.text.sv for option in step.options] == [
            "Ej påbörjad", "Pågår", "Klar", "Inte aktuell",
        ]  # fmt: skip
        notes = [option.field for option in step.options]
        assert all(note is not None and note.kind == "text" for note in notes)


@pytest.mark.parametrize("name", ["gnv-2025", "statsbidrag-2025", "enkat-medverkan"])
def test_choices_that_nothing_counts_are_no_steps(name: str) -> None:
    assert steps_in(form(FORMS / f"{name}.json")) == []


@pytest.fixture
def table(tmp_path: Path) -> Iterator[Table]:
    stage = build_stage(tmp_path)
    made = set_table(stage)
    with stage.database.writing() as session:
        made.specification = add_specification(session, CHECKLIST.read_text("utf-8"), stage.now)
    made.open(OTHER, deadline=stage.today + datetime.timedelta(days=7))
    yield made
    stage.database.close()


@pytest.fixture
def app(table: Table) -> Iterator[Any]:
    made = table.stage.app()
    yield made
    made.extensions["redogor"].database.close()


def answer(table: Table) -> None:
    for question, given in PLAN.items():
        table.save(OTHER, question, given["value"])


def test_the_contents_tell_the_state_of_each_step(table: Table, app: Any) -> None:
    answer(table)
    client = table.stage.sign_in(app, "other_strategist")
    page = client.get(f"/submissions/{table.answers[OTHER]}/sections/steg").text
    contents = page.split("<aside")[1].split("</aside")[0]
    for number, (title, state) in enumerate(
        zip(TITLES, ["Klar"] * 5 + ["Pågår"] * 2 + ["Klar", "Ej påbörjad"], strict=True), 1
    ):
        assert f'#question-steg-{number}">{number} {title}</a>' in contents
        assert f'data-step="steg-{number}">{state}</span>' in contents


def test_the_round_tells_how_many_are_where_once_they_have_handed_over(
    table: Table, app: Any
) -> None:
    answer(table)
    client = table.stage.sign_in(app, "strategist")
    page = f"/cases/{NUMBER}/rounds/{table.id}"
    assert "Steg för steg" not in client.get(page).text
    table.hand_over(OTHER)
    told = client.get(page).text.split('id="steps"')[1].split("</table>")[0]
    rows = told.split("<tr>")[2:]
    assert len(rows) == 9
    assert "1 Bedöm frågans lämplighet" in rows[0]
    assert "Klar: 1" in rows[0]
    assert "Pågår: 1" in rows[5]
    assert "Ej påbörjad: 1" in rows[8]


def test_a_step_without_a_note_is_nothing_to_look_at(table: Table) -> None:
    table.save(OTHER, "projekt", "Barnanpassad vård")
    table.save(OTHER, "steg-2", {"chosen": "klar", "details": {}})
    dossier = table.stage.read(table.answers[OTHER], "other_strategist")
    assert dossier.evaluation.with_severity("warning") == []
