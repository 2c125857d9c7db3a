"""Bad input, by the API and by plain forms: each is told in words, and nothing is lost."""

from __future__ import annotations

import datetime
import html
import json
import re
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select, update
from sqlmodel import Session, col
from werkzeug.test import TestResponse

from survey_app.services.sign_in import TOKEN_DAYS, issue_token
from survey_app.store.engine import Database
from survey_app.store.tables import Attachment, Blob, BlobChunk, Login, Revision, Token

from .conftest import (
    GNV,
    GNV_DONE,
    GRANT,
    Installation,
    Person,
    Server,
    csrf_of,
    open_installation,
    serving,
)
from .stage import OTHER, PDF_BYTES, Stage, build_stage

MEGABYTE = 1024 * 1024
SECTION_OF = {"30": "kontinuitet", "24": "kontinuitet", "9": "multiprofessionellt"}


@pytest.fixture(scope="module")
def shared(demo_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """One demo for all of this module: each test reads the versions that it builds upon."""
    folder = tmp_path_factory.mktemp("bad") / "instance"
    shutil.copytree(demo_template, folder)
    opened = open_installation(folder)
    yield opened
    opened.database.close()


@pytest.fixture
def strateg(shared: Installation) -> Person:
    return shared.person("strateg")


def value_of(person: Person, question: str, submission: int = GNV) -> Any:
    """What is stored."""
    answer = person.submission(submission)["answers"].get(question)
    return answer and answer["value"]


def save(person: Person, question: str, value: Any, submission: int = GNV) -> TestResponse:
    """Save upon the current version."""
    return person.save(submission, question, value, person.version(submission, question))


def post_page(
    person: Person, question: str, fields: dict[str, Any], version: int | None = None
) -> TestResponse:
    """Post a section's page without JavaScript; fields after ``q.<question>``."""
    section = SECTION_OF.get(question) or section_with(question)
    at = person.version(GNV, question) if version is None else version
    form = {f"q.{question}{name}": value for name, value in fields.items()}
    form |= {f"q.{question}.version": str(at), "whole": "1"}
    return person.post(f"/submissions/{GNV}/sections/{section}", form)


def section_with(question: str) -> str:
    found = {"6a": "samverkan-i-styrningen", "7a": "uppfoljning-och-utvardering"}
    return found[question]


def words(reply: TestResponse) -> str:
    """The text of a page as a person reads it."""
    return re.sub(r"\s+", " ", html.unescape(reply.text)).replace("\u00a0", " ")


def rows(session: Session) -> tuple[int, ...]:
    """How much there is that an upload could leave behind."""
    return tuple(
        session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in (Blob, BlobChunk, Attachment, Revision)
    )


# --- values ------------------------------------------------------------------------------

BAD_VALUES = [
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
]  # fmt: skip
SECTION_OF["41"] = "psykisk-ohalsa"


@pytest.mark.parametrize(("question", "value", "fields", "kept", "code", "message"), BAD_VALUES)
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


@pytest.mark.parametrize(("question", "value", "fields", "kept", "code", "message"), BAD_VALUES)
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


# --- shapes that no answer has -----------------------------------------------------------

BAD_BODIES = [
    pytest.param("24", b"", 422, "Skicka ett JSON-objekt.", id="nothing"),
    pytest.param("24", b"[1]", 422, "Skicka ett JSON-objekt.", id="a list"),
    pytest.param("24", b'"x"', 422, "Skicka ett JSON-objekt.", id="a text"),
    pytest.param("24", b"{", 422, "Skicka ett JSON-objekt.", id="half"),
    pytest.param("24", b'{"value": "\xff"}', 422, "Skicka ett JSON-objekt.", id="no UTF-8"),
    pytest.param("24", b'{"value":' + b"[" * 100_000, 422, "Skicka ett JSON-objekt.", id="deep"),
    pytest.param("24", b'{"value":"x","version":' + b"9" * 5000 + b"}", 422,
                 "Skicka ett JSON-objekt.", id="a version of 5000 digits"),
    pytest.param("24", b'{"value":"x"}', 422, "Skicka versionen", id="no version"),
    pytest.param("24", b'{"value":"x","version":-1}', 422, "Skicka versionen", id="below 0"),
    pytest.param("24", b'{"value":"x","version":1.0}', 422, "Skicka versionen", id="no integer"),
    pytest.param("24", b'{"value":"x","version":true}', 422, "Skicka versionen", id="true"),
    pytest.param("24", b'{"version":0}', 422, "Skicka svaret som ”value”", id="no value"),
    pytest.param("24", b'{"value":5,"version":0}', 422, "Svaret är en text.", id="a number"),
    pytest.param("30", b'{"value":1.5,"version":0}', 422, "Svaret är ett heltal", id="a float"),
    pytest.param("30", b'{"value":NaN,"version":0}', 422, "Svaret är ett heltal", id="NaN"),
    pytest.param("2", b'{"value":"kanske","version":0}', 422,
                 "Svarsalternativet ”kanske” finns inte på den frågan", id="an unknown option"),
    pytest.param("2", b'{"value":"\\ud800","version":0}', 422,
                 "Svarsalternativet ”\ufffd” finns inte", id="half a character as option"),
    pytest.param("2", b'{"value":{"chosen":"ja","details":{"\\ud800":"x"}},"version":0}', 422,
                 "Svarsalternativet ”\ufffd” finns inte", id="half a character after an option"),
    pytest.param("39", b'{"value":{"\\udfff":"ja"},"version":0}', 422,
                 "Raden ”\ufffd” finns inte", id="an unknown row"),
    pytest.param("6a", b'{"value":{"files":[{"name":"x.pdf","size":3,"sha256":"' + b"a" * 64 +
                 b'","media_type":"application/pdf"}],"text":""},"version":0}', 422,
                 "Filen ”x.pdf” har inte laddats upp.", id="an unknown file"),
    pytest.param("24", b'{"value":null,"blank":{"code":"lat"},"version":0}', 422,
                 "Ett skäl är ett objekt", id="an unknown reason"),
    pytest.param("99x", b'{"value":"x","version":0}', 404, "Frågan finns inte", id="no question"),
    pytest.param("%ED%A0%80", b'{"value":"x","version":0}', 404, "Frågan finns inte",
                 id="half a character as question"),
]  # fmt: skip


@pytest.mark.parametrize(("question", "body", "status", "message"), BAD_BODIES)
def test_a_body_that_no_answer_has(
    shared: Installation, strateg: Person, question: str, body: bytes, status: int, message: str
) -> None:
    with shared.database.reading() as session:
        before = rows(session)
    reply = strateg.client.put(
        f"/api/v1/submissions/{GNV}/answers/{question}", data=body,
        content_type="application/json", headers={"X-CSRFToken": strateg.token},
    )  # fmt: skip
    assert reply.status_code == status, reply.text
    assert reply.get_json()["message"].startswith(message)
    with shared.database.reading() as session:
        assert rows(session) == before


def test_half_characters_and_nul_are_replaced_and_the_rest_kept(strateg: Person) -> None:
    told = {"value": "före\ud800mitten\x00efter\r\nslut 😀\udfff",
            "version": strateg.version(GNV, "24")}  # fmt: skip
    reply = strateg.client.put(
        f"/api/v1/submissions/{GNV}/answers/24", data=json.dumps(told),
        content_type="application/json", headers={"X-CSRFToken": strateg.token},
    )  # fmt: skip
    assert reply.status_code == 200
    assert value_of(strateg, "24") == "före\ufffdmitten\ufffdefter\nslut 😀\ufffd"
    assert "före\ufffdmitten" in strateg.get(f"/submissions/{GNV}/sections/kontinuitet").text


def test_a_version_beyond_all_versions_is_a_conflict_with_both_texts(strateg: Person) -> None:
    save(strateg, "24", "Den som gäller")
    reply = strateg.save(GNV, "24", "Från framtiden", 10**30)
    assert reply.status_code == 409
    assert reply.get_json()["texts"] == {"yours": "Från framtiden", "theirs": "Den som gäller"}
    assert value_of(strateg, "24") == "Den som gäller"
    assert "Från framtiden" in strateg.get(f"/submissions/{GNV}/history/24").text


@pytest.mark.parametrize("number", ["99999999999999999999", "2147483648", "9" * 5000, "-1", "x"])
def test_a_submission_that_no_row_can_have(strateg: Person, number: str) -> None:
    assert strateg.get(f"/submissions/{number}").status_code == 404
    assert strateg.get(f"/api/v1/submissions/{number}").status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "status"),
    [
        (f"/submissions/{GNV}/history/24", {"place": "9" * 6000, "version": "1"}, 422),
        (f"/submissions/{GNV}/history/nej", {"place": "0", "version": "1"}, 404),
        (f"/submissions/{GNV}/sections/nej", {"whole": "1"}, 404),
        (f"/submissions/{GNV}/conflict", {"question": "24", "yours_json": "[" * 100_000}, 422),
        (f"/submissions/{GNV}/conflict", {"question": "24", "yours_json": "[]"}, 422),
        (f"/submissions/{GNV}/conflict", {"question": "nej", "yours_json": "{}"}, 404),
        (f"/submissions/{GNV}/conflict",
         {"question": "1", "keep": "both", "version": "9" * 6000,
          "yours_json": '{"value": [[1]], "blank": null}'}, 422),
        ("/cases/new", {"diary_number": "RS\x00", "unit": "9" * 6000}, 422),
    ],
)  # fmt: skip
def test_forms_that_no_page_of_ours_sends(
    shared: Installation, strateg: Person, path: str, form: dict[str, str], status: int
) -> None:
    save(strateg, "1", ["Ett", "Två", "Tre"])
    with shared.database.reading() as session:
        before = rows(session)
    reply = strateg.post(path, form)
    assert reply.status_code == status, reply.text
    assert "Traceback" not in reply.text
    with shared.database.reading() as session:
        assert rows(session) == before


