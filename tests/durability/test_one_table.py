"""Twenty people fill in one table, each in cells of their own: none is lost, nobody must choose."""

from __future__ import annotations

import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.browser.lists import FORM, open_drafts
from tests.conftest import serving
from tests.durability.ledger import Ledger
from tests.durability.people import Colleague, strategists

PEOPLE, EACH = 20, 5
REPORT = FORM.parent / "indikatorrapport-hemsjukvard.json"
ROWS = ["2024-12", *(f"2025-{month:02}" for month in range(1, 13))]
PLACES = ["falkenberg", "halmstad", "hylte", "kungsbacka", "laholm", "varberg"]
CELLS = [(row, f"{place}-{what}") for row in ROWS for place in PLACES
         for what in ("inskrivna", "enstaka")]  # fmt: skip


class Writer:
    """One who has the table open, writes a cell at a time, and takes in what the reply says."""

    def __init__(self, colleague: Colleague, submission: int) -> None:
        self.colleague, self.version = colleague, 0
        self.path = f"/api/v1/submissions/{submission}/answers/inskrivna"
        self.value: dict[str, Any] = {"cells": {}, "notes": {}}

    def write(self, row: str, column: str, number: int) -> dict[str, Any]:
        cells = {key: dict(found) for key, found in self.value["cells"].items()}
        cells.setdefault(row, {})[column] = number
        body = {"value": {"cells": cells, "notes": {}}, "version": self.version}
        status, told = self.colleague.ask("PUT", self.path, body)
        assert status == 200, told
        self.value, self.version = told["value"], told["version"]
        assert self.value["cells"][row][column] == number
        reply: dict[str, Any] = told
        return reply


def test_twenty_people_in_one_table(instance: Path) -> None:
    (made,) = open_drafts(instance, 1, REPORT)
    tokens = strategists(instance, PEOPLE)
    start, merged, wrong = threading.Barrier(PEOPLE), [0] * PEOPLE, []
    with serving(instance) as server:
        port = int(server.url.rpartition(":")[2])

        def work(number: int, token: str) -> None:
            try:
                with closing(Colleague(token, port, Ledger())) as colleague:
                    writer = Writer(colleague, made)
                    start.wait()
                    for place in range(number * EACH, (number + 1) * EACH):
                        merged[number] += writer.write(*CELLS[place], place)["merged"]
            except Exception as error:  # told by the main thread
                wrong.append(error)

        threads = [
            threading.Thread(target=work, args=(number, token))
            for number, token in enumerate(tokens)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert wrong == []
        with closing(Colleague(tokens[0], port, Ledger())) as reader:
            _status, told = reader.ask("GET", f"/api/v1/submissions/{made}")
    answer = told["answers"]["inskrivna"]
    found = {(row, column): number for row, cells in answer["value"]["cells"].items()
             for column, number in cells.items()}  # fmt: skip
    assert found == {cell: place for place, cell in enumerate(CELLS[: PEOPLE * EACH])}
    assert answer["version"] == PEOPLE * EACH
    assert sum(merged) >= PEOPLE - 1, "they wrote upon each other's versions"
