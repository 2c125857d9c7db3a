"""Twenty people at work: how soon each sees the others' answers and where they are, and that every
conflict can be settled. A release has them save a thousand times (``make torture``)."""

from __future__ import annotations

import os
import random
import statistics
import threading
import time
from contextlib import closing
from typing import Any

from tests.conftest import GNV, Server
from tests.durability.ledger import Ledger, assert_whole
from tests.durability.people import Colleague, strategists

PEOPLE = 20
TURNS = 50 if int(os.environ.get("REDOGOR_ROUNDS", "1")) > 1 else 3
POLL = 1.2
"""Seconds between two looks, as the page has it."""
PACE = 2 * POLL
"""Seconds between two saves of one person."""
QUESTIONS = ("10", "18a", "24", "41")
AT_MOST = 2.0


class Watch:
    """When what was done, and when each of the others saw it."""

    def __init__(self) -> None:
        self.done: dict[tuple[str, str], float] = {}
        self.seen: dict[tuple[str, str], list[float]] = {}
        self.conflicts = 0
        self.lock = threading.Lock()

    def did(self, what: tuple[str, str]) -> None:
        with self.lock:
            self.done[what] = time.monotonic()

    def saw(self, what: tuple[str, str], known: set[tuple[str, str]]) -> None:
        with self.lock:
            if what not in known and what in self.done:
                known.add(what)
                self.seen.setdefault(what, []).append(time.monotonic() - self.done[what])

    def waits(self, kind: str) -> list[float]:
        return sorted(wait for what, waits in self.seen.items() if what[0] == kind
                      for wait in waits)  # fmt: skip


def test_twenty_people_see_each_other_within_two_seconds(server: Server) -> None:
    ledger, watch = Ledger(), Watch()
    port = int(server.url.rpartition(":")[2])
    people = [Colleague(token, port, ledger) for token in strategists(server.instance, PEOPLE)]
    looking, start = threading.Event(), threading.Barrier(PEOPLE)
    wrong: list[Any] = []

    def work(person: Colleague, number: int) -> None:
        chance, known = random.Random(number), set[tuple[str, str]]()
        with closing(person):
            status, told = person.ask("GET", f"/api/v1/submissions/{GNV}")
            person.versions = {key: item["version"] for key, item in told["answers"].items()}
            cursor, acts = told["cursor"], 0
            start.wait()
            time.sleep(chance.random() * POLL)
            began = time.monotonic()
            while not looking.wait(POLL) or acts < TURNS:  # on a slow machine, a turn comes late
                if acts < TURNS and time.monotonic() - began > acts * PACE:
                    _act(person, number, acts, chance, watch)
                    acts += 1
                url = f"/api/v1/submissions/{GNV}/changes?since={cursor}&browser=b{number}"
                status, told = person.ask("GET", url)
                if status != 200:
                    wrong.append(told)
                    return
                cursor = told["cursor"]
                for change in told["changes"]:
                    person.versions[change["question"]] = change["version"]
                    for line in str(change["value"]).splitlines():
                        watch.saw(("answer", line), known)
                for item in told["present"]:
                    watch.saw(("presence", f"{item['name']} {item['question']}"), known)

    threads = [
        threading.Thread(target=work, args=(person, number)) for number, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    time.sleep((TURNS + 1.5) * PACE)
    looking.set()
    for thread in threads:
        thread.join()

    assert wrong == []
    taken = [claim for claim in ledger.claims if claim.version is not None]
    assert len(taken) == PEOPLE * TURNS, "every conflict was settled"
    assert len(ledger.claims) == PEOPLE * TURNS + watch.conflicts
    print(f"{len(ledger.claims)} saves, {watch.conflicts} of them met a newer text")
    assert_whole(server.instance, ledger)
    for kind in ("answer", "presence"):
        waits = watch.waits(kind)
        middle, late = statistics.median(waits), waits[int(len(waits) * 0.95)]
        print(f"{kind}: {len(waits)} seen, median {middle:.2f} s, 95th percentile {late:.2f} s")
        # A text grows by what is joined to it, until its beginning no longer fits.
        assert len(waits) > PEOPLE * 10
        assert middle < AT_MOST


def _act(person: Colleague, number: int, turn: int, chance: random.Random, watch: Watch) -> None:
    """Go to a question, and save it."""
    question = QUESTIONS[(number + turn) % len(QUESTIONS)]
    body = {"question": question, "browser": f"b{number}"}
    status, told = person.ask("PUT", f"/api/v1/submissions/{GNV}/presence", body)
    assert status == 204, told
    watch.did(("presence", f"Kollega {number} {question}"))
    line = text = f"Kollega {number}, tur {turn}, {chance.random()}"
    watch.did(("answer", line))
    status, told = person.save(GNV, question, text)
    while status == 409:
        assert told["texts"]["yours"] == text
        with watch.lock:
            watch.conflicts += 1
        text = f"{told['texts']['theirs']}\n{line}"[-900:]
        watch.did(("answer", line))
        status, told = person.save(GNV, question, text)
    assert status == 200, told