def test_a_form_that_was_cut_before_its_end_changes_nothing(strateg: Person) -> None:
    """A page's last field is ``whole``: without it the rest may be missing too."""
    before = value_of(strateg, "24")
    form = {"q.24": "", "q.24.version": str(strateg.version(GNV, "24"))}
    reply = strateg.post(f"/submissions/{GNV}/sections/kontinuitet", form)
    assert reply.status_code == 422
    assert "Formuläret kom inte fram helt, så ingenting är ändrat." in reply.text
    assert value_of(strateg, "24") == before


# --- state and ownership -----------------------------------------------------------------


def test_a_save_to_an_approved_submission(strateg: Person) -> None:
    before = strateg.submission(GNV_DONE)
    reply = save(strateg, "24", "För sent", GNV_DONE)
    assert reply.status_code == 409
    assert "inte längre" in reply.get_json()["message"]
    page = strateg.post(f"/submissions/{GNV_DONE}/sections/kontinuitet",
                        {"whole": "1", "q.24": "För sent", "q.24.version": "1"})  # fmt: skip
    assert page.status_code == 409
    assert "Ladda om sidan." in page.text
    assert strateg.submission(GNV_DONE) == before


@pytest.fixture(scope="module")
def two_units(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, Any, int]]:
    """A stage, its application, and a draft of the other unit."""
    stage = build_stage(tmp_path_factory.mktemp("two"))
    [other] = stage.open("ANN2501", "other_strategist")
    stage.save(other, "1", "Hemligt", 0, "other_strategist")
    assert stage.units[OTHER]
    app = stage.app()
    yield stage, app, other
    stage.database.close()
    app.extensions["redogor"].database.close()


