"""Twenty people edit one submission: every text of theirs is kept, every stale save is told."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

from tests.conftest import GNV, Server
from tests.durability.ledger import Claim, Ledger, assert_whole, lost, rows
from tests.durability.people import Colleague, strategists

PEOPLE, EACH = 20, 50
QUESTIONS = ("10", "18a", "24", "41")
TEXTS = "SELECT value FROM answer WHERE value LIKE '\"%'"


def test_a_thousand_saves_by_twenty_people(
    server: Server, record_property: Callable[[str, object], None]
) -> None:
    ledger = Ledger()
    port = int(server.url.rpartition(":")[2])
    people = [Colleague(token, port, ledger) for token in strategists(server.instance, PEOPLE)]
    known = {json.loads(value) for (value,) in rows(server.instance, TEXTS)}
    start = threading.Barrier(PEOPLE)
    replies: list[tuple[str, str, int, Any]] = []

    def write(person: Colleague, number: int) -> None:
        chance = random.Random(number)
        with closing(person):
            person.look(GNV)
            start.wait()
            for turn in range(EACH):
                question = chance.choice(QUESTIONS)
                text = f"Kollega {number}, rad {turn}"
                replies.append((question, text, *person.save(GNV, question, text)))

    threads = [
        threading.Thread(target=write, args=(person, number))
        for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    statuses = [status for _question, _text, status, _told in replies]
    assert len(statuses) == PEOPLE * EACH
    assert set(statuses) == {200, 409}
    assert len(ledger.claims) == PEOPLE * EACH
    assert_whole(server.instance, ledger)
    record_property("saves", len(statuses))
    record_property("stale saves told", statuses.count(409))
    never = Claim(GNV, "10", "sparades aldrig", 7)
    assert lost(server.instance, [*ledger.claims, never]) == [never]

    known |= {claim.text for claim in ledger.claims if claim.version is not None}
    for question, text, status, told in replies:
        assert told["question"] == question
        if status == 409:
            assert told["texts"]["yours"] == told["yours"]["value"] == text
            assert told["texts"]["theirs"] == told["theirs"]["value"] != text
            assert told["theirs"]["value"] in known
    for question in QUESTIONS:
        taken = [claim.version for claim in ledger.claims
                 if claim.question == question and claim.version is not None]  # fmt: skip
        first = min(taken)
        assert sorted(taken) == list(range(first, first + len(taken))), "a version given twice"
