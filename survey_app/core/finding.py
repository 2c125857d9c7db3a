"""What is wrong with a questionnaire file: codes, places and facts; the edges make sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from survey_app.core.problem import NO_FACTS, Fact

Path = tuple[str | int, ...]
"""Keys and list positions from the root of the JSON document."""

Found = tuple[Path, str, Mapping[str, Fact]]
"""A finding before its path is written out: path, code, facts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a questionnaire file.

    path   where, with ids where the parts have them:
           ``sections["styrning"].questions["6a"].shown_when.all[0].question``; ``""`` is the file
    code   a word of the catalogue in ``survey_app.web.wording``, such as ``unknown_key``
    facts  numbers and words for the sentence; ``line`` is the line in the file, ``nearest`` what
           was probably meant
    """

    path: str
    code: str
    facts: Mapping[str, Fact] = field(default_factory=lambda: NO_FACTS)


class SpecificationError(ValueError):
    """A questionnaire that cannot be used; ``findings`` tells everything that was found."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(findings)
        super().__init__("; ".join(f"{item.path or 'file'}: {item.code}" for item in self.findings))


def nearest(word: str, known: Iterable[str]) -> dict[str, Fact]:
    """The fact ``nearest``, if one of the known words resembles the word."""
    folded = {item.replace("_", "").replace("-", "").lower(): item for item in known}
    wanted = word.replace("_", "").replace("-", "").lower()
    close = get_close_matches(wanted, folded, n=1, cutoff=0.6)
    return {"nearest": folded[close[0]]} if close else {}
