"""Settling a report while somebody writes in it: what is settled is what was shown, or nothing.

By HTTP through the real application, each deed in a thread of its own.
"""

from __future__ import annotations

import json
import os

from werkzeug.test import TestResponse

from survey_app.core.content import sha256_of
from tests.conftest import Installation
from tests.reports.compiling import FOLLOW_UPS, office
from tests.rounds.test_races import late
from tests.test_approve_races import race

RACES = max(5, int(os.environ.get("REDOGOR_RACES", "30")) // 6)


def test_settling_while_somebody_writes(rounds_installation: Installation) -> None:
    desk = office(rounds_installation, FOLLOW_UPS, "Uppföljning 2024")
    desk.compile()
    here = f"/cases/{desk.number}/reports/{desk.report_id}"
    person, colleague = (rounds_installation.person(name) for name in ("strateg", "strateg2"))
    piece = next(item for item, _ in desk.view().pieces if item.sort == "entry").id
    settled = 0
    for place in range(RACES):
        shown, version = desk.shown(), desk.view().by_id[piece].version

        def settle(shown: str = shown) -> TestResponse:
            return person.post(f"{here}/settling", {"confirmed": "1", "shown_sha256": shown})

        def write(place: int = place, version: int = version) -> TestResponse:
            body = {"value": [f"Lydelse {place}."], "version": version}
            return colleague.put(f"/api/v1{here}/pieces/{piece}", body)

        # Writing the files takes a while: only who comes well before it can be first.
        ahead = (place % 5 - 2) * 0.4
        first, second = race(late(settle, -ahead), late(write, ahead))
        assert first is not None
        assert second is not None
        stands = not desk.view().is_draft
        assert (first.status_code, second.status_code) == ((302, 409) if stands else (409, 200))
        if stands:
            kept = json.loads(person.get(f"{here}.json").data)
            assert sha256_of({**kept, "settled": None}) == shown
            assert f"Lydelse {place}." not in json.dumps(kept, ensure_ascii=False)
            assert person.post(f"{here}/reopen").status_code == 302
            settled += 1
    print(f"{settled} of {RACES} were settled")
