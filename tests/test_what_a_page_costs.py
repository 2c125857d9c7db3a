"""What is done all day stays cheap: few statements, and nothing sent that no script reads."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, event

from .conftest import GNV, GRANT, Installation, Person


@contextlib.contextmanager
def counting() -> Iterator[list[str]]:
    """Every statement that is sent to a database meanwhile."""
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def plan(person: Person, submission: int, section: str) -> dict[str, Any]:
    """What the scripts of a section's page are given."""
    page = person.get(f"/submissions/{submission}/sections/{section}").text
    found = re.search('<script type="application/json" id="plan">(.*?)</script>', page)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_a_section_and_a_save_ask_few_statements(installation: Installation) -> None:
    person = installation.person("strateg")
    section = list(person.submission(GNV)["progress"])[2]
    version = person.version(GNV, "10")
    for text in ("Ett svar.", "Ett annat."):
        with counting() as page:
            assert person.get(f"/submissions/{GNV}/sections/{section}").status_code == 200
        with counting() as save:
            assert person.save(GNV, "10", text, version).status_code == 200
        version += 1
    assert len(page) <= 10, page
    writers_queue = 0 if installation.database.sqlite else 1  # PostgreSQL's is a statement
    assert len(save) <= 7 + writers_queue, save


def test_a_pages_scripts_get_the_answers_that_its_conditions_look_at(
    installation: Installation,
) -> None:
    person = installation.person("strateg")
    chosen = person.submission(GRANT)["answers"]["utvecklingsomraden"]["value"]
    there = plan(person, GRANT, "kontinuitet")
    assert there["elsewhere"]["utvecklingsomraden.kontinuitet"] == [chosen["kontinuitet"]]
    assert {key.partition(".")[0] for key in there["elsewhere"]} == {"utvecklingsomraden"}
    assert all(item["section_when"] for item in there["items"])
    third = list(person.submission(GNV)["progress"])[2]
    assert plan(person, GNV, third)["elsewhere"] == {}
