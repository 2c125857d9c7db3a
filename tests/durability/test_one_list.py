"""Twenty people add five entries each to one list, each upon what they last saw of it."""

from __future__ import annotations

import random
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.browser.lists import open_drafts
from tests.conftest import serving
from tests.databases import copy_installation
from tests.durability.ledger import Ledger, assert_whole
from tests.durability.people import Colleague, strategists

PEOPLE, EACH = 20, 5
LIST = "exempel"


def test_nobody_loses_an_entry(demo_template: Path, tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    copy_installation(demo_template, folder)
    (draft,) = open_drafts(folder, 1)
    ledger, merged = Ledger(), []

    def work(person: Colleague, number: int) -> None:
        """Add at the end of what one sees, as a page does; take in what the reply brings."""
        path, chance = f"/api/v1/submissions/{draft}/answers/{LIST}", random.Random(number)
        seen: dict[str, Any] = {"value": {"entries": [], "removed": []}, "version": 0}
        with closing(person):
            for turn in range(EACH):
                entries = [*seen["value"]["entries"], _entry(number, turn)]
                if chance.random() < 0.5:
                    entries.insert(0, entries.pop())
                body = {"value": {**seen["value"], "entries": entries}, "version": seen["version"]}
                status, told = person.ask("PUT", path, body)
                assert status == 200, told
                merged.append(told["merged"])
                # Half of the time the reply is lost, and one goes on from an old page.
                seen = told if chance.random() < 0.5 else {**body, "value": body["value"]}

    with serving(folder) as server:
        port = int(server.url.rpartition(":")[2])
        people = [Colleague(token, port, ledger) for token in strategists(folder, PEOPLE)]
        threads = [threading.Thread(target=work, args=(person, number))
                   for number, person in enumerate(people)]  # fmt: skip
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with closing(people[0]) as reader:
            _status, told = reader.ask("GET", f"/api/v1/submissions/{draft}")
    value = told["answers"][LIST]["value"]
    said = sorted(entry["values"]["text"] for entry in value["entries"])
    assert said == sorted(_entry(n, t)["values"]["text"]
                          for n in range(PEOPLE) for t in range(EACH))  # fmt: skip
    assert value["removed"] == []
    print(f"{len(merged)} saves, {sum(merged)} of them merged")
    assert sum(merged) > PEOPLE
    assert_whole(folder, ledger)


def _entry(number: int, turn: int) -> dict[str, Any]:
    return {
        "id": f"kollega{number:02}tur{turn}",
        "values": {"text": f"Kollega {number}, exempel {turn}"},
    }