def test_another_units_submission_by_its_id_is_not_found(
    two_units: tuple[Stage, Any, int],
) -> None:
    stage, app, other = two_units
    person = stage.sign_in(app, "strategist")
    replies = [
        person.get(f"/api/v1/submissions/{other}"),
        person.save(other, "1", "Jag tar över", 1),
        person.get(f"/submissions/{other}/sections/a"),
        person.post(f"/submissions/{other}/sections/a", {"whole": "1"}),
        person.get(f"/submissions/{other}/history/1"),
    ]
    missing = person.get("/api/v1/submissions/987")
    assert [reply.status_code for reply in [*replies, missing]] == [404] * 6
    assert replies[0].get_json() == missing.get_json(), "as if it did not exist"
    assert all("Hemligt" not in reply.text for reply in replies)
    assert stage.read(other, "other_strategist").answers["1"].value == "Hemligt"


# --- stale saves -------------------------------------------------------------------------


def test_a_stale_save_answers_with_both_and_keeps_the_loser(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    at = one.version(GNV, "24")
    assert one.save(GNV, "24", "Den ena texten", at).status_code == 200
    reply = two.save(GNV, "24", "Den andra texten", at)
    told = reply.get_json()
    assert reply.status_code == 409
    assert told["message"].startswith("Någon annan har ändrat svaret. Inget är förlorat")
    assert told["texts"] == {"yours": "Den andra texten", "theirs": "Den ena texten"}
    assert told["theirs"]["version"] == at + 1
    history = words(one.get(f"/submissions/{GNV}/history/24"))
    assert "Den andra texten" in history
    assert "Gällde aldrig: någon annan hann före" in history
    assert value_of(one, "24") == "Den ena texten"


def test_saving_again_what_stands_is_no_conflict(strateg: Person) -> None:
    """A retry after a reply that got lost on its way."""
    at = strateg.version(GNV, "24")
    first = strateg.save(GNV, "24", "Samma text", at)
    again = strateg.save(GNV, "24", "Samma text", at)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.get_json()["version"] == again.get_json()["version"] == at + 1


def _conflict(shared: Installation, question: str, mine: Any, theirs: Any) -> tuple[Person, Any]:
    """Two people post the same page; the second one's conflict page."""
    one, two = shared.person("strateg"), shared.person("strateg2")
    at = one.version(GNV, question)
    assert save(one, question, theirs).status_code == 200
    reply = post_page(two, question, mine, at)
    assert reply.status_code == 409
    assert "Två har ändrat samma svar" in reply.text
    return two, reply


def _settle(person: Person, page: Any, keep: str) -> TestResponse:
    hidden = {
        name: html.unescape(value)
        for name, value in re.findall(
            r'<input type="hidden" name="(question|version|yours_json)" value="([^"]*)"', page.text
        )
    }
    assert set(hidden) == {"question", "version", "yours_json"}
    return person.post(f"/submissions/{GNV}/conflict", {**hidden, "keep": keep})


@pytest.mark.parametrize(
    ("keep", "after"),
    [("mine", "Min <b>&amp; text"), ("theirs", "Deras"), ("both", "Deras\n\nMin <b>&amp; text")],
)
def test_a_stale_page_without_javascript(shared: Installation, keep: str, after: str) -> None:
    save(shared.person("strateg"), "24", f"Före {keep}")
    two, page = _conflict(shared, "24", {"": "Min <b>&amp; text"}, "Deras")
    assert "Min &lt;b&gt;&amp;amp; text" in page.text
    assert "Deras" in page.text
    assert _settle(two, page, keep).status_code == 302
    assert value_of(two, "24") == after
    history = two.get(f"/submissions/{GNV}/history/24").text
    assert "Min &lt;b&gt;&amp;amp; text" in history
    assert "Deras" in history


def test_both_of_three_boxes(shared: Installation) -> None:
    SECTION_OF["1"] = "overgripande-arbete"
    save(shared.person("strateg"), "1", ["x", "y", "z"])
    mine = {".box.1": "Ett", ".box.2": "Lika", ".box.3": ""}
    two, page = _conflict(shared, "1", mine, ["Uno", "Lika", "Tre"])
    assert _settle(two, page, "both").status_code == 302
    assert value_of(two, "1") == ["Uno\n\nEtt", "Lika", "Tre"]


def test_a_newer_save_while_settling_shows_the_conflict_again(shared: Installation) -> None:
    save(shared.person("strateg"), "24", "Före")
    two, page = _conflict(shared, "24", {"": "Min"}, "Deras")
    save(shared.person("strateg"), "24", "Ännu nyare")
    again = _settle(two, page, "mine")
    assert again.status_code == 409
    assert "Ännu nyare" in again.text
    assert value_of(two, "24") == "Ännu nyare"
    assert _settle(two, again, "mine").status_code == 302
    assert value_of(two, "24") == "Min"


def test_the_other_answers_of_a_stale_page_are_saved(shared: Installation) -> None:
    one, two = shared.person("strateg"), shared.person("strateg2")
    stale, fresh = one.version(GNV, "24"), one.version(GNV, "32")
    save(one, "24", "Deras igen")
    form = {"whole": "1", "q.24": "Min igen", "q.24.version": str(stale),
            "q.32": "417", "q.32.version": str(fresh)}  # fmt: skip
    assert two.post(f"/submissions/{GNV}/sections/kontinuitet", form).status_code == 409
    assert value_of(two, "32") == 417


# --- sessions, CSRF, tokens, addresses ---------------------------------------------------


def test_a_post_after_the_session_expired_gives_its_text_back(shared: Installation) -> None:
    person = shared.person("strateg", fresh=True)
    save(person, "24", "Före utgången")
    version = person.version(GNV, "24")
    typed = 'Rad ett\nrad två <script> "citat" & åäö 😀'
    with shared.database.writing() as session:
        long_ago = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=2)
        session.execute(update(Login).values(seen=long_ago))
    shared.people.clear()
    form = {"q.24": typed, "q.24.version": str(version), "whole": "1"}
    page = person.post(f"/submissions/{GNV}/sections/kontinuitet", form)
    assert page.status_code == 401
    assert "Det du skrev finns kvar" in page.text
    held = _hidden(page.text)
    assert held["held.q.24"] == typed.replace("\n", "\r\n") or held["held.q.24"] == typed
    account = shared.accounts["strateg"]
    wrong = person.client.post("/sign-in", data={**held, "email": account["email"],
                                                 "password": "fel"})  # fmt: skip
    assert wrong.status_code == 401
    assert _hidden(wrong.text)["held.q.24"] == held["held.q.24"], "a wrong password loses nothing"
    back = person.client.post("/sign-in", data={**_hidden(wrong.text), "email": account["email"],
                                                "password": account["password"]})  # fmt: skip
    assert back.status_code == 200
    assert "Det du skrev är inte sparat än" in back.text
    assert html.escape(typed.splitlines()[0]) in back.text
    again = person.client.post(f"/submissions/{GNV}/sections/kontinuitet", data=_hidden(back.text))
    assert again.status_code == 200, again.text
    assert value_of(person, "24") == typed


