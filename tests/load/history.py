"""What the crowd was told, held against the history afterwards."""

from __future__ import annotations

import json
import re
from pathlib import Path

from tests.durability.ledger import Ledger, assert_whole, rows
from tests.load.crowd import Told


def missing(folder: Path, told: list[Told], url: str = "") -> list[Told]:
    """The saves that were acknowledged and are not in the history.

    A save that was taken is the revision of its version; one upon an old version is among those
    that were kept aside. Either has in it what was written.
    """
    taken: dict[tuple[int, str, int], str] = {}
    aside: set[tuple[int, str, str]] = set()
    query = "SELECT submission_id, question, version, value, accepted FROM revision"
    for submission, question, version, value, accepted in rows(folder, query, url):
        words = _tight(value)
        if accepted:
            taken[submission, question, version] = words
        else:
            aside.add((submission, question, words.split(")")[0]))
    return [
        save
        for save in told
        if save.acknowledged
        and (
            (save.submission, save.question, f'"{save.mark[:-1]}') not in aside
            if save.version is None
            else not _stands(save.mark, taken.get((save.submission, save.question, save.version)))
        )
    ]


def _stands(mark: str, words: str | None) -> bool:
    """Whether a value has a mark, and not only the beginning of a longer number."""
    return words is not None and re.search(re.escape(mark) + r"(?!\d)", words) is not None


def _tight(value: str | None) -> str:
    """A value with no space that its writer did not type."""
    return "" if value is None else json.dumps(
        json.loads(value), ensure_ascii=False, separators=(",", ":"))  # fmt: skip


def check_chains(folder: Path, url: str = "") -> None:
    """AssertionError unless every revision has its link, every chain holds, the file is sound."""
    assert_whole(folder, Ledger(), url)
