"""Bodies, addresses and forms that no page of ours sends."""

from __future__ import annotations

import io
import json

import pytest

from tests.bad_input.forms import post_page, rows, save, value_of
from tests.conftest import GNV, Installation, Person

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
    # Known for two methods each, of which the other is not at fault.
    assert strateg.get(f"/submissions/{number}/sending").status_code == 404
    assert strateg.put(f"/api/v1/submissions/{number}/tasks/24", {}).status_code == 404


def test_a_method_that_a_page_does_not_take_is_still_said_so(strateg: Person) -> None:
    assert strateg.put(f"/submissions/{GNV}/sending", {}).status_code == 405
    assert strateg.put("/cases/new", {}).status_code == 405


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


@pytest.mark.only_sqlite("asks no database")
@pytest.mark.parametrize(
    ("path", "status"),
    [("/cases/RS%00", 404), ("/submissions/1/attachments/%00", 404), ("/%00", 404),
     ("/api/v1/submissions/1%00", 404), ("/?next=%00", 422), ("/sign-in?%00=1", 422),
     (f"/submissions/{GNV}?a=%2500", 200)],
)  # fmt: skip
def test_nul_in_an_address_is_refused_at_the_door(strateg: Person, path: str, status: int) -> None:
    """PostgreSQL cannot even ask for it."""
    assert strateg.get(path).status_code == status


def test_nul_in_a_form(shared: Installation, strateg: Person) -> None:
    """Refused in the name of a field or file; in what was typed the rest is kept."""
    with shared.database.reading() as session:
        before = rows(session)
    page = f"/submissions/{GNV}/sections/kontinuitet"
    for form in ({"a\x00b": "1"}, {"fil\x00": (io.BytesIO(b"x"), "a.txt")}):
        reply = strateg.post(page, form)
        assert reply.status_code == 422
        assert "U+0000" in reply.text
    with shared.database.reading() as session:
        assert rows(session) == before
    post_page(strateg, "24", {"": "före\x00efter"})
    assert value_of(strateg, "24") == "före\ufffdefter"