def _hidden(page: str) -> dict[str, str]:
    """The hidden fields of the page's own form, not of its head."""
    body = page.partition("<main")[2]
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', body)
    return {html.unescape(name): html.unescape(value) for name, value in found}


@pytest.mark.parametrize("token", ["", "wrong", None])
def test_without_the_csrf_token_nothing_changes(strateg: Person, token: str | None) -> None:
    save(strateg, "24", "Skyddat")
    at = strateg.version(GNV, "24")
    headers = {} if token is None else {"X-CSRFToken": token}
    reply = strateg.client.put(f"/api/v1/submissions/{GNV}/answers/24",
                               json={"value": "x", "version": at}, headers=headers)  # fmt: skip
    assert reply.status_code == 400
    assert reply.get_json()["error"] == "csrf"
    form = {"q.24": "x", "q.24.version": str(at), "whole": "1"} | (
        {} if token is None else {"csrf_token": token})  # fmt: skip
    page = strateg.client.post(f"/submissions/{GNV}/sections/kontinuitet", data=form)
    assert page.status_code == 400
    assert "Sidan hade legat öppen för länge, eller så är den inte vår." in page.text
    assert value_of(strateg, "24") == "Skyddat"


def _token(shared: Installation) -> str:
    with shared.database.writing() as session:
        return issue_token(session, "strateg@demo.example", datetime.datetime.now(datetime.UTC))


