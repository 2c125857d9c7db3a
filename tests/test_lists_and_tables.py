"""Lists and tables on the pages and in the papers: what was answered stands there to read."""

from __future__ import annotations

import io
import json
from typing import Any

import docx
import pytest
from flask import Flask

from survey_app.core.kinds import KINDS
from survey_app.services.answer import Saved
from survey_app.services.specification import add_specification

from .conftest import Person
from .export.samples import ANSWERS, QUESTIONNAIRE, SPEC
from .stage import Stage

CASE = "RS250001"


@pytest.fixture
def person(stage: Stage, app: Flask) -> tuple[Person, int]:
    """Somebody signed in, and a submission with an answered list and table."""
    with stage.database.writing() as session:
        stage.specification = add_specification(session, json.dumps(SPEC), stage.now)
    (made,) = stage.open(CASE)
    for question in ("exempel", "tabell"):
        assert isinstance(stage.save(made, question, ANSWERS[question], 0), Saved)
    return stage.sign_in(app, "strategist"), made


def stored(question: str) -> Any:
    """The specimen's answer as it is kept."""
    asked = QUESTIONNAIRE.by_id[question]
    return KINDS[asked.kind].parse(asked, ANSWERS[question])


def test_the_page_shows_what_stands_there(person: tuple[Person, int]) -> None:
    somebody, made = person
    page = somebody.get(f"/submissions/{made}/sections/tva").text
    assert '<span data-name>Exempel 1</span> <span class="quiet" data-titled>Brukarrådet<' in page
    assert ">\nMöte\nvarje kvartal</textarea>" in page
    assert "januari 2025" in page
    assert "Kommun Två Inskrivna" in page
    assert page.count('value="saknas"') == 1
    assert "december 2024, Totalt</a>: Här står 1\u00a0633, men summan är 1\u00a0632" in page
    assert "skiljer sig: beräknat 1\u00a0632 (1 saknas)" in page


def test_whoever_may_not_write_reads_the_same(
    person: tuple[Person, int], stage: Stage, app: Flask
) -> None:
    reader = stage.sign_in(app, "archivist")
    page = reader.get(f"/submissions/{person[1]}/sections/tva").text
    assert page.count(">saknas</td>") == 1
    assert "(beräknat 1\u00a0632)" in page
    assert (
        "<strong>Anmärkning, Kommun Två Inskrivna:</strong> Kommun Två räknade inte 2024." in page
    )


def test_the_history_says_it_in_words(person: tuple[Person, int]) -> None:
    somebody, made = person
    page = somebody.get(f"/submissions/{made}/history/tabell").text
    assert "december 2024 · Kommun Två Inskrivna: uppgift saknas" in page
    assert "Nivå: Dialog" in somebody.get(f"/submissions/{made}/history/exempel").text


def test_the_api_takes_and_gives_them_and_says_where_a_problem_is(
    person: tuple[Person, int],
) -> None:
    somebody, made = person
    told = somebody.get(f"/api/v1/submissions/{made}").get_json()
    assert told["answers"]["exempel"]["value"] == stored("exempel")
    body = {"version": 1, "value": {"entries": [{"values": {"rubrik": "Utan id"}}]}}
    reply = somebody.put(f"/api/v1/submissions/{made}/answers/exempel", body).get_json()
    (entry,) = reply["value"]["entries"]
    assert len(entry["id"]) == 12
    (problem,) = [item for item in reply["problems"] if item["code"] == "field_required"]
    assert problem["part"] == f"entry:{entry['id']}:text"
    assert problem["place"] == "Exempel 1, Beskriv"
    assert reply["merged"] is False


@pytest.mark.parametrize(
    ("question", "value", "code"),
    [
        ("exempel", {"entries": [{"values": {"nej": 1}}]}, "unknown_field"),
        ("exempel", {"entries": "alla"}, "expected_entries"),
        ("tabell", {"cells": {"2024-12": {"a": 1.5}}}, "expected_number"),
        ("tabell", {"cells": {"2023-12": {"a": 1}}}, "unknown_row"),
    ],
)
def test_a_shape_that_no_answer_has_is_refused(
    person: tuple[Person, int], question: str, value: Any, code: str
) -> None:
    somebody, made = person
    url = f"/api/v1/submissions/{made}/answers/{question}"
    reply = somebody.put(url, {"version": 1, "value": value})
    assert (reply.status_code, reply.get_json()["error"]) == (422, code)


def test_a_form_without_javascript_leaves_them_as_they_are(person: tuple[Person, int]) -> None:
    somebody, made = person
    somebody.post(f"/submissions/{made}/sections/tva", {"q.exempel.version": "1"})
    told = somebody.get(f"/api/v1/submissions/{made}").get_json()
    answer = told["answers"]["exempel"]
    assert (answer["version"], answer["value"]) == (1, stored("exempel"))


def test_word_and_pdf_tell_them(person: tuple[Person, int]) -> None:
    somebody, made = person
    assert somebody.get(f"/submissions/{made}/export.pdf").data.startswith(b"%PDF")
    file = somebody.get(f"/submissions/{made}/export.docx")
    assert file.status_code == 200
    said = list(docx.Document(io.BytesIO(file.data)).element.itertext())
    assert {"Exempel 1", "Brukarrådet", "saknas", "1\u00a0633", " (beräknat 1\u00a0632)"} <= set(
        said
    )


def test_the_history_of_a_table_tells_only_the_cells_that_changed(
    person: tuple[Person, int],
) -> None:
    somebody, made = person
    value = stored("tabell")
    value["cells"]["2025-01"] |= {"a": 626, "b": 0}
    value["notes"] = {}
    assert somebody.save(made, "tabell", value, 1).status_code == 200
    page = somebody.get(f"/submissions/{made}/history/tabell").text
    change = page.partition('boxed diff">')[2].partition("</div>")[0]
    assert change == (
        "januari 2025 · Kommun Ett Inskrivna: <del>625</del><ins>626</ins>"
        "\njanuari 2025 · Kommun Ett Enstaka: <ins>0</ins>"
        "\nAnmärkning (Kommun Två Inskrivna): <del>Kommun Två räknade inte 2024.</del>"
    )


def test_a_conflict_in_a_table_shows_only_what_differs(person: tuple[Person, int]) -> None:
    somebody, made = person
    value = stored("tabell")
    for number, version in ((700, 1), (800, 1)):
        value["cells"]["2025-01"]["a"] = number
        reply = somebody.save(made, "tabell", value, version)
    assert reply.status_code == 409
    name = "januari 2025 · Kommun Ett Inskrivna"
    assert reply.get_json()["texts"] == {"yours": f"{name}: 800", "theirs": f"{name}: 700"}
