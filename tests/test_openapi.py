"""The description of the API: every route is in it, and what it says of the replies is so."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from werkzeug.test import TestResponse

from survey_app.web.openapi import openapi_document
from tests.conftest import GNV, GRANT, Installation, open_installation

PREFIX = "/api/v1"
DOCUMENT = openapi_document("redogor")


def closed(schema: Any) -> Any:
    """The schema, in which an object has no member that is not described."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: closed(item) for name, item in schema.items()}
    if "properties" in schema and "additionalProperties" not in schema:
        found["additionalProperties"] = False
    return found


def check(reply: TestResponse, path: str, method: str) -> Any:
    """Hold a reply to what the description says of its status; gives the reply's JSON."""
    said = DOCUMENT["paths"][path][method]["responses"][str(reply.status_code)]
    schema = said["content"]["application/json"]["schema"]
    jsonschema.validate(
        reply.json, {**schema, "components": closed(DOCUMENT["components"])},
        cls=jsonschema.Draft202012Validator,
    )  # fmt: skip
    return reply.json


def test_every_route_is_described_and_none_else(installation: Installation) -> None:
    routes = {
        (re.sub(r"<(?:int:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX)), method.lower())
        for rule in installation.app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    told = {(path, method) for path, item in DOCUMENT["paths"].items() for method in item}
    assert told == routes - {("/openapi.json", "get")}


def test_it_names_the_cookie_that_the_session_has(installation: Installation) -> None:
    told = installation.person("strateg").get(f"{PREFIX}/openapi.json").json
    scheme = told["components"]["securitySchemes"]["session"]
    assert scheme["name"] == installation.app.config["SESSION_COOKIE_NAME"]
    assert openapi_document("__Host-redogor") != DOCUMENT


def test_replies_are_as_described(installation: Installation) -> None:
    person = installation.person("strateg")
    assert check(person.get(f"{PREFIX}/submissions"), "/submissions", "get")["submissions"]
    one = "/submissions/{submission_id}"
    for submission in (GNV, GRANT):
        told = check(person.get(f"{PREFIX}/submissions/{submission}"), one, "get")
        assert told["answers"]
        assert told["problems"]
    answer = f"{one}/answers/{{question_id}}"
    url = f"{PREFIX}/submissions/{GNV}/answers/10"
    version = person.get(f"{PREFIX}/submissions/{GNV}").json["answers"]["10"]["version"]
    saved = check(person.put(url, {"value": "Nytt", "version": version}), answer, "put")
    assert saved["version"] == version + 1
    stale = person.put(url, {"value": "Annat", "version": version})
    assert (stale.status_code, check(stale, answer, "put")["yours"]["value"]) == (409, "Annat")
    held = person.get(f"{PREFIX}/submissions/{GNV}").json["answers"]["27a"]["version"]
    file = {"file": (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "underlag.pdf"), "version": str(held)}
    reply = person.post(f"{PREFIX}/submissions/{GNV}/answers/27a/files", file,
                        headers={"X-CSRFToken": person.token})  # fmt: skip
    assert check(reply, f"{answer}/files", "post")["files"], reply.json


def test_what_others_do_is_as_described(installation: Installation) -> None:
    person, colleague = installation.person("strateg"), installation.person("strateg2")
    url = f"{PREFIX}/submissions/{GNV}"
    told = person.get(url).json
    here = colleague.put(f"{url}/presence", {"question": "10", "browser": "b1"})
    assert here.status_code == 204
    for question, value in (("10", "Nytt"), ("24", "Också nytt")):
        version = told["answers"].get(question, {"version": 0})["version"]
        saved = colleague.put(f"{url}/answers/{question}", {"value": value, "version": version})
        assert saved.status_code == 200
    reply = person.get(f"{url}/changes?since={told['cursor']}&browser=b2")
    news = check(reply, "/submissions/{submission_id}/changes", "get")
    assert [item["question"] for item in news["changes"]] == ["10", "24"]
    assert [item["question"] for item in news["present"]] == ["10"]


@pytest.mark.parametrize(
    ("path", "said", "status"),
    [
        (f"{PREFIX}/submissions/{GNV}/answers/10", {"value": 1}, 422),
        (f"{PREFIX}/submissions/{GNV}/answers/finns-inte", {"value": "x", "version": 0}, 404),
        (f"{PREFIX}/submissions/3/answers/10", {"value": "x", "version": 0}, 409),
    ],
)
def test_refusals_are_as_described(
    installation: Installation, path: str, said: dict[str, Any], status: int
) -> None:
    reply = installation.person("strateg").put(path, said)
    assert reply.status_code == status
    check(reply, "/submissions/{submission_id}/answers/{question_id}", "put")


def test_a_session_is_as_described(installation: Installation) -> None:
    client = installation.app.test_client()
    account = installation.accounts["strateg"]
    wrong = {"email": account["email"], "password": "fel"}
    check(client.post(f"{PREFIX}/session", json=wrong), "/session", "post")
    right = {"email": account["email"], "password": account["password"]}
    assert check(client.post(f"{PREFIX}/session", json=right), "/session", "post")["csrf_token"]


def test_whoever_is_told_to_wait_is_told_how_long(instance: Path) -> None:
    """At signing in, where no one is known yet, and with tokens that are none."""
    installation = open_installation(instance, {"SURVEY_APP_ADDRESS_FAILURES": "10"})
    client = installation.app.test_client()
    told = {"email": "nobody@demo.example", "password": "fel lösenord här"}
    wrong = {"Authorization": "Bearer redogor_wrong"}

    def sign_in() -> TestResponse:
        return client.post(f"{PREFIX}/session", json=told)

    def read() -> TestResponse:
        return client.get(f"{PREFIX}/submissions", headers=wrong)

    for ask, path, method, tries in (
        (sign_in, "/session", "post", 10), (read, "/submissions", "get", 50),
    ):  # fmt: skip
        assert {ask().status_code for _ in range(tries)} == {401}
        last = ask()
        assert last.status_code == 429
        assert check(last, path, method)["error"] == "too_many_tries"
        assert int(last.headers["Retry-After"]) > 0
    installation.database.close()


def test_every_operation_says_that_it_may_ask_to_wait() -> None:
    for path, operations in DOCUMENT["paths"].items():
        for method, operation in operations.items():
            for status in ("429", "503"):
                headers = operation["responses"][status]["headers"]
                assert headers["Retry-After"]["required"], (path, method, status)


def test_a_sign_that_cannot_be_kept_is_answered_as_described(installation: Installation) -> None:
    """Also in a query that nobody asked for."""
    person = installation.person("strateg")
    for path, operations in DOCUMENT["paths"].items():
        if "get" in operations:
            real = path.replace("{submission_id}", str(GNV)).replace("{question_id}", "24")
            reply = person.get(f"{PREFIX}{real}?other=%00")
            assert reply.status_code == 422, path
            assert check(reply, path, "get")["error"] == "unstorable"