def test_a_bearer_token_saves_without_csrf(shared: Installation) -> None:
    bearer = {"Authorization": f"Bearer {_token(shared)}"}
    client = shared.stranger()
    at = shared.person("strateg").version(GNV, "24")
    reply = client.put(f"/api/v1/submissions/{GNV}/answers/24",
                       json={"value": "Av ett program", "version": at}, headers=bearer)  # fmt: skip
    assert reply.status_code == 200, reply.text
    assert value_of(shared.person("strateg"), "24") == "Av ett program"
    page = client.get(f"/submissions/{GNV}", headers=bearer)
    assert page.status_code == 302, "a token opens the API, not the pages"


@pytest.mark.parametrize("how", ["unknown", "expired", "revoked", "empty"])
def test_a_token_that_does_not_hold(shared: Installation, how: str) -> None:
    secret = _token(shared)
    now = datetime.datetime.now(datetime.UTC)
    with shared.database.writing() as session:
        if how == "expired":
            session.execute(update(Token).values(expires=now - datetime.timedelta(seconds=1)))
        elif how == "revoked":
            session.execute(update(Token).values(revoked=now))
    secret = {"unknown": "redogor_nej", "empty": ""}.get(how, secret)
    client = shared.person("strateg").client if how == "unknown" else shared.stranger()
    reply = client.get(f"/api/v1/submissions/{GNV}", headers={"Authorization": f"Bearer {secret}"})
    assert reply.status_code == 401, "a wrong token is not helped by a cookie"
    assert reply.get_json()["message"].startswith("Du är inte inloggad")
    assert TOKEN_DAYS == 90


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
     "/\t/evil.example", "javascript:alert(1)", "http:/evil.example", " //evil.example",
     "///evil.example", "/%0d%0aSet-Cookie:x=1\r\nX: y"],
)  # fmt: skip
def test_next_leads_nowhere_else(shared: Installation, target: str) -> None:
    account = shared.accounts["strateg"]
    client = shared.stranger()
    token = csrf_of(client.get("/sign-in", query_string={"next": target}).text)
    replies = [
        client.post("/sign-in", data={"csrf_token": token, "next": target,
                                      "email": account["email"],
                                      "password": account["password"]}),
        client.get("/sign-in", query_string={"next": target}),
    ]  # fmt: skip
    token = csrf_of(client.get("/").text)
    replies.append(client.post("/language", data={"csrf_token": token, "language": "sv",
                                                  "next": target}))  # fmt: skip
    for reply in replies:
        assert reply.status_code == 302
        assert reply.headers["Location"] == "/"
        assert "X" not in reply.headers


def test_next_leads_back_to_the_page(shared: Installation) -> None:
    client = shared.stranger()
    asked = client.get(f"/submissions/{GNV}/sections/kontinuitet?a=1")
    target = urlsplit(asked.headers["Location"])
    assert target.path == "/sign-in"
    page = client.get(asked.headers["Location"]).text
    assert _hidden(page)["next"] == f"/submissions/{GNV}/sections/kontinuitet?a=1"


