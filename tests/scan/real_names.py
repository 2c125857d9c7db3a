"""Read by schemathesis itself: names and numbers that the demo has, so that requests come further
than to the door. One in four is left as it was made up."""

from __future__ import annotations

import random
from typing import Any

import schemathesis

REAL: dict[str, list[Any]] = {
    "submission_id": [1, 1, 2, 3],
    "question_id": ["1", "6a", "9", "24", "33", "41"],
    "diary_number": ["RS250393", "RS241041"],
    "report_id": [1],
    "piece_id": ["1", "2", "3"],
}


@schemathesis.hook
def map_path_parameters(_context: Any, parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Put real names in the place of most that were made up; the same ones for the same case."""
    if not parameters:
        return parameters
    chance = random.Random(repr(sorted(parameters.items(), key=str)))
    return {
        name: chance.choice(REAL[name]) if name in REAL and chance.randrange(4) else value
        for name, value in parameters.items()
    }
