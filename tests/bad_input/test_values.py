"""Values that cannot be right: each is kept, and told in words."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.bad_input.forms import post_page, save, value_of, words
from tests.conftest import GNV, GRANT, Person

bad_values = pytest.mark.parametrize(("question", "value", "fields", "kept", "code", "message"), [
    pytest.param("41", "å" * 1001, {"": "å" * 1001}, "å" * 1001, "too_long",
                 "Texten är 1 001 tecken; gränsen är 1 000. Korta den med 1 tecken. Den är sparad",
                 id="over the limit"),
    pytest.param("30", "sextio", {"": "sextio"}, "sextio", "not_a_number",
                 "”sextio” går inte att läsa som ett tal. Skriv siffror, till exempel 61.",
                 id="sextio"),
    pytest.param("30", "61,5", {"": "61,5"}, "61.5", "not_whole",
                 "Här ska stå ett heltal. Avrunda 61,5 till ett tal utan decimaler.", id="61,5"),
    pytest.param("9", {"chosen": ["aldre", "inga"], "details": {}}, {"": ["aldre", "inga"]},
                 {"chosen": ["aldre", "inga"], "details": {}}, "exclusive_mixed",
                 "”Regionen har inga multiprofessionella team” kan inte väljas tillsammans med "
                 "andra svar.", id="exclusive"),
])  # fmt: skip


@bad_values
def test_a_bad_value_is_kept_and_told_by_the_api(
    strateg: Person, question: str, value: Any, fields: Any, kept: Any, code: str, message: str
) -> None:
    assert save(strateg, question, None).status_code == 200
    reply = save(strateg, question, value)
    assert reply.status_code == 200
    [problem] = [item for item in reply.get_json()["problems"] if item["code"] == code]
    assert problem["message"].replace("\u00a0", " ").startswith(message)
    assert problem["severity"] == "error"
    assert value_of(strateg, question) == kept
    told = strateg.submission(GNV)
    assert not told["can_be_sent"]
    assert code in [item["code"] for item in told["problems"] if item["question"] == question]


@bad_values
def test_a_bad_value_is_kept_and_told_on_the_page(
    strateg: Person, question: str, value: Any, fields: Any, kept: Any, code: str, message: str
) -> None:
    assert save(strateg, question, None).status_code == 200
    reply = post_page(strateg, question, fields)
    assert reply.status_code == 200
    assert message in words(reply)
    assert f'href="#question-{question}"' in reply.text
    assert value_of(strateg, question) == kept


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("232100-0116", "Organisationsnumret 232100-0116 kan inte stämma: kontrollsiffran sist "),
        ("abc", "”abc” är inget organisationsnummer. Skriv tio siffror"),
    ],
)
def test_a_wrong_organisation_number(strateg: Person, typed: str, message: str) -> None:
    name = "mottagare-organisationsnummer"
    reply = save(strateg, name, typed, GRANT)
    assert reply.status_code == 200
    assert reply.get_json()["problems"][0]["message"].startswith(message)
    assert value_of(strateg, name, GRANT) == typed
    form = {f"q.{name}": typed + " ", f"q.{name}.version": str(strateg.version(GRANT, name)),
            "whole": "1"}  # fmt: skip
    page = strateg.post(f"/submissions/{GRANT}/sections/kontaktuppgifter", form)
    assert message in words(page)


def test_an_answer_to_a_hidden_question_is_kept_and_not_sent(strateg: Person) -> None:
    save(strateg, "14", {"chosen": "nej", "details": {}})
    reply = save(strateg, "15", "12")
    assert reply.status_code == 200
    assert reply.get_json()["hidden"] is True
    told = strateg.submission(GNV)
    assert told["answers"]["15"] == told["answers"]["15"] | {"value": 12, "shown": False}
    message = next(item["message"] for item in told["problems"] if item["question"] == "15")
    assert message.endswith("Svaret är sparat men skickas inte.")
    [entry] = [
        question
        for section in json.loads(strateg.get(f"/submissions/{GNV}/export.json").data)["sections"]
        for question in section["questions"]
        if question["id"] == "15"
    ]
    assert (entry["asked"], entry["value"], entry["not_sent"]) == (False, None, 12)
    assert save(strateg, "14", {"chosen": "ja", "details": {}}).get_json()["opened"]
    assert value_of(strateg, "15") == 12


LONGEST = "9" * 38
LONG_DECIMAL = "61,1234567890123456789"


@pytest.mark.parametrize(
    ("submission", "question", "typed", "shown"),
    [
        (GRANT, "glesbygdsbidrag", LONGEST, "99 " + "999 " * 11 + "999"),
        (GRANT, "glesbygdsbidrag", "1" + "0" * 30, "1" + " 000" * 10),
        (GNV, "30", LONG_DECIMAL, LONG_DECIMAL),
    ],
)
def test_a_number_with_more_digits_than_any_keeps_them_and_is_shown(
    strateg: Person, submission: int, question: str, typed: str, shown: str
) -> None:
    before = strateg.version(submission, question)
    reply = strateg.save(submission, question, typed, before)
    assert reply.status_code == 200, reply.text
    page = strateg.get(f"/submissions/{submission}/questions")
    assert page.status_code == 200
    assert shown in words(page)
    assert strateg.submission(submission)["answers"][question]["value"] == typed.replace(",", ".")
    assert strateg.save(submission, question, None, before + 1).status_code == 200