@pytest.mark.parametrize(
    "body",
    ['{"email":"\\ud800@x.example","password":"a"}', '{"email":"a@x.example","password":"\\ud800"}',
     '{"email":"strateg@demo.example","password":"\\ud800"}',
     '{"email":"a\\u0000@x.example","password":"\\u0000"}'],
)  # fmt: skip
def test_signing_in_with_what_no_keyboard_types(shared: Installation, body: str) -> None:
    reply = shared.stranger().post("/api/v1/session", data=body, content_type="application/json")
    assert reply.status_code == 401
    assert reply.get_json()["message"] == "Lösenordet stämmer inte."


# --- files -------------------------------------------------------------------------------


BOUNDARY = "----gr7d1"


def _multipart(
    fields: dict[str, str], name: str, data: bytes, key: str = "file", *, closed: bool = True
) -> bytes:
    """A form as a browser sends it (the test client's own keeps large ones in open files)."""
    parts = "".join(
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'
        for field, value in fields.items()
    )
    # HTML: a quote and line breaks in a file's name are percent-encoded, nothing else is.
    name = name.replace("\r", "%0D").replace("\n", "%0A").replace('"', "%22")
    parts += (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{key}"; filename="{name}"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    return parts.encode() + data + (f"\r\n--{BOUNDARY}--\r\n".encode() if closed else b"")


def upload(
    person: Person, name: str, data: bytes, question: str = "6a", **more: str
) -> TestResponse:
    """Upload by the API."""
    fields = {"version": str(person.version(GNV, question)), **more}
    url = f"/api/v1/submissions/{GNV}/answers/{question}/files"
    return person.client.post(
        url, data=_multipart(fields, name, data), headers={"X-CSRFToken": person.token},
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )  # fmt: skip


def _post_file(person: Person, name: str, data: bytes, text: str) -> TestResponse:
    """Upload by the section's page, without JavaScript."""
    fields = {"q.6a.version": str(person.version(GNV, "6a")), "q.6a.text": text, "whole": "1",
              "csrf_token": person.token}  # fmt: skip
    return person.client.post(
        f"/submissions/{GNV}/sections/samverkan-i-styrningen",
        data=_multipart(fields, name, data, "q.6a.file"),
        content_type=f"multipart/form-data; boundary={BOUNDARY}",
    )


BAD_FILES = [
    pytest.param("rapport.pdf", b"MZ\x90\x00 no PDF at all",
                 "Filen ”rapport.pdf” är inte det som namnet säger (pdf).", id="not its name"),
    pytest.param("rapport.docx", b"PK\x03\x04" + b"\0" * 60,
                 "Filen ”rapport.docx” är inte det som namnet säger (docx).", id="no docx"),
    pytest.param("bild.png", b"<svg onload=alert(1)>",
                 "Filen ”bild.png” är inte det som namnet säger (png).", id="no image"),
    pytest.param("text.txt", b"a\x00b", "Filen ”text.txt” är inte det som namnet säger (txt).",
                 id="no text"),
    pytest.param("tom.pdf", b"", "Filen ”tom.pdf” är tom. Välj en annan fil.", id="empty"),
    pytest.param("sida.html", b"<script>alert(1)</script>",
                 "Filen ”sida.html” är inte av rätt slag. Tillåtna slag: ", id="a page"),
    pytest.param("rapport.pdf.exe", PDF_BYTES, "Filen ”rapport.pdf.exe” är inte av rätt slag.",
                 id="a program"),
    pytest.param("utan", PDF_BYTES, "Filen ”utan” är inte av rätt slag.", id="no ending"),
    pytest.param("stor.pdf", PDF_BYTES + b"\0" * (25 * MEGABYTE - len(PDF_BYTES) + 1),
                 "Filen ”stor.pdf” är större än 25 MB. Ladda upp en mindre fil.", id="25 MB + 1"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "message"), BAD_FILES)
def test_a_file_that_is_not_taken(
    shared: Installation, strateg: Person, name: str, data: bytes, message: str
) -> None:
    before = value_of(strateg, "6a")
    with shared.database.reading() as session:
        held = rows(session)
    reply = upload(strateg, name, data)
    assert reply.status_code == 422
    assert reply.get_json()["message"].startswith(message)
    page = _post_file(strateg, name, data, (before or {}).get("text", ""))
    assert page.status_code == 422
    assert message in words(page)
    assert value_of(strateg, "6a") == before
    with shared.database.reading() as session:
        assert rows(session) == held


def test_text_beside_a_file_that_is_not_taken_is_saved(strateg: Person) -> None:
    page = _post_file(strateg, "a.pdf", b"MZ", "Det här skrev jag")
    assert page.status_code == 422
    assert value_of(strateg, "6a")["text"] == "Det här skrev jag"


def test_a_file_of_exactly_25_megabytes_is_taken_once(
    shared: Installation, strateg: Person
) -> None:
    data = PDF_BYTES + b"\0" * (25 * MEGABYTE - len(PDF_BYTES))
    first = upload(strateg, "precis.pdf", data, "7a")
    assert first.status_code == 200, first.text
    with shared.database.reading() as session:
        held = session.execute(select(func.count()).select_from(Blob)).scalar_one()
    assert upload(strateg, "kopia.pdf", data, "7a").status_code == 200
    with shared.database.reading() as session:
        assert session.execute(select(func.count()).select_from(Blob)).scalar_one() == held
    names = [file["name"] for file in value_of(strateg, "7a")["files"]]
    assert names[-2:] == ["precis.pdf", "kopia.pdf"]
    sha256 = value_of(strateg, "7a")["files"][-1]["sha256"]
    assert strateg.get(f"/submissions/{GNV}/attachments/{sha256}").data == data


def test_a_request_beyond_all_limits_is_refused(shared: Installation, strateg: Person) -> None:
    with shared.database.reading() as session:
        held = rows(session)
    reply = upload(strateg, "jätte.pdf", PDF_BYTES + b"\0" * (28 * MEGABYTE))
    assert reply.status_code == 413
    assert "En fil får vara högst 25 MB. Ingenting är ändrat." in reply.get_json()["message"]
    with shared.database.reading() as session:
        assert rows(session) == held


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\x\\rapport.pdf", "C_Usersxrapport.pdf"),
        ("a\r\nSet-Cookie: x=1.pdf", "a%0D%0ASet-Cookie_ x=1.pdf"),
        ("a\x00\x1b\x7fb.pdf", "ab.pdf"),
        ("'><img src=x onerror=alert(1)>.pdf", "'__img src=x onerror=alert(1)_.pdf"),
        ('"x".pdf', "_x_.pdf"),
        ("rapport\u202efdp.pdf", "rapportfdp.pdf"),
        ("å" * 300 + ".pdf", "å" * 116 + ".pdf"),
        ("räksmörgås \U0001f600.pdf", "räksmörgås \U0001f600.pdf"),
    ],
)
def test_hostile_names(strateg: Person, name: str, kept: str) -> None:
    """They are made harmless, and the file comes back whole under its new name."""
    data = PDF_BYTES + name.encode()
    reply = upload(strateg, name, data, "7a")
    assert reply.status_code == 200, reply.text
    file = reply.get_json()["value"]["files"][-1]
    found = file["name"]
    assert found == kept
    assert len(found) <= 120
    assert not set(found) & set('<>:"|?*/\\\r\n\u202e')
    down = strateg.get(f"/submissions/{GNV}/attachments/{file['sha256']}")
    assert down.data == data
    assert down.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "Set-Cookie" not in down.headers
    assert down.headers["Content-Type"] == "application/pdf"
    assert "<img src=x" not in strateg.get(f"/submissions/{GNV}/questions").text
    whole = value_of(strateg, "7a")
    save(strateg, "7a", {**whole, "files": whole["files"][:-1]})


