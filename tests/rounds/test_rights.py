"""Who may do what to an answer in a round: every route by person by situation, as ``rights.json``
says, which knows nothing of the code's own rules.

There ``ok`` is done or led on; a number is the status that refuses; seven words in a row are one
for each of ``rights.SITUATIONS``, one word holds for all.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.rounds.rights import PEOPLE, SITUATIONS, Meeting, meeting

TABLE: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).parent / "rights.json").read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def met(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meeting]:
    with meeting(tmp_path_factory.mktemp("rights")) as made:
        yield made


@pytest.mark.parametrize("route", TABLE)
def test_every_right(met: Meeting, route: str) -> None:
    method, url = route.split()
    said = {who: row for row, people in TABLE[route].items() for who in people}
    assert set(said) == set(PEOPLE)
    found = {}
    for who in PEOPLE:
        outcomes = []
        for situation in SITUATIONS:
            outcomes.append(str(met.ask(who, method, url, situation)))
            if method != "GET":
                met.restore()
        found[who] = outcomes
    words = {who: row.split() for who, row in said.items()}
    assert found == {
        who: row if len(row) > 1 else row * len(SITUATIONS) for who, row in words.items()
    }
