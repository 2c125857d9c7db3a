"""Twenty people who save at set moments, whatever becomes of the save before.

A save each so many milliseconds, by each person in turn. What one waits counts from the moment at
which the save was meant to leave: a server that stands still for half a second is then seen in
every save that was due meanwhile, and not only in the one that happened to be on its way.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.browser.lists import FORM
from tests.durability.ledger import Ledger
from tests.durability.people import UNREACHABLE, Colleague
from tests.durability.test_one_table import CELLS, REPORT

PEOPLE = 20
LIST, TABLE = "exempel", "inskrivna"
FORMS = (REPORT, FORM)
"""What is filled in: forty texts and a table in the one, a list in the other."""
OFTEN = 20
"""After so many saves of a person the mixture begins anew: 16 texts, 3 lists or tables, 1 stale."""
TEXT = " Regionen och kommunerna arbetar tillsammans med samverkan i varje verksamhet." * 4


class Told(NamedTuple):
    """What became of one save.

    seconds  from the moment that it was meant to leave until it was answered
    late     of these, what the crowd itself took until it was sent, though nothing stood before it
    status   0 where no answer came
    mark     what must be found in the history if it was acknowledged
    """

    sort: str
    seconds: float
    late: float
    status: int
    submission: int
    question: str
    version: int | None
    mark: str

    @property
    def acknowledged(self) -> bool:
        """200, and for a save upon an old version 409: it is kept beside what stands."""
        return self.status == (409 if self.sort == "stale" else 200)


@dataclass
class Plan:
    """When who saves: ``rate`` saves a second for ``seconds``, from ``start`` on."""

    rate: float
    seconds: float
    start: float

    def moments(self, number: int) -> list[float]:
        """When the person of a number (from 0) saves."""
        each = 1 / self.rate
        count = int(self.rate * self.seconds)
        return [self.start + place * each for place in range(number, count, PEOPLE)]


def sort_of(number: int, turn: int) -> str:
    """What a person's save is: text, list, table or stale. Not all do the same at one time."""
    place = (turn + number) % OFTEN
    if place == OFTEN - 1:
        return "stale"
    return {4: "list", 9: "table", 14: "list" if turn // OFTEN % 2 else "table"}.get(place, "text")


@dataclass
class Person:
    """One of the crowd: a connection to each server, asked in turn.

    drafts   the numbers of the two drafts, in the order of FORMS
    texts    the questions that are this person's own
    """

    number: int
    token: str
    ports: list[int]
    drafts: tuple[int, int]
    texts: list[str]
    told: list[Told] = field(default_factory=list)
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    _doors: list[Colleague] = field(default_factory=list)

    def work(self, plan: Plan) -> None:
        """Save at each moment of the plan that is this person's."""
        self._doors = [Colleague(self.token, port, Ledger()) for port in self.ports]
        free = 0.0
        for turn, moment in enumerate(plan.moments(self.number)):
            time.sleep(max(0.0, moment - time.monotonic()))
            sent = time.monotonic()
            sort, submission, question, body, mark = self._next(turn)
            status, reply = self._ask(turn, submission, question, body)
            free, before = time.monotonic(), free
            version = reply.get("version") if status == 200 else None
            self.told.append(Told(sort, free - moment, sent - max(moment, before), status,
                                  submission, question, version, mark))  # fmt: skip
            self._learn(question, status, reply)
        for door in self._doors:
            door.close()

    def _ask(self, turn: int, submission: int, question: str, body: Any) -> tuple[int, Any]:
        path = f"/api/v1/submissions/{submission}/answers/{question}"
        try:
            status, reply = self._doors[turn % len(self._doors)].ask("PUT", path, body)
        except (*UNREACHABLE, json.JSONDecodeError):
            return 0, {}
        return status, reply

    def _next(self, turn: int) -> tuple[str, int, str, dict[str, Any], str]:
        """Sort, draft, question, body and mark of the save of a turn."""
        mark, sort = f"(person {self.number}, rad {turn})", sort_of(self.number, turn)
        if sort == "list":
            value = self.seen.get(LIST, {"value": {"entries": [], "removed": []}, "version": 0})
            return sort, self.drafts[1], LIST, _with_entry(value, self.number, mark), mark
        if sort == "table":
            count = turn * PEOPLE + self.number
            value = self.seen.get(TABLE, {"value": {"cells": {}, "notes": {}}, "version": 0})
            row, column = CELLS[self.number * 5 + turn // 5 % 5]
            body = _with_cell(value, row, column, count)
            return sort, self.drafts[0], TABLE, body, f'"{column}":{count}'
        question = self.texts[turn % len(self.texts)]
        version = self.seen.get(question, {"version": 0})["version"]
        if sort == "stale" and version < 1:
            sort = "text"
        upon = version - (sort == "stale")
        return sort, self.drafts[0], question, {"value": mark + TEXT, "version": upon}, mark

    def _learn(self, question: str, status: int, reply: dict[str, Any]) -> None:
        if status == 200:
            self.seen[question] = {"value": reply["value"], "version": reply["version"]}
        elif status == 409:
            self.seen[question] = reply["theirs"]


def _with_entry(seen: dict[str, Any], number: int, mark: str) -> dict[str, Any]:
    """The list as it was seen, with this person's own entry written anew."""
    mine = {"id": f"person{number:02}egen", "values": {"text": mark}}
    others = [entry for entry in seen["value"]["entries"] if entry["id"] != mine["id"]]
    return {"value": {**seen["value"], "entries": [*others, mine]}, "version": seen["version"]}


def _with_cell(seen: dict[str, Any], row: str, column: str, number: int) -> dict[str, Any]:
    """The table as it was seen, with another number in one cell."""
    cells = {key: dict(found) for key, found in seen["value"]["cells"].items()}
    cells.setdefault(row, {})[column] = number
    return {"value": {"cells": cells, "notes": {}}, "version": seen["version"]}


def texts_of(token: str, port: int, draft: int) -> list[str]:
    """The first forty questions of a draft that are answered by a text."""
    form = json.loads(REPORT.read_text(encoding="utf-8"))
    found = [question["id"] for section in form["sections"] for question in section["questions"]
             if question["kind"] == "text"]  # fmt: skip
    assert len(found) >= 2 * PEOPLE
    colleague = Colleague(token, port, Ledger())
    status, told = colleague.ask("GET", f"/api/v1/submissions/{draft}")
    colleague.close()
    assert status == 200, told
    return found[: 2 * PEOPLE]


def gather(tokens: list[str], ports: list[int], drafts: tuple[int, int]) -> list[Person]:
    """Everybody, each with two questions of their own."""
    texts = texts_of(tokens[0], ports[0], drafts[0])
    return [
        Person(number, token, ports, drafts, texts[2 * number : 2 * number + 2])
        for number, token in enumerate(tokens)
    ]


def save_together(people: list[Person], plan: Plan, beside: Callable[[], None]) -> list[Told]:
    """All that everybody was told; ``beside`` is called again and again meanwhile."""
    threads = [threading.Thread(target=person.work, args=(plan,)) for person in people]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        beside()
    for thread in threads:
        thread.join()
    return [told for person in people for told in person.told]