def test_a_file_where_none_belongs(strateg: Person) -> None:
    for question, more in (("24", {}), ("37", {"option": "nej"}), ("37", {})):
        reply = upload(strateg, "a.pdf", PDF_BYTES, question, **more)
        assert reply.status_code == 422
        assert reply.get_json()["message"] == "Frågan tar inte emot filer."


def test_a_file_of_another_submission_cannot_be_named(strateg: Person) -> None:
    file = value_of(strateg, "6a", GNV_DONE) or value_of(strateg, "7a", GNV_DONE)
    files = (file or {}).get("files") or [
        item
        for answer in strateg.submission(GNV_DONE)["answers"].values()
        if isinstance(answer["value"], dict)
        for item in answer["value"].get("files", [])
    ]
    assert files
    reply = save(strateg, "6a", {"files": files[:1], "text": ""})
    assert reply.status_code == 422
    assert "har inte laddats upp" in reply.get_json()["message"]
    sha256 = files[0]["sha256"]
    assert strateg.get(f"/submissions/{GNV}/attachments/{sha256}").status_code == 404


# --- what is cut off on its way ----------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 40])
def test_a_form_without_its_closing_boundary(
    shared: Installation, strateg: Person, cut: int
) -> None:
    """Content-Length is honest, the form ends too early all the same."""
    body = _multipart({"version": str(strateg.version(GNV, "6a"))}, "a.pdf", PDF_BYTES,
                      closed=False)  # fmt: skip
    body = body[: len(body) - cut]
    with shared.database.reading() as session:
        held = rows(session)
    for url in (f"/api/v1/submissions/{GNV}/answers/6a/files",
                f"/submissions/{GNV}/sections/samverkan-i-styrningen"):  # fmt: skip
        reply = strateg.client.post(
            url, data=body, content_type=f"multipart/form-data; boundary={BOUNDARY}",
            headers={"X-CSRFToken": strateg.token},
        )  # fmt: skip
        assert reply.status_code == 400, reply.text
        assert "Formuläret kom inte fram helt, så ingenting är ändrat." in words(reply)
    with shared.database.reading() as session:
        assert rows(session) == held


