"""In which order files of tests are handed out: the long ones first.

Each worker takes the next file when it is done with one. Were a long one among the last, a worker
would be at it alone, and the machine half idle.
"""

from __future__ import annotations

import pytest

LONGEST = (
    "tests/browser/test_accessibility.py",
    "tests/test_permissions.py",
    "tests/browser/test_round_indicators.py",
    "tests/browser/test_round_county.py",
    "tests/browser/test_round_followup.py",
    "tests/browser/test_round_checklist.py",
    "tests/browser/test_saving.py",
    "tests/browser/test_nothing_lost.py",
    "tests/browser/test_a_year.py",
    "tests/browser/test_round.py",
    "tests/durability/test_kills.py",
    "tests/browser/test_table.py",
    "tests/browser/test_round_survey.py",
    "tests/browser/test_together.py",
    "tests/test_state_machine.py",
    "tests/browser/test_list.py",
    "tests/browser/test_without_javascript.py",
    "tests/browser/test_whole_job.py",
)
"""Files that take longer than twenty-five seconds of a processor, the longest first."""


def longest_first(items: list[pytest.Item]) -> None:
    """Put the tests of long files before all others, each file's in their own order."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))