@pytest.fixture(scope="module")
def real_server(
    demo_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Server, Database, str]]:
    """A real server, its database, and a bearer token."""
    folder = tmp_path_factory.mktemp("cut") / "instance"
    shutil.copytree(demo_template, folder)
    with serving(folder) as running:
        database = Database(f"sqlite:///{folder.resolve() / 'redogor.db'}")
        with database.writing() as session:
            now = datetime.datetime.now(datetime.UTC)
            token = issue_token(session, "strateg@demo.example", now)
        yield running, database, token
        database.close()


def send_raw(server: Server, token: str, body: bytes, sent: int, *, chunked: bool) -> bytes:
    """Send the head and the first bytes of a body over a socket, then stop; what is answered."""
    length = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(body)}"
    head = (
        f"POST /api/v1/submissions/{GNV}/answers/6a/files HTTP/1.1\r\nHost: x\r\n"
        f"Authorization: Bearer {token}\r\nConnection: close\r\n"
        f"Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{length}\r\n\r\n"
    ).encode()
    part = body[:sent]
    if chunked:
        pieces = [part[at : at + 1000] for at in range(0, len(part), 1000)]
        part = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
        part = part + b"0\r\n\r\n" if sent >= len(body) else part
    target = urlsplit(server.url)
    with socket.create_connection((target.hostname, target.port), 20) as connection:
        connection.sendall(head + part)
        connection.shutdown(socket.SHUT_WR)
        answer = b""
        while piece := connection.recv(65536):
            answer += piece
    return answer


@pytest.mark.parametrize("chunked", [False, True], ids=["Content-Length", "chunked"])
def test_an_upload_that_is_cut_off_leaves_nothing(
    real_server: tuple[Server, Database, str], chunked: bool
) -> None:
    server, database, token = real_server
    data = PDF_BYTES + bytes(range(256)) * 1200 + str(chunked).encode()
    with database.reading() as session:
        version = session.execute(
            select(func.max(Revision.version)).where(
                col(Revision.submission_id) == GNV, col(Revision.question) == "6a",
                col(Revision.accepted).is_(True),
            )
        ).scalar() or 0  # fmt: skip
        held = rows(session)
    body = _multipart({"version": str(version)}, "a.pdf", data)
    ends = [len(body) - back for back in (1, 2, 3, 10, len(BOUNDARY) + 8, 100)]
    offsets = [0, 1, 50, 150, 300, 1000, 65536, 200_000, *ends]
    for offset in offsets:
        answer = send_raw(server, token, body, offset, chunked=chunked)
        assert not answer.startswith((b"HTTP/1.1 2", b"HTTP/1.0 2")), (offset, answer[:200])
        with database.reading() as session:
            assert rows(session) == held, offset
    whole = send_raw(server, token, body, len(body), chunked=chunked)
    assert whole.startswith(b"HTTP/1.1 200"), whole[:600]
    with database.reading() as session:
        assert rows(session) != held, "the whole upload is taken, so the cut ones were the same"


def test_a_save_that_is_cut_off_changes_nothing(
    real_server: tuple[Server, Database, str],
) -> None:
    server, database, token = real_server
    body = json.dumps({"value": "Ett långt svar " * 50, "version": 10**6}).encode()
    head = (
        f"PUT /api/v1/submissions/{GNV}/answers/24 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    target = urlsplit(server.url)
    with database.reading() as session:
        held = rows(session)
    for sent in (0, 1, 100, len(body) - 1):
        with socket.create_connection((target.hostname, target.port), 20) as connection:
            connection.sendall(head + body[:sent])
            connection.shutdown(socket.SHUT_WR)
            assert not connection.recv(65536).startswith(b"HTTP/1.1 2")
    with database.reading() as session:
        assert rows(session) == held
